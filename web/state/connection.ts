/** What the indicator says of the link between this page and the server. Pure. */

/** The server beats every 15 s: after this much silence the stream is taken for dead. */
export const SILENCE_MS = 40_000;
/** After this long without a word the page stops saying "reconnecting" and says since when it is blind. */
const OFFLINE_AFTER_MS = 120_000;

export type Connection = { readonly kind: 'connecting' } | { readonly kind: 'live' } | { readonly kind: 'reconnecting' } | { readonly kind: 'offline'; readonly sinceAt: number };

/** `heardAt`: when the stream last said anything (null: never yet); `open`: the stream stands; `online`: what the browser says. */
export function connectionOf(heardAt: number | null, open: boolean, online: boolean, now: number): Connection {
  if (heardAt === null) return online && open ? { kind: 'connecting' } : { kind: 'reconnecting' };
  const silentMs = now - heardAt;
  if (open && online && silentMs <= SILENCE_MS) return { kind: 'live' };
  if (!online || silentMs > OFFLINE_AFTER_MS) return { kind: 'offline', sinceAt: heardAt };
  return { kind: 'reconnecting' };
}
