/** Machines: read in scope, with their journals; who is due, and whose signs of life are to be noted. */
import type { JournalState, Machine, Probe, Scope } from '@cac/shared/api.ts';
import type { MachineId } from '@cac/shared/ids.ts';
import { stateOfWord } from '@cac/shared/states.ts';
import type { Selectable } from 'kysely';
import type { MachineRow } from '../core/presence.ts';
import { rowStatement } from './rows.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { MachineTable } from './tables.ts';

function machineOf(row: Selectable<MachineTable>): Machine {
  return {
    id: row.id as Machine['id'],
    siteId: row.site_id as Machine['siteId'],
    name: row.name,
    state: stateOfWord(row.state),
    since: row.since_at,
    provisional: row.provisional === 1,
    // As of when it was last heard.
    uptimeMs: row.booted_at === null || row.last_sign_at === null ? null : Math.max(0, row.last_sign_at - row.booted_at),
    lastSeenAt: row.last_sign_at,
    probes: JSON.parse(row.probes) as Probe[],
    flags: flagsOf(row),
    interface: row.interface,
    versions: row.versions === null ? null : (JSON.parse(row.versions) as Machine['versions']),
    skewMs: row.skew_ms,
    revoked: row.revoked_at !== null,
  };
}

/** Further from the server's time than this, a PC's wall clock is a fact worth showing (D-08). */
const SKEW_SHOWN_OVER_MS = 5 * 60_000;

/** What the agent says of itself, and what its messages show. */
function flagsOf(row: Pick<Selectable<MachineTable>, 'flags' | 'skew_ms' | 'clone_suspect_at' | 'restarts_at'>): Machine['flags'] {
  const told = JSON.parse(row.flags) as Machine['flags'];
  const seen: Machine['flags'] = [...(row.clone_suspect_at === null ? [] : (['clone_suspect'] as const)), ...(row.restarts_at === null ? [] : (['flapping'] as const))];
  const own: Machine['flags'] = [...new Set([...told, ...seen])];
  return row.skew_ms === null || Math.abs(row.skew_ms) <= SKEW_SHOWN_OVER_MS || own.includes('clock_skew') ? own : [...own, 'clock_skew'];
}

export interface MachineQuery {
  site?: string | undefined;
  after?: string | undefined;
  limit: number;
}

export async function listMachines(db: Handle, scope: Scope, query: MachineQuery): Promise<Machine[]> {
  let select = db
    .selectFrom('machines as m')
    .innerJoin('sites as s', 's.id', 'm.site_id')
    .selectAll('m')
    .where(inScope(scope, 's.region'))
    .orderBy('m.id')
    .limit(query.limit);
  if (query.site !== undefined) select = select.where('m.site_id', '=', query.site);
  if (query.after !== undefined) select = select.where('m.id', '>', query.after);
  return (await select.execute()).map(machineOf);
}

const inScopeMachine = (db: Handle, scope: Scope, id: string) =>
  db.selectFrom('machines as m').innerJoin('sites as s', 's.id', 'm.site_id').where('m.id', '=', id).where(inScope(scope, 's.region'));

export async function findMachine(db: Handle, scope: Scope, id: string): Promise<Machine | null> {
  const row = await inScopeMachine(db, scope, id).selectAll('m').executeTakeFirst();
  return row ? machineOf(row) : null;
}

/** The machine's present journal as the server holds it; null when there is no such machine in scope. */
export async function journalState(db: Handle, scope: Scope, id: string): Promise<JournalState | null> {
  const row = await inScopeMachine(db, scope, id)
    .leftJoin('epochs as e', (join) => join.onRef('e.machine_id', '=', 'm.id').onRef('e.ep', '=', 'm.ep'))
    .select(['m.ep', 'e.w', 'e.rejected', 'e.dropped', 'e.lost', 'e.duplicates', 'e.expired'])
    .executeTakeFirst();
  if (!row) return null;
  const W = row.w ?? 0;
  const rejected = row.rejected ?? 0;
  const dropped = row.dropped ?? 0;
  const lost = row.lost ?? 0;
  const expired = row.expired ?? 0;
  return { ep: row.ep as JournalState['ep'], W, stored: W - rejected - dropped - lost - expired, rejected, dropped, lost, expired, duplicates: row.duplicates ?? 0 };
}

export const deadLetters = (db: Handle, machine: string, after: number, limit: number) =>
  db
    .selectFrom('dead_letters')
    .select(['id', 'at', 'ep', 'seq', 'reason', 'excerpt'])
    .where('machine_id', '=', machine)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();

export type Credentials = Pick<Selectable<MachineTable>, 'id' | 'secret_hash' | 'revoked_at' | 'old_secret_hash' | 'old_secret_until'>;

export const credentialsOf = (db: Handle, id: string): Promise<Credentials | undefined> =>
  db.selectFrom('machines').select(['id', 'secret_hash', 'revoked_at', 'old_secret_hash', 'old_secret_until']).where('id', '=', id).executeTakeFirst();

