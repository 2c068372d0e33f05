/** A child for A-01: opens the journal in argv[2] and appends as fast as it can, saying each number once it is durable. */
import { writeSync } from 'node:fs';
import { nodeFiles } from '@cac/agent/journal/node-files.ts';
import { draft, opened } from './journal-fixture.ts';

const { journal } = opened(nodeFiles(process.argv[2]!), { segmentBytes: 4096 });
for (let n = 1; ; n += 1) {
  const { records } = journal.append([draft(n), draft(n + 1)]);
  writeSync(1, `${records.map((r) => r[0]).join('\n')}\n`);
  if (n % 20 === 0) journal.acknowledge(journal.hi() - 10, 'db1');
}
