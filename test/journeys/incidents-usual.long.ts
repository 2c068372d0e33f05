/** Timelines of outages on SQLite, those whose queries differ on PostgreSQL too; the rest are played by incidents.long.ts. */
import { databases } from '../databases.ts';
import { suite } from '../harness.ts';
import { INCIDENT_TIMELINES } from './incident-timelines.ts';
import { timelines } from './told-past.ts';

for (const database of databases) {
  const test = suite(`incidents on ${database.name}`);
  const on = timelines(test, database);
  const isSqlite = database.name === 'SQLite';
  for (const { name, everywhere, isRare, play } of INCIDENT_TIMELINES) if (everywhere || (isSqlite && !isRare)) on(name, (store) => play(store, isSqlite));
  test.run();
}
