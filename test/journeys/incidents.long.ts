/** Timelines of outages that `npm test` does not play: the rare ones, and on PostgreSQL all whose queries do not differ. */
import { databases } from '../databases.ts';
import { suite } from '../harness.ts';
import { INCIDENT_TIMELINES } from './incident-timelines.ts';
import { timelines } from './told-past.ts';

for (const database of databases) {
  const test = suite(`more incidents on ${database.name}`);
  const on = timelines(test, database);
  const isSqlite = database.name === 'SQLite';
  for (const { name, everywhere, isRare, play } of INCIDENT_TIMELINES) if (isRare || (!isSqlite && !everywhere)) on(name, (store) => play(store, isSqlite));
  test.run();
}
