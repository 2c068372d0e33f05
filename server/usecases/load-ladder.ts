/** The ladder's rules and causes as shipped (`seeds/data/ladder.json`), put in place at every start; what people have changed stays theirs. */
import { THRESHOLDS, type LadderFile } from '@cac/shared/ladder.ts';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import { insertCause } from '../store/ladder.ts';
import type { Handle } from '../store/store.ts';
import { listThresholds, putThreshold } from '../store/thresholds.ts';
import { judgeAgain } from './change-rules.ts';

const AUTHOR = 'ladder.json';

/** Throws `bad_reference_file` naming the row. */
export async function putLadder(tx: Handle, file: string, { thresholds, causes }: LadderFile, now: number): Promise<void> {
  for (const [i, row] of thresholds.entries()) {
    if (!v.is(THRESHOLDS[row.key], row.value)) throw problem('bad_reference_file', `${file}: thresholds[${i}].value is no threshold of ${row.key}.`, { where: file, todo: 'Take the file from the distribution again.' });
  }
  const standing = await listThresholds(tx);
  const changed: string[] = [];
  for (const { key, from_day: fromDay, value, note } of thresholds) {
    const own = standing.find((one) => one.key === key && one.fromDay === fromDay);
    if (own && (own.author !== AUTHOR || JSON.stringify(own.value) === JSON.stringify(value))) continue;
    await putThreshold(tx, { key, fromDay, value, author: AUTHOR, note, writtenAt: now });
    changed.push(fromDay);
  }
  if (changed.length > 0) await judgeAgain(tx, changed.sort()[0]!, now);
  for (const [i, cause] of causes.entries()) await insertCause(tx, cause, i + 1);
}
