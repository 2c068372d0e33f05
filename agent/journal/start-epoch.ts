/** A new epoch in place of the old one. */
import { CHAIN_START } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { writeEpoch } from './carry.ts';
import { walk, type Held } from './held.ts';
import { writeMark } from './move-mark.ts';

/** A fresh epoch, holding what is carried over; then the old one goes. */
export function startEpoch(held: Held, carried: Iterable<WireRecord>): void {
  const old = held.segments;
  const ep = held.options.newEpoch();
  held.segments = writeEpoch(held.files, { generation: held.generation + 1, ep }, held.options.segmentBytes, carried);
  held.generation += 1;
  held.mark = { ep, W: 0, chain: CHAIN_START, dbi: held.mark.dbi };
  held.hint = null;
  held.handedOut = 0;
  held.torn = false;
  for (const segment of old) held.files.remove(segment.name);
  writeMark(held);
}

export function* recordsFrom(held: Held, seq: number): Generator<WireRecord> {
  for (const { item } of walk(held, seq)) if (item.kind === 'record') yield item.record;
}
