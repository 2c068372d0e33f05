/** The hot path's statements: what ingest reads of many machines, and what it writes, each in one statement. */
import type { BeatRun, EpochState } from '../core/accept.ts';
import type { MachineRow } from '../core/presence.ts';
import type { KnownMachine } from './memory.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';
import type { EpochTable, Tables } from './tables.ts';

export interface IngestKey {
  machine: string;
  /** The boot the batch names; empty when the batch could not be read. */
  boot: string;
}

type EpochColumns = { [K in keyof Omit<EpochWrite, 'machine_id' | 'ep' | 'opened_at' | 'boot'>]: EpochWrite[K] | null };
type IngestRow = MachineRow & EpochColumns & { epoch_boot: string | null; boot_asked: string; offset_ms: number | null };

// Columns cost more than rows here: each adds a quarter of a microsecond per report.
const machineSelect = (tail: string): string => `
  select m.id, m.site_id, m.revoked_at, m.state, m.since_at, m.provisional, m.deadline_at, m.liveness_ms, m.link, m.ep, m.inst, m.conn,
    e.w, e.chain, e.hi, e.boot as epoch_boot, e.rejected, e.dropped, e.lost, e.duplicates, e.run, r.boot as boot_asked, b.offset_ms
  from {rows} join machines m on m.id = r.machine
  left join epochs e on e.machine_id = m.id and e.ep = m.ep
  left join boots b on b.machine_id = m.id and b.boot = r.boot${tail}`;

const KEY_COLUMNS = { machine: 'text', boot: 'text' } as const;
const selectMachines = rowStatement<IngestKey, IngestRow>(KEY_COLUMNS, machineSelect(''));
const lockMachines = rowStatement<IngestKey, IngestRow>(KEY_COLUMNS, machineSelect(' order by m.id for update of m'));

/** Each with its present epoch. On PostgreSQL the machines' rows are locked, in id order. */
export async function machinesForIngest(db: Handle, keys: readonly IngestKey[]): Promise<KnownMachine[]> {
  const found = await (isPostgres(db) ? lockMachines : selectMachines).run(db, keys);
  return found.map((r) => ({
    row: {
      id: r.id, site_id: r.site_id, revoked_at: r.revoked_at, state: r.state, since_at: r.since_at, provisional: r.provisional,
      deadline_at: r.deadline_at, liveness_ms: r.liveness_ms, link: r.link, ep: r.ep, inst: r.inst, conn: r.conn,
    },
    epoch: epochOf(r),
    boot: r.offset_ms === null ? null : r.boot_asked,
    offset: r.offset_ms,
  }));
}

function epochOf(r: IngestRow): EpochState | null {
  if (r.w === null) return null;
  return {
    W: r.w,
    chain: r.chain!,
    hi: r.hi!,
    boot: r.epoch_boot,
    rejected: r.rejected!,
    dropped: r.dropped!,
    lost: r.lost!,
    duplicates: r.duplicates!,
    run: r.run === null ? null : (JSON.parse(r.run) as EpochState['run']),
  };
}

/** The watermark of an epoch that this machine has had; null when it never had it. */
export async function watermarkOf(db: Handle, machine: string, ep: string): Promise<number | null> {
  const row = await db.selectFrom('epochs').select('w').where('machine_id', '=', machine).where('ep', '=', ep).executeTakeFirst();
  return row?.w ?? null;
}

export async function bootOffset(db: Handle, machine: string, boot: string): Promise<number | null> {
  const row = await db.selectFrom('boots').select('offset_ms').where('machine_id', '=', machine).where('boot', '=', boot).executeTakeFirst();
  return row?.offset_ms ?? null;
}

export type EpochWrite = EpochTable;
export type BeatWrite = Tables['beats'];
export type RecordWrite = Tables['records'];
export type DeadLetterWrite = Omit<Tables['dead_letters'], 'id'>;

