/** What makes a site impossible, beyond the shape of each field: places that contradict each other, and codes that stand for nothing. Pure. */
import type { SiteEdit } from '@cac/shared/registry.ts';
import type { ProblemInfo } from '../problem.ts';

export interface KnownPlaces {
  /** Region of each province. */
  regionOf: ReadonlyMap<string, string>;
  programmes: ReadonlySet<string>;
  /** Province of each commune that is known by its code. */
  communes: ReadonlyMap<string, string>;
}

/** A commune is given by its code where a list of communes knows it, else by its name: one that looks like a code must be known. */
export const isCommuneCode = (text: string): boolean => /^[A-Z0-9][A-Z0-9.-]*$/.test(text) && /\d/.test(text);

type Placed = Pick<SiteEdit, 'region' | 'province' | 'programme' | 'commune'>;

/** The first fault, or null. `where` names the field. */
export function siteFault(site: Placed, known: KnownPlaces): ProblemInfo | null {
  const { province, programme, commune } = site;
  const region = province === null ? site.region : known.regionOf.get(province);
  if (region === undefined) return { code: 'unknown_province', message: `There is no province ${province}.`, where: 'province' };
  if (region !== site.region) return { code: 'province_elsewhere', message: `Province ${province} lies in region ${region}, not in ${site.region}.`, where: 'province' };
  if (programme !== null && !known.programmes.has(programme)) {
    return { code: 'unknown_programme', message: `There is no programme ${programme}.`, where: 'programme', todo: `Use one of ${[...known.programmes].join(', ')}, or ask an administrator to add it.` };
  }
  if (commune === null || commune === undefined || !isCommuneCode(commune)) return null;
  const lies = known.communes.get(commune);
  if (lies === undefined) return { code: 'unknown_commune', message: `There is no commune ${commune}.`, where: 'commune', todo: 'Check the code, import the communes first, or give its name.' };
  if (province !== null && lies !== province) return { code: 'commune_elsewhere', message: `Commune ${commune} lies in province ${lies}, not in ${province}.`, where: 'commune' };
  return null;
}
