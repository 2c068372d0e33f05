/** Machines whose past is to be counted anew, each with the stretch of time that changed. */
import { rowStatement } from './rows.ts';
import type { Handle } from './store.ts';

export interface StaleMark {
  machine_id: string;
  from_at: number;
  to_at: number;
}

export interface StaleMachine extends StaleMark {
  site_id: string;
  /** Another one at each reason more. */
  mark: number;
}

const wider = (name: string, than: string): string =>
  `${name} = case when excluded.${name} ${than} stale_machines.${name} then excluded.${name} else stale_machines.${name} end`;

/** Each machine once. `mark`: now, or one more than what stands there. */
export const markStale = rowStatement<StaleMark & { mark: number }>(
  { machine_id: 'text', from_at: 'bigint', to_at: 'bigint', mark: 'bigint' },
  `insert into stale_machines (machine_id, from_at, to_at, mark) select r.machine_id, r.from_at, r.to_at, r.mark from {rows} where true
   on conflict (machine_id) do update set ${wider('from_at', '<')}, ${wider('to_at', '>')},
     mark = case when excluded.mark > stale_machines.mark then excluded.mark else stale_machines.mark + 1 end`,
);

/** Some of them; they stay marked until `clearStale`. */
export const takeStale = (db: Handle, limit: number): Promise<StaleMachine[]> =>
  db
    .selectFrom('stale_machines as s')
    .innerJoin('machines as m', 'm.id', 's.machine_id')
    .select(['s.machine_id', 'm.site_id', 's.from_at', 's.to_at', 's.mark'])
    .orderBy('s.machine_id')
    .limit(limit)
    .execute();

const clear = rowStatement<Pick<StaleMachine, 'machine_id' | 'mark'>>(
  { machine_id: 'text', mark: 'bigint' },
  // Not `exists`: SQLite would read every mark of the country, for each site.
  `delete from stale_machines where (machine_id, mark) in (select r.machine_id, r.mark from {rows})`,
);

/** Done with these; one that was marked again meanwhile stays. */
export const clearStale = (db: Handle, marks: readonly Pick<StaleMachine, 'machine_id' | 'mark'>[]): Promise<unknown> => clear.run(db, marks.map(({ machine_id, mark }) => ({ machine_id, mark })));