/** Moves watermarks. A watermark never goes back, whatever order writers come in. */
export const writeEpochs = rowStatement<EpochWrite>(
  {
    machine_id: 'text', ep: 'text', opened_at: 'bigint', w: 'bigint', chain: 'text', hi: 'bigint', boot: 'text',
    rejected: 'bigint', dropped: 'bigint', lost: 'bigint', duplicates: 'bigint', run: 'text',
  },
  `insert into epochs (machine_id, ep, opened_at, w, chain, hi, boot, rejected, dropped, lost, duplicates, run)
   select r.machine_id, r.ep, r.opened_at, r.w, r.chain, r.hi, r.boot, r.rejected, r.dropped, r.lost, r.duplicates, r.run from {rows} where true
   on conflict (machine_id, ep) do update set w = excluded.w, chain = excluded.chain, hi = excluded.hi, boot = excluded.boot, rejected = excluded.rejected,
     dropped = excluded.dropped, lost = excluded.lost, duplicates = excluded.duplicates, run = excluded.run
   where excluded.w >= epochs.w`,
);

export const beatWrite = (machine: string, ep: string, run: BeatRun): BeatWrite => ({
  machine_id: machine,
  ep,
  first_seq: run.from,
  last_seq: run.to,
  boot: run.boot,
  m: run.m,
  w: run.w,
  body: run.body,
});

export const writeBeats = rowStatement<BeatWrite>(
  { machine_id: 'text', ep: 'text', first_seq: 'bigint', last_seq: 'bigint', boot: 'text', m: 'double precision', w: 'double precision', body: 'text' },
  `insert into beats (machine_id, ep, first_seq, last_seq, boot, m, w, body)
   select r.machine_id, r.ep, r.first_seq, r.last_seq, r.boot, r.m, r.w, r.body from {rows}`,
);

export const writeRecords = rowStatement<RecordWrite>(
  {
    machine_id: 'text', ep: 'text', seq: 'bigint', kind: 'text', boot: 'text', m: 'double precision', w: 'double precision',
    received_at: 'bigint', body: 'text',
  },
  `insert into records (machine_id, ep, seq, kind, boot, m, w, received_at, body)
   select r.machine_id, r.ep, r.seq, r.kind, r.boot, r.m, r.w, r.received_at, r.body from {rows}`,
);

export const writeBoots = rowStatement<Tables['boots']>(
  { machine_id: 'text', boot: 'text', offset_ms: 'double precision' },
  `insert into boots (machine_id, boot, offset_ms) select r.machine_id, r.boot, r.offset_ms from {rows} where true
   on conflict (machine_id, boot) do update set offset_ms = excluded.offset_ms where excluded.offset_ms < boots.offset_ms`,
);

export const writeDeadLetters = rowStatement<DeadLetterWrite>(
  { machine_id: 'text', at: 'bigint', ep: 'text', seq: 'bigint', reason: 'text', excerpt: 'text' },
  `insert into dead_letters (machine_id, at, ep, seq, reason, excerpt)
   select r.machine_id, r.at, r.ep, r.seq, r.reason, r.excerpt from {rows}`,
);

export interface PresenceWrite {
  id: string;
  deadline_at: number | null;
  last_sign_at: number;
  link: string;
  liveness_ms: number;
  ep: string;
  inst: string;
  conn: number;
  boot: string;
  booted_at: number | null;
  probes: string | null;
  flags: string | null;
  interface: string | null;
  versions: string | null;
}

/** What a machine told of itself; null leaves what was known. State changes are written with their transition. */
export const writePresence = rowStatement<PresenceWrite>(
  {
    id: 'text', deadline_at: 'bigint', last_sign_at: 'bigint', link: 'text', liveness_ms: 'bigint', ep: 'text', inst: 'text',
    conn: 'bigint', boot: 'text', booted_at: 'bigint', probes: 'text', flags: 'text', interface: 'text', versions: 'text',
  },
  `update machines set deadline_at = r.deadline_at, last_sign_at = r.last_sign_at, link = r.link,
     liveness_ms = r.liveness_ms, ep = r.ep, inst = r.inst, conn = r.conn,
     boot = r.boot, booted_at = coalesce(r.booted_at, machines.booted_at), probes = coalesce(r.probes, machines.probes),
     flags = coalesce(r.flags, machines.flags), interface = coalesce(r.interface, machines.interface),
     versions = coalesce(r.versions, machines.versions)
   from {rows} where machines.id = r.id`,
);
