/** `npm run bench`: what was built, measured beside its reference in the same run. `-- ingest backup disk history alerts web map agent` picks parts. */
import { buildAll } from '../tools/build.ts';
import { agentRows } from './agent.ts';
import { backupRows } from './backup.ts';
import { alertRows } from './alerts.ts';
import { diskRows } from './disk.ts';
import { historyRows } from './history.ts';
import { ingestRows } from './ingest.ts';
import { mapRows } from './map.ts';
import { printRows, reaches, type Row } from './table.ts';
import { webRows } from './web.ts';

const words = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const wants = (part: string): boolean => words.length === 0 || words.includes(part);

await buildAll();
const rows: Row[] = [];
const add = (more: readonly Row[]): void => {
  printRows(more);
  rows.push(...more);
};
if (wants('ingest')) {
  add(await ingestRows(2_000, 5, 4_000));
  add(await ingestRows(10_000, 5, 4_000));
}
if (wants('backup')) add(await backupRows(2_000, 5, 6_000));
if (wants('disk')) add(await diskRows(20, 6));
if (wants('history')) add(await historyRows());
if (wants('alerts')) add(await alertRows());
if (wants('web')) add(await webRows(3));
if (wants('map')) add(await mapRows(5));
if (wants('agent')) add(await agentRows(3, 5));
const missed = rows.filter((r) => !reaches(r, 'must'));
console.log(`${rows.length} figures, ${missed.length} miss their must`);
process.exit(missed.length > 0 ? 1 : 0);
