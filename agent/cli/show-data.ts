/** `cac-agent show-data`: the message that would go out next, read from the journal without touching it. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildUp } from '../core/batch.ts';
import { nodeFiles } from '../journal/node-files.ts';
import { openJournal } from '../journal/journal.ts';
import { newEpoch } from '../service/machine-clock.ts';
import { readIdentity } from '../uplink/identity.ts';
import type { Texts } from './texts.ts';

export function showDataCommand(dir: string, texts: Texts): number {
  const identity = readIdentity(dir);
  if (!identity) {
    console.error(texts.noIdentity(dir));
    return 1;
  }
  const source = join(dir, 'journal');
  const copy = mkdtempSync(join(tmpdir(), 'cac-show-data-'));
  try {
    // Opening repairs: done on a copy, since the agent may be running on the original.
    if (existsSync(source)) cpSync(source, copy, { recursive: true, filter: (path) => !path.endsWith('reserve') });
    const opened = openJournal(nodeFiles(copy), { newEpoch, reserveBytes: 0 });
    if (opened.kind !== 'open') {
      console.error(texts.journal(opened.reason));
      return 1;
    }
    const { journal } = opened;
    console.log(texts.showData.kept(journal.lo(), journal.hi(), journal.mark().W));
    const batch = buildUp(journal, { inst: '0'.repeat(16), conn: 1, boot: 'boot', w: Date.now(), m: 0 });
    if (batch) console.log(`${texts.showData.next}\ncac/1/${identity.machine}/up\n${JSON.stringify(batch.message, null, 1)}`);
    else console.log(texts.showData.nothing);
    console.log(texts.showData.hello);
    console.log(texts.showData.neverCollected);
    return 0;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
