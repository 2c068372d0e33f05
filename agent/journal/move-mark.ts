/** Moving the ack mark: on as the server acknowledges, back when another database answers. */
import { nextChain } from '@cac/shared/chain.ts';
import { lastOf, tailOf, walk, type Held } from './held.ts';
import { encodeMark, MARK_FILES } from './marks.ts';

/** Moves the mark from where it is to W, folding the chain over what lies between. */
export function moveMark(held: Held, W: number, dbi: string | null): void {
  const { mark } = held;
  let { chain } = mark;
  if (W > mark.W) {
    for (const { item, segment, end } of walk(held, mark.W + 1)) {
      if (lastOf(item) > W) break;
      if (item.kind === 'record') chain = nextChain(chain, item.record);
      held.hint = { number: segment.number, at: end };
    }
  }
  held.mark = { ep: mark.ep, W, chain, dbi };
  writeMark(held);
}

/** Back to the beginning of W's segment, where the chain is known, then on to W. */
export function rewindMark(held: Held, W: number, dbi: string): void {
  const at = held.segments.find((s) => s.lastSeq > W) ?? tailOf(held);
  held.mark = { ep: held.mark.ep, W: at.firstSeq - 1, chain: at.chainBefore, dbi };
  held.hint = null;
  moveMark(held, Math.max(W, at.firstSeq - 1), dbi);
}

export function writeMark(held: Held): void {
  held.markTurn += 1;
  try {
    held.files.put(MARK_FILES[held.markTurn % 2]!, encodeMark(held.mark, held.markTurn));
  } catch {
    // A lost mark costs a resend; what is wrong with the disk shows at the next append.
  }
}
