/** A text as a QR code: the side in modules, and the path of an SVG that draws its dark ones. */
import { encode } from 'uqr';
import type { Qr } from '@cac/shared/field.ts';

/** The white rim that readers ask for, modules. */
const RIM = 4;

/** Level M: the sheet it is printed on may be folded or dirty. */
export function qrOf(text: string): Qr {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  let path = '';
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x += 1) {
      if (row[x] !== true) continue;
      const from = x;
      while (row[x + 1] === true) x += 1;
      const wide = x - from + 1;
      path += `M${from + RIM} ${y + RIM}h${wide}v1h-${wide}z`;
    }
  }
  return { side: size + 2 * RIM, path };
}
