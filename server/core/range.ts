/** One byte range of a file, as a browser or curl asks for it to go on with a download (RFC 9110, section 14). Several at once are answered with the whole, which is allowed. */
export type Range = 'whole' | 'unsatisfiable' | { from: number; to: number };

/** `header`: `bytes=FROM-`, `bytes=FROM-TO` or `bytes=-LAST`; what is none of these counts as not given. */
export function rangeOf(header: string | undefined, size: number): Range {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return Number(last) === 0 || size === 0 ? 'unsatisfiable' : { from: Math.max(0, size - Number(last)), to: size - 1 };
  const from = Number(first);
  if (last !== '' && Number(last) < from) return 'whole';
  return from >= size ? 'unsatisfiable' : { from, to: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}
