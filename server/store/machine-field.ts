/** What agents say of themselves beside their records (bytes, context, log), and what they are asked to do. */
import type { AgentLog, Command, CommandKind, DataUse } from '@cac/shared/field.ts';
import type { Scope } from '@cac/shared/api.ts';
import type { Handle } from './store.ts';
import { rowStatement } from './rows.ts';
import { inScope } from './scope.ts';

// ---- bytes

/** A count that fell (an agent that lost its file) takes nothing back. */
export const raiseUse = rowStatement<{ machine_id: string; day: string; bytes: number }>(
  { machine_id: 'text', day: 'text', bytes: 'bigint' },
  `insert into machine_use (machine_id, day, bytes) select r.machine_id, r.day, r.bytes from {rows} where true
   on conflict (machine_id, day) do update set bytes = excluded.bytes where excluded.bytes > machine_use.bytes`,
);

/** Bytes of the days from `fromDay` on, by site. */
export async function useOfSites(db: Handle, sites: readonly string[], fromDay: string): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (let i = 0; i < sites.length; i += 500) {
    const rows = await db
      .selectFrom('machine_use as u')
      .innerJoin('machines as m', 'm.id', 'u.machine_id')
      .select(['m.site_id', (eb) => eb.fn.sum<number>('u.bytes').as('bytes')])
      .where('m.site_id', 'in', sites.slice(i, i + 500))
      .where('u.day', '>=', fromDay)
      .groupBy('m.site_id')
      .execute();
    for (const row of rows) sums.set(row.site_id, Number(row.bytes));
  }
  return sums;
}

/** Of one site, since a day: by day, and by machine. */
export async function useOfSite(db: Handle, site: string, fromDay: string): Promise<Pick<DataUse, 'days' | 'machines'>> {
  const rows = await db
    .selectFrom('machine_use as u')
    .innerJoin('machines as m', 'm.id', 'u.machine_id')
    .select(['u.machine_id', 'm.name', 'm.context', 'u.day', 'u.bytes'])
    .where('m.site_id', '=', site)
    .where('u.day', '>=', fromDay)
    .orderBy('u.day')
    .execute();
  const days = new Map<string, number>();
  const machines = new Map<string, DataUse['machines'][number]>();
  for (const row of rows) {
    days.set(row.day, (days.get(row.day) ?? 0) + row.bytes);
    const postponed = row.context === null ? null : ((JSON.parse(row.context) as { postponed?: string }).postponed ?? null);
    const own = machines.get(row.machine_id) ?? { id: row.machine_id as DataUse['machines'][number]['id'], name: row.name, bytes: 0, postponed };
    own.bytes += row.bytes;
    machines.set(row.machine_id, own);
  }
  return { days: [...days].map(([day, bytes]) => ({ day, bytes })), machines: [...machines.values()].toSorted((a, b) => b.bytes - a.bytes) };
}

export async function useOfMachine(db: Handle, machine: string, fromDay: string): Promise<{ day: string; bytes: number }[]> {
  return db.selectFrom('machine_use').select(['day', 'bytes']).where('machine_id', '=', machine).where('day', '>=', fromDay).orderBy('day').execute();
}

// ---- context, log

export const writeContext = (tx: Handle, machine: string, context: object, now: number): Promise<unknown> =>
  tx.updateTable('machines').set({ context: JSON.stringify(context), context_at: now }).where('id', '=', machine).execute();

export const writeConfigVersion = (tx: Handle, machine: string, version: number): Promise<unknown> =>
  tx.updateTable('machines').set({ cfg_version: version }).where('id', '=', machine).execute();

/** A file that a power cut left may hold U+0000, which PostgreSQL takes in no text. */
export function writeLog(tx: Handle, machine: string, said: string, now: number): Promise<unknown> {
  const text = Buffer.from(said).toString().replaceAll('\0', '\ufffd');
  return tx.insertInto('agent_logs').values({ machine_id: machine, at: now, text }).onConflict((c) => c.column('machine_id').doUpdateSet({ at: now, text })).execute();
}

export const readLog = (db: Handle, scope: Scope, machine: string): Promise<AgentLog | undefined> =>
  db
    .selectFrom('agent_logs as l')
    .innerJoin('machines as m', 'm.id', 'l.machine_id')
    .innerJoin('sites as s', 's.id', 'm.site_id')
    .select(['l.at', 'l.text'])
    .where('l.machine_id', '=', machine)
    .where(inScope(scope, 's.region'))
    .executeTakeFirst();

export const logAt = async (db: Handle, machine: string): Promise<number | null> => (await db.selectFrom('agent_logs').select('at').where('machine_id', '=', machine).executeTakeFirst())?.at ?? null;

// ---- commands

export interface OpenCommand {
  id: number;
  machine_id: string;
  kind: string;
  detail: string;
  sent_at: number | null;
}

export async function openCommands(db: Handle, machines: readonly string[]): Promise<OpenCommand[]> {
  if (machines.length === 0) return [];
  return db.selectFrom('machine_commands').select(['id', 'machine_id', 'kind', 'detail', 'sent_at']).where('machine_id', 'in', machines).where('done_at', 'is', null).orderBy('id').execute();
}

export const markSent = (tx: Handle, ids: readonly number[], now: number): Promise<unknown> => tx.updateTable('machine_commands').set({ sent_at: now }).where('id', 'in', ids).execute();

/** Only a command of the machine's own, and none that is over only when the machine has enrolled elsewhere. */
export const closeCommand = (tx: Handle, machine: string, id: number, now: number): Promise<unknown> =>
  tx.updateTable('machine_commands').set({ done_at: now }).where('id', '=', id).where('machine_id', '=', machine).where('kind', 'not in', ['move', 'enrol']).where('done_at', 'is', null).execute();

export const closeMoves = (tx: Handle, machine: string, now: number): Promise<unknown> =>
  tx.updateTable('machine_commands').set({ done_at: now }).where('machine_id', '=', machine).where('kind', 'in', ['move', 'enrol']).where('done_at', 'is', null).execute();

/** Its number. `kind`: of shared/field.ts, or `move` (detail: the site) or `enrol` (detail: the process). */
export const insertCommand = async (tx: Handle, row: { machine_id: string; kind: CommandKind | 'move' | 'enrol'; detail: string; asked_by: string; asked_at: number }): Promise<number> =>
  (await tx.insertInto('machine_commands').values({ ...row, sent_at: null, done_at: null }).returning('id').executeTakeFirstOrThrow()).id;

/** The last ones, newest first. */
export async function commandsOf(db: Handle, machine: string): Promise<Command[]> {
  const rows = await db.selectFrom('machine_commands').selectAll().where('machine_id', '=', machine).where('kind', 'not in', ['move', 'enrol']).orderBy('id', 'desc').limit(10).execute();
  return rows.map((row) => ({ id: row.id, kind: row.kind as CommandKind, askedBy: row.asked_by, askedAt: row.asked_at, sentAt: row.sent_at, doneAt: row.done_at }));
}
