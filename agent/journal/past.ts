/** What the newest records kept say of the present boot: where a process that starts goes on. */
import type { Past } from '../core/opening.ts';
import { decode, kindAt, recordAt } from './format.ts';
import type { Held } from './held.ts';

/** Read from the end backwards, as far as the last `boot`. */
export function pastOf(held: Held): Past {
  const past: Past = { boot: null, last: null, startM: null, net: null, off: null };
  for (const segment of held.segments.toReversed()) {
    const bytes = held.files.read(segment.name);
    for (const entry of decode(bytes).entries.toReversed()) {
      if (entry.gap) continue;
      const kind = kindAt(bytes, entry);
      past.last ??= kind;
      if (kind === 'hb' || kind === 'sample') continue;
      const [, , m, , body] = recordAt(bytes, entry);
      if (kind === 'agent_start') past.startM ??= m;
      if (kind === 'net') past.net ??= body as Past['net'];
      if (kind === 'clk' && typeof body['off'] === 'number') past.off ??= { ms: body['off'], m };
      if (kind !== 'boot') continue;
      past.boot = String(body['boot']);
      return past;
    }
  }
  return past;
}
