/** What the journal gives up: acknowledged segments, then, at the cap, unsent records, thinned in the order of rebuild.ts. */
import { decode, kindAt, recordAt, type Entry } from './format.ts';
import { bytesOf, type Held } from './held.ts';
import { rebuild, thin, THINNING } from './rebuild.ts';
import type { Segment } from './recover.ts';

/** Removes acknowledged segments, oldest first, as long as `which` says so; never the last one. Their last `boot` is remembered. */
export function dropAcked(held: Held, which: (s: Segment) => boolean): void {
  const { files, segments, mark } = held;
  while (segments.length > 1 && segments[0]!.lastSeq <= mark.W && which(segments[0]!)) {
    const { name } = segments.shift()!;
    const bytes = files.read(name);
    const boot = decode(bytes).entries.findLast((entry) => !entry.gap && kindAt(bytes, entry) === 'boot');
    if (boot) held.bootBefore = recordAt(bytes, boot);
    files.remove(name);
  }
}

/** The cap: acknowledged segments go first, then unsent ones are thinned level by level, oldest first. */
export function makeRoom(held: Held): void {
  const { options, segments } = held;
  const enough = (): boolean => bytesOf(held) + options.segmentBytes <= options.capBytes * 0.95;
  dropAcked(held, () => !enough());
  for (let level = 0; level < THINNING.length; level += 1) {
    for (const segment of segments) {
      if (enough()) return;
      if (segment.firstSeq > held.handedOut && segment.firstSeq > held.mark.W) rewrite(held, segment, (bytes) => thin(bytes, level));
    }
  }
}

/** Writes a segment anew without the entries that the verdict gives a reason to give up: they become gaps. */
export function rewrite(held: Held, segment: Segment, verdict: (bytes: Buffer) => (entry: Entry) => string | null): void {
  const before = held.files.read(segment.name);
  const header = { ep: held.mark.ep, number: segment.number, firstSeq: segment.firstSeq, chainBefore: segment.chainBefore };
  const bytes = rebuild(header, before, decode(before).entries, verdict(before), segment.lastSeq);
  if (bytes.length === before.length) return;
  held.files.create(segment.name, bytes);
  segment.bytes = bytes.length;
  if (held.hint?.number === segment.number) held.hint = null;
}
