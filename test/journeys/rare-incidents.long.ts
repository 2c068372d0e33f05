/** Timelines of outages that somebody looked for, on each database. */
import { databases } from '../databases.ts';
import { suite } from '../harness.ts';
import { RARE_OUTAGES } from './rare-outages.ts';
import { timelines } from './told-past.ts';

for (const database of databases) {
  const test = suite(`rare incidents on ${database.name}`);
  const on = timelines(test, database);
  for (const { name, play } of RARE_OUTAGES) on(name, (store) => play(store, database.name === 'SQLite'));
  test.run();
}
