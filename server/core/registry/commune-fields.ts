/** A commune as flat fields, as its history and its changes by an import are told; and back. Pure. */
import { CSP } from '@cac/shared/site-fields.ts';
import type { Commune, Fields } from '@cac/shared/registry.ts';

export type CommuneFacts = Omit<Commune, 'code' | 'demo' | 'writtenAt' | 'writtenBy'>;

/** The categories' shares stand in fields of their own: `cspA` ... `cspE`. */
export function communeFields({ nameFr, nameAr, region, province, zone, households, onlineShare, csp, lat, lon, year, source }: CommuneFacts): Fields {
  return { nameFr, nameAr, region, province, zone, households, onlineShare, ...Object.fromEntries(CSP.map((c) => [`csp${c}`, csp?.[c] ?? null])), lat, lon, year, source };
}

/** The other way; with one category known, those that are not are nobody's. */
export function communeOfFields(fields: Fields): CommuneFacts {
  const mix = Object.fromEntries(CSP.map((c) => [c, fields[`csp${c}`] ?? null]));
  const known = CSP.some((c) => mix[c] !== null);
  const { cspA: _a, cspB: _b, cspC: _c, cspD: _d, cspE: _e, ...rest } = fields;
  return { zone: null, onlineShare: null, lat: null, lon: null, ...rest, csp: known ? Object.fromEntries(CSP.map((c) => [c, mix[c] ?? 0])) : null } as CommuneFacts;
}
