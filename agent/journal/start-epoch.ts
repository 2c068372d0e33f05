/** A new epoch in place of the old one. It begins with the boot that its first record belongs to, so that it stands alone. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { writeEpoch } from './carry.ts';
import { decode, kindAt, recordAt } from './format.ts';
import { walk, type Held, type JournalItem } from './held.ts';
import { writeMark } from './move-mark.ts';

/** A fresh epoch, holding what is carried over; then the old one goes. */
export function startEpoch(held: Held, carriedOver: Iterable<JournalItem>): void {
  const old = held.segments;
  const ep = held.options.newEpoch();
  held.segments = writeEpoch(held.files, { generation: held.generation + 1, ep }, held.options.segmentBytes, carriedOver);
  held.generation += 1;
  held.mark = { ep, W: 0, chain: CHAIN_START, dbi: held.mark.dbi };
  held.hint = null;
  held.handedOut = 0;
  held.torn = false;
  held.bootBefore = null;
  for (const segment of old) held.files.remove(segment.name);
  writeMark(held);
}

/**
 * What the server lacks: every record and gap after the mark. Before them comes a copy of the `boot` that the first record belongs to,
 * unless it is one itself; a made-up one (`unknown-...`) where it is no longer known.
 */
export function* carried(held: Held): Generator<JournalItem> {
  const gaps: JournalItem[] = [];
  let begun = false;
  for (const { item } of walk(held, held.mark.W + 1)) {
    if (!begun && item.kind === 'gap') {
      gaps.push(item);
      continue;
    }
    if (!begun && item.kind === 'record') {
      if (item.record[1] !== 'boot') yield { kind: 'record', record: bootAtMark(held) ?? unknownBoot(held, item.record) };
      yield* gaps;
      begun = true;
    }
    yield item;
  }
  if (begun) return;
  const boot = bootAtMark(held);
  if (boot) yield { kind: 'record', record: boot };
  yield* gaps;
}

/** The last `boot` up to the mark, as far as segments are kept. */
function bootAtMark(held: Held): WireRecord | null {
  for (const segment of held.segments.toReversed()) {
    if (segment.firstSeq > held.mark.W) continue;
    const bytes = held.files.read(segment.name);
    const found = decode(bytes).entries.findLast((entry) => !entry.gap && entry.seq <= held.mark.W && kindAt(bytes, entry) === 'boot');
    if (found) return recordAt(bytes, found);
  }
  return held.bootBefore;
}

/** Its name follows from what was there: carried over twice, it is the same. */
const unknownBoot = (held: Held, [seq, kind, m, w, body]: WireRecord): WireRecord =>
  [seq, 'boot', m, w, { boot: `unknown-${nextChain(held.mark.chain, [seq, kind, m, w, body])}`, up: m }];
