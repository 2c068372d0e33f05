/** The hot path's statements: what ingest reads of many machines, and what it writes, each in one statement. */
import type { EpochState } from '../core/accept.ts';
import type { MachineRow } from '../core/presence.ts';
import type { BootRow } from './boots.ts';
import type { KnownMachine } from './memory.ts';
import { rowStatement } from './rows.ts';
import { isPostgres, type Handle } from './store.ts';
import type { EntryTable, EpochTable, Tables } from './tables.ts';

type EpochColumns = { [K in keyof Omit<EpochWrite, 'machine_id' | 'ep' | 'opened_at' | 'boot'>]: EpochWrite[K] | null };
type BootColumns = { [K in keyof Omit<BootRow, 'id' | 'machine_id' | 'boot'>]: BootRow[K] | null };
type IngestRow = MachineRow & EpochColumns & BootColumns & { epoch_boot: string | null; boot_id: number | null; present_boot: string | null };

// Columns cost more than rows here: each adds a quarter of a microsecond per report.
const machineSelect = (tail: string): string => `
  select m.id, m.site_id, m.revoked_at, m.state, m.since_at, m.provisional, m.deadline_at, m.liveness_ms, m.link, m.ep, m.inst, m.conn,
    e.no, e.w, e.chain, e.hi, e.boot as epoch_boot, e.rejected, e.dropped, e.lost, e.duplicates, e.expired, e.run,
    b.id as boot_id, b.boot as present_boot, b.offset_ms, b.clk_ms, b.wall_ms, b.start_at, b.placed, b.at_epoch, b.at_seq, b.last_m, b.hot_since
  from {rows} join machines m on m.id = r.id
  left join epochs e on e.machine_id = m.id and e.ep = m.ep
  left join boots b on b.machine_id = m.id and b.boot = m.boot${tail}`;

const selectMachines = rowStatement<{ id: string }, IngestRow>({ id: 'text' }, machineSelect(''));
const lockMachines = rowStatement<{ id: string }, IngestRow>({ id: 'text' }, machineSelect(' order by m.id for update of m'));

/** Each with its present epoch and boot. On PostgreSQL the machines' rows are locked, in id order. */
export async function machinesForIngest(db: Handle, ids: readonly string[]): Promise<KnownMachine[]> {
  const found = await (isPostgres(db) ? lockMachines : selectMachines).run(db, ids.map((id) => ({ id })));
  return found.map((r) => ({
    row: {
      id: r.id, site_id: r.site_id, revoked_at: r.revoked_at, state: r.state, since_at: r.since_at, provisional: r.provisional,
      deadline_at: r.deadline_at, liveness_ms: r.liveness_ms, link: r.link, ep: r.ep, inst: r.inst, conn: r.conn,
    },
    epoch: epochOf(r),
    epochNo: r.no ?? 0,
    present: r.boot_id === null ? null : {
      id: r.boot_id, machine_id: r.id, boot: r.present_boot!, offset_ms: r.offset_ms, clk_ms: r.clk_ms, wall_ms: r.wall_ms,
      start_at: r.start_at!, placed: r.placed!, at_epoch: r.at_epoch, at_seq: r.at_seq, last_m: r.last_m, hot_since: r.hot_since,
    },
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
    expired: r.expired!,
    run: r.run === null ? null : (JSON.parse(r.run) as EpochState['run']),
  };
}

const selectWatermark = rowStatement<{ machine_id: string; ep: string }, { w: number }>({ machine_id: 'text', ep: 'text' }, `select e.w from {rows} join epochs e on e.machine_id = r.machine_id and e.ep = r.ep`);
const selectLastNo = rowStatement<{ machine_id: string }, { no: number | null }>({ machine_id: 'text' }, `select max(e.no) as no from {rows} join epochs e on e.machine_id = r.machine_id`);

/** The watermark of an epoch that this machine has had; null when it never had it. */
export async function watermarkOf(db: Handle, machine: string, ep: string): Promise<number | null> {
  const [row] = await selectWatermark.run(db, [{ machine_id: machine, ep }]);
  return row?.w ?? null;
}

/** The number of the machine's newest epoch; 0 when it has had none. */
export async function lastEpochNo(db: Handle, machine: string): Promise<number> {
  const [row] = await selectLastNo.run(db, [{ machine_id: machine }]);
  return row?.no ?? 0;
}

export type EpochWrite = EpochTable;
export type EntryWrite = EntryTable;
export type DeadLetterWrite = Omit<Tables['dead_letters'], 'id'>;

/** Moves watermarks. A watermark never goes back, whatever order writers come in. */
export const writeEpochs = rowStatement<EpochWrite>(
  {
    machine_id: 'text', ep: 'text', no: 'bigint', opened_at: 'bigint', w: 'bigint', chain: 'text', hi: 'bigint', boot: 'text',
    rejected: 'bigint', dropped: 'bigint', lost: 'bigint', duplicates: 'bigint', expired: 'bigint', run: 'text',
  },
  `insert into epochs (machine_id, ep, no, opened_at, w, chain, hi, boot, rejected, dropped, lost, duplicates, expired, run)
   select r.machine_id, r.ep, r.no, r.opened_at, r.w, r.chain, r.hi, r.boot, r.rejected, r.dropped, r.lost, r.duplicates, r.expired, r.run from {rows} where true
   on conflict (machine_id, ep) do update set w = excluded.w, chain = excluded.chain, hi = excluded.hi, boot = excluded.boot, rejected = excluded.rejected,
     dropped = excluded.dropped, lost = excluded.lost, duplicates = excluded.duplicates, expired = excluded.expired, run = excluded.run
   where excluded.w >= epochs.w`,
);

export const writeEntries = rowStatement<EntryTable>(
  {
    boot_id: 'bigint', m: 'double precision', epoch_no: 'bigint', seq: 'bigint', last_seq: 'bigint', kind: 'text', w: 'double precision',
    received_at: 'bigint', body: 'text',
  },
  `insert into entries (boot_id, m, epoch_no, seq, last_seq, kind, w, received_at, body)
   select r.boot_id, r.m, r.epoch_no, r.seq, r.last_seq, r.kind, r.w, r.received_at, r.body from {rows}`,
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
  skew_ms: number;
}

/** What a machine told of itself; null leaves what was known. State changes are written with their transition. */
export const writePresence = rowStatement<PresenceWrite>(
  {
    id: 'text', deadline_at: 'bigint', last_sign_at: 'bigint', link: 'text', liveness_ms: 'bigint', ep: 'text', inst: 'text',
    conn: 'bigint', boot: 'text', booted_at: 'bigint', probes: 'text', flags: 'text', interface: 'text', versions: 'text',
    skew_ms: 'bigint',
  },
  `update machines set deadline_at = r.deadline_at, last_sign_at = r.last_sign_at, link = r.link,
     liveness_ms = r.liveness_ms, ep = r.ep, inst = r.inst, conn = r.conn,
     boot = r.boot, booted_at = coalesce(r.booted_at, machines.booted_at), probes = coalesce(r.probes, machines.probes),
     flags = coalesce(r.flags, machines.flags), interface = coalesce(r.interface, machines.interface),
     versions = coalesce(r.versions, machines.versions), skew_ms = r.skew_ms
   from {rows} where machines.id = r.id`,
);
