/** Sites on one point stand around it, once one has come near enough to tell them apart. Pure. */

export interface Spread {
  /** How far a site is drawn from its point, CSS pixels to the right and down. */
  of(i: number, zoom: number): readonly [dx: number, dy: number];
  /** The most that any is, CSS pixels. */
  reach(zoom: number): number;
}

const FROM_ZOOM = 12;
/** Around a point so many fit, and so far away; more stand further out. */
const RING = { sites: 8, px: 17 } as const;
const NOWHERE = [0, 0] as const;

export function spreadOf(xs: Float64Array, ys: Float64Array): Spread {
  const groups = new Map<string, number[]>();
  for (let i = 0; i < xs.length; i += 1) {
    const key = `${xs[i]!.toFixed(8)} ${ys[i]!.toFixed(8)}`;
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const placed = new Map<number, readonly [number, number]>();
  let most = 0;
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    for (const [k, i] of group.entries()) {
      const ring = Math.floor(k / RING.sites);
      const onRing = Math.min(RING.sites, group.length - ring * RING.sites);
      const turn = (2 * Math.PI * (k % RING.sites)) / onRing - Math.PI / 2;
      const away = RING.px * (ring + 1);
      most = Math.max(most, away);
      placed.set(i, [Math.cos(turn) * away, Math.sin(turn) * away]);
    }
  }
  return {
    of: (i, zoom) => (zoom < FROM_ZOOM ? NOWHERE : (placed.get(i) ?? NOWHERE)),
    reach: (zoom) => (zoom < FROM_ZOOM ? 0 : most),
  };
}
