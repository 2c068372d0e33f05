/** Which silence or maintenance window holds for a site at an instant: pure, so that the decision and the screen say the same. */
import type { Silence } from '@cac/shared/incidents.ts';

/** A silence, with the regions its author had when writing it (null: all): of other regions it silences nothing. */
export type GivenSilence = Silence & { regions: readonly string[] | null };

export interface SilencedSite {
  id: string;
  region: string;
  province: string | null;
  carrier: string | null;
  programme: string | null;
}

/** From its beginning to its end, or until somebody ended it early. */
export const endOf = (silence: Pick<Silence, 'toAt' | 'endedAt'>): number => Math.min(silence.toAt, silence.endedAt ?? silence.toAt);

export const holdsAt = (silence: Pick<Silence, 'fromAt' | 'toAt' | 'endedAt'>, at: number): boolean => silence.fromAt <= at && at < endOf(silence);

/** Whether it is about this site, whenever. */
export function concerns(silence: Pick<GivenSilence, 'scope' | 'regions'>, site: SilencedSite): boolean {
  if (silence.regions !== null && !silence.regions.includes(site.region)) return false;
  switch (silence.scope.kind) {
    case 'site':
      return site.id === silence.scope.id;
    case 'province':
      return site.province === silence.scope.id;
    case 'region':
      return site.region === silence.scope.id;
    case 'carrier':
      return site.carrier === silence.scope.id;
    case 'programme':
      return site.programme === silence.scope.id;
    default:
      return silence.scope.kind satisfies never;
  }
}

/** Of several, the one that ends last: until then nobody is told. */
export function silenceOf<S extends GivenSilence>(site: SilencedSite, silences: readonly S[], at: number): S | null {
  let last: S | null = null;
  for (const silence of silences) if (holdsAt(silence, at) && concerns(silence, site) && (last === null || endOf(silence) > endOf(last))) last = silence;
  return last;
}