export interface DueMachine {
  id: string;
  site_id: string;
  state: string;
  deadline_at: number;
  last_sign_at: number | null;
}

/** Machines whose deadline has passed, longest overdue first. */
export const dueMachines = (db: Handle, now: number, limit: number): Promise<DueMachine[]> =>
  db
    .selectFrom('machines')
    .select(['id', 'site_id', 'state', 'deadline_at', 'last_sign_at'])
    .where('deadline_at', '<=', now)
    .orderBy('deadline_at')
    .limit(limit)
    .execute() as Promise<DueMachine[]>;

export interface Claim {
  id: string;
  deadline_at: number;
}

/** Takes the deadlines that still stand as they were read; the ids returned are ours to change. */
export const claimDue = rowStatement<Claim, { id: string }>(
  { id: 'text', deadline_at: 'bigint' },
  `update machines set deadline_at = null from {rows} where machines.id = r.id and machines.deadline_at = r.deadline_at returning machines.id`,
);

export interface Sign {
  id: string;
  /** Server time of the last packet. */
  at: number;
}

type SignedMachine = Sign & Pick<MachineRow, 'site_id' | 'state' | 'since_at' | 'provisional' | 'deadline_at' | 'liveness_ms' | 'link'>;

export const machinesOfSigns = rowStatement<Sign, SignedMachine>(
  { id: 'text', at: 'bigint' },
  `select m.id, m.site_id, r.at, m.state, m.since_at, m.provisional, m.deadline_at, m.liveness_ms, m.link
   from {rows} join machines m on m.id = r.id where m.revoked_at is null order by m.id`,
);

/**
 * A deadline only ever moves on here: a sign is older than a report that came after it. One that a will or a stopping
 * agent brought nearer than usual stays: the packets that still come from that connection are its last.
 */
export const moveDeadlines = rowStatement<{ id: string; at: number; deadline_at: number }>(
  { id: 'text', at: 'bigint', deadline_at: 'bigint' },
  `update machines set last_sign_at = r.at, deadline_at = r.deadline_at
   from {rows} where machines.id = r.id and machines.deadline_at < r.deadline_at
     and machines.deadline_at >= coalesce(machines.last_sign_at, 0) + (3 * machines.liveness_ms) / 2 + 119999`,
);

/** A will counts only for the connection it names, and only ever brings a deadline nearer. */
export async function bringDeadlineNearer(db: Handle, id: MachineId, inst: string, conn: number, deadlineAt: number): Promise<boolean> {
  const result = await db
    .updateTable('machines')
    .set({ deadline_at: deadlineAt })
    .where('id', '=', id)
    .where('inst', '=', inst)
    .where('conn', '=', conn)
    .where('deadline_at', '>', deadlineAt)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Moves every deadline that falls into a blind window, or into the grace after it, to the end of both. */
export async function shiftDeadlines(db: Handle, fromAt: number, toAt: number): Promise<number> {
  const result = await db
    .updateTable('machines')
    .set({ deadline_at: toAt })
    .where('deadline_at', '>=', fromAt)
    .where('deadline_at', '<', toAt)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

export async function revokeMachine(db: Handle, id: string, now: number): Promise<void> {
  await db.updateTable('machines').set({ revoked_at: now }).where('id', '=', id).where('revoked_at', 'is', null).execute();
}

/** Some of the machines that are awaited: thought to be on, with a deadline. */
export const awaitedMachines = (db: Handle, limit: number): Promise<{ id: string }[]> => db.selectFrom('machines').select('id').where('deadline_at', 'is not', null).limit(limit).execute();

const NOTED_EVERY_MS = 3_600_000;

/** Its site, where that is news. */
export async function suspectClone(tx: Handle, id: string, now: number): Promise<string | null> {
  const row = await tx.selectFrom('machines').select(['site_id', 'clone_suspect_at']).where('id', '=', id).executeTakeFirst();
  if (!row || (row.clone_suspect_at !== null && row.clone_suspect_at > now - NOTED_EVERY_MS)) return null;
  await tx.updateTable('machines').set({ clone_suspect_at: now }).where('id', '=', id).execute();
  return row.clone_suspect_at === null ? row.site_id : null;
}

/** Of whom no second process was heard since an instant: their sites. */
export const clearClones = async (tx: Handle, before: number): Promise<string[]> =>
  (await tx.updateTable('machines').set({ clone_suspect_at: null }).where('clone_suspect_at', '<', before).returning('site_id').execute()).map((row) => row.site_id);

export const noteRestarts = (db: Handle, id: string, now: number): Promise<unknown> => db.updateTable('machines').set({ restarts_at: now }).where('id', '=', id).execute();

/** Of whom that was not seen again since an instant. */
export const clearRestarts = (tx: Handle, before: number): Promise<unknown> => tx.updateTable('machines').set({ restarts_at: null }).where('restarts_at', '<', before).execute();

export async function machinesOfSite(db: Handle, site: string): Promise<string[]> {
  return (await db.selectFrom('machines').select('id').where('site_id', '=', site).execute()).map((row) => row.id);
}
