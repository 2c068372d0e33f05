/** Timelines of outages that `npm test` does not play: the other ones on SQLite, all on PostgreSQL. */
import { databases } from '../databases.ts';
import { suite } from '../harness.ts';
import { timelines } from './told-past.ts';
import { USUAL_OUTAGES } from './usual-outages.ts';

for (const database of databases) {
  const test = suite(`more incidents on ${database.name}`);
  const on = timelines(test, database);
  const isSqlite = database.name === 'SQLite';
  for (const { name, always, play } of USUAL_OUTAGES) if (!isSqlite || !always) on(name, (store) => play(store, isSqlite));
  test.run();
}
