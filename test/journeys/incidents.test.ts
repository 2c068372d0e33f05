/** The timelines of outages that are played at each change, on SQLite; the others, and PostgreSQL, are in incidents.long.ts. */
import { databases } from '../databases.ts';
import { suite } from '../harness.ts';
import { timelines } from './told-past.ts';
import { USUAL_OUTAGES } from './usual-outages.ts';

const sqlite = databases.find(({ name }) => name === 'SQLite')!;
const test = suite('incidents on SQLite');
const on = timelines(test, sqlite);
for (const { name, always, play } of USUAL_OUTAGES) if (always) on(name, (store) => play(store, true));
test.run();
