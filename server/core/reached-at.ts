/**
 * The server's address for people elsewhere: the configured one; where that names only this very machine (nothing was configured), the one
 * that the asking browser used. `host`: as its request said.
 */
const OWN_MACHINE = new Set(['localhost', '127.0.0.1', '[::1]']);

export function reachedAt(publicUrl: string, host: string | undefined, secure: boolean): string {
  if (!OWN_MACHINE.has(new URL(publicUrl).hostname) || host === undefined || !/^[\w.:[\]-]{1,255}$/.test(host)) return publicUrl;
  const asked = `${secure ? 'https' : 'http'}://${host}`;
  return URL.canParse(asked) ? asked : publicUrl;
}
