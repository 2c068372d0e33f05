/** The append-only, numbered log of what changed, and the sites' counts that move with it. */
import type { Scope, SiteEvent, Transition } from '@cac/shared/api.ts';
import { stateOfWord, stateWord, type MachineState } from '@cac/shared/states.ts';
import { sql } from 'kysely';
import type { Standing } from '../core/machine-state.ts';
import { rowStatement } from './rows.ts';
import { inScope } from './scope.ts';
import { siteColumns, siteEventOf, type SiteCounts } from './sites.ts';
import { isPostgres, type Handle } from './store.ts';
import type { SiteTable, TransitionTable } from './tables.ts';

export interface StateWrite {
  id: string;
  state: string;
  since_at: number;
  provisional: number;
  deadline_at: number | null;
}

export const writeStates = rowStatement<StateWrite>(
  { id: 'text', state: 'text', since_at: 'bigint', provisional: 'bigint', deadline_at: 'bigint' },
  `update machines set state = r.state, since_at = r.since_at, provisional = r.provisional, deadline_at = r.deadline_at
   from {rows} where machines.id = r.id`,
);

export type LogWrite = Omit<TransitionTable, 'id'>;

export const appendLog = rowStatement<LogWrite>(
  {
    site_id: 'text', machine_id: 'text', at: 'bigint', told_at: 'bigint', from_state: 'text', to_state: 'text', cause: 'text',
    provisional: 'bigint', revises: 'bigint',
  },
  `insert into transitions (site_id, machine_id, at, told_at, from_state, to_state, cause, provisional, revises)
   select r.site_id, r.machine_id, r.at, r.told_at, r.from_state, r.to_state, r.cause, r.provisional, r.revises from {rows}`,
);

export type SiteTally = SiteCounts & Pick<SiteTable, 'id' | 'state' | 'state_since'>;

const tallySelect = `select s.id, s.n_on, s.n_failing, s.n_unreachable, s.n_off, s.n_unseen, s.state, s.state_since
  from {rows} join sites s on s.id = r.id order by s.id`;
const selectTallies = rowStatement<{ id: string }, SiteTally>({ id: 'text' }, tallySelect);
const lockTallies = rowStatement<{ id: string }, SiteTally>({ id: 'text' }, `${tallySelect} for update of s`);

export const siteTallies = (db: Handle, ids: readonly string[]): Promise<SiteTally[]> =>
  (isPostgres(db) ? lockTallies : selectTallies).run(
    db,
    ids.map((id) => ({ id })),
  );

export const writeTallies = rowStatement<SiteTally>(
  {
    id: 'text', n_on: 'bigint', n_failing: 'bigint', n_unreachable: 'bigint', n_off: 'bigint', n_unseen: 'bigint', state: 'text',
    state_since: 'bigint',
  },
  `update sites set n_on = r.n_on, n_failing = r.n_failing, n_unreachable = r.n_unreachable, n_off = r.n_off, n_unseen = r.n_unseen,
     state = r.state, state_since = r.state_since
   from {rows} where sites.id = r.id`,
);

/** What was provisionally told of a machine in `[fromAt, toAt)`, each with what the last correction of it said. */
export async function provisionalLines(db: Handle, machine: string, fromAt: number, toAt: number, limit: number) {
  return db
    .selectFrom('transitions as t')
    .select(['t.id', 't.site_id', 't.at', 't.to_state'])
    .select((eb) => eb.selectFrom('transitions as c').select('c.to_state').whereRef('c.revises', '=', 't.id').orderBy('c.id', 'desc').limit(1).as('corrected'))
    .where('t.machine_id', '=', machine)
    .where('t.at', '>=', fromAt)
    .where('t.at', '<', toAt)
    .where('t.provisional', '=', 1)
    .where('t.revises', 'is', null)
    .orderBy('t.id')
    .limit(limit)
    .execute();
}

/** Number of the newest row; 0 in an empty log. */
export async function lastTransition(db: Handle): Promise<number> {
  const row = await db.selectFrom('transitions').select(({ fn }) => fn.max('id').as('id')).executeTakeFirst();
  return row?.id ?? 0;
}

const readState = (word: string | null): MachineState | null => (word === null ? null : stateOfWord(word));

export async function transitionsSince(db: Handle, scope: Scope, since: number, limit: number): Promise<Transition[]> {
  const rows = await db
    .selectFrom('transitions as t')
    .innerJoin('sites as s', 's.id', 't.site_id')
    .selectAll('t')
    .where('t.id', '>', since)
    .where(inScope(scope, 's.region'))
    .orderBy('t.id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id as Transition['siteId'],
    machineId: row.machine_id as Transition['machineId'],
    at: row.at,
    toldAt: row.told_at,
    from: readState(row.from_state),
    to: readState(row.to_state),
    cause: row.cause,
    provisional: row.provisional === 1,
    revises: row.revises,
  }));
}

/** What the sites touched by rows `since < id <= until` show now, each with its newest row's number, oldest first. */
export async function sitesChanged(db: Handle, since: number, until: number, limit: number): Promise<{ id: number; event: SiteEvent }[]> {
  const rows = await db
    .selectFrom('sites as s')
    .innerJoin(
      (q) =>
        q
          .selectFrom('transitions')
          .select(['site_id', sql<number>`max(id)`.as('last_id')])
          .where('id', '>', since)
          .where('id', '<=', until)
          .groupBy('site_id')
          .as('t'),
      (join) => join.onRef('t.site_id', '=', 's.id'),
    )
    .leftJoin('communes as c', 'c.code', 's.commune')
    .select(siteColumns)
    .select(['t.last_id', 'c.csp as commune_csp'])
    .orderBy('t.last_id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ id: row.last_id, event: siteEventOf(row) }));
}

/** Whether a site was taken out of the registry, or out of a region, by rows `since < id <= until`. */
export async function sitesLeft(db: Handle, since: number, until: number): Promise<boolean> {
  const row = await db.selectFrom('transitions').select('id').where('id', '>', since).where('id', '<=', until).where('cause', 'in', ['site_removed', 'site_moved']).limit(1).executeTakeFirst();
  return row !== undefined;
}

export const stateWrite = (id: string, to: Standing): StateWrite => ({
  id,
  state: stateWord(to.state),
  since_at: to.sinceAt,
  provisional: to.provisional ? 1 : 0,
  deadline_at: to.deadlineAt,
});
