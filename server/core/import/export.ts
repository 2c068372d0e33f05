/** The registry as files that an import reads back: each field under the head that is understood, and beside them what says where the data come from. Pure. */
import type { Commune } from '@cac/shared/registry.ts';
import { CSP } from '@cac/shared/site-fields.ts';
import { DECLARED_STAGES } from '@cac/shared/ladder.ts';
import type { CsvColumn } from '../csv.ts';
import { SITE_FIELDS, type SiteRecord } from '../registry/site-record.ts';
import { headOf } from './fields.ts';

export interface ExportedSite {
  id: string;
  record: SiteRecord;
  /** Day of each stage that stands declared, `identifiedOn` ... */
  stages: Readonly<Record<string, string | null>>;
  source: string | null;
  demo: boolean;
}

/** Words as offices write them: the French ones, which every import of ours understands. */
const FRENCH: Readonly<Partial<Record<keyof SiteRecord, Readonly<Record<string, string>>>>> = {
  zone: { dense: 'dense', moderate: 'moyennement dense', 'grey-white': 'grise et blanche' },
  kind: { centre: 'centre', school: 'école', local: 'local' },
  hostPremises: { youth_centre: 'maison de jeunes', girls_home: 'foyer de jeunes filles', post_office: 'bureau de poste', womens_centre: 'centre féminin', library: 'bibliothèque', commune_hall: 'siège de la commune', other: 'autre' },
  equipment: { room: 'salle', suitcase: 'valise', trolley: 'chariot' },
  technology: { adsl: 'ADSL', fibre: 'fibre', leased: 'ligne louée', wimax: 'WiMAX', mobile: 'mobile', satellite: 'satellite', radio: 'radio', other: 'autre' },
};

const french = (field: keyof SiteRecord, value: SiteRecord[keyof SiteRecord]): string | number | boolean | null => FRENCH[field]?.[String(value)] ?? value;

/** Heads that an import leaves alone. */
const NOT_READ = { year: 'Année de la déclaration', demo: 'Démonstration' } as const;

export const siteColumns: readonly CsvColumn<ExportedSite>[] = [
  { head: headOf('sites', 'id'), of: ({ id }) => id },
  ...SITE_FIELDS.map((field) => ({ head: headOf('sites', field), of: ({ record }: ExportedSite) => french(field, record[field]) })),
  ...DECLARED_STAGES.map((stage) => ({ head: headOf('sites', `${stage}On`), of: ({ stages }: ExportedSite) => stages[`${stage}On`] ?? null })),
  { head: headOf('sites', 'stageSource'), of: ({ source }) => source },
  { head: NOT_READ.year, of: ({ stages }) => (stages['connectedOn'] ? Number(stages['connectedOn'].slice(0, 4)) : null) },
  { head: NOT_READ.demo, of: ({ demo }) => demo },
];

const percent = (share: number | null | undefined): number | null => (share == null ? null : Math.round(share * 1e8) / 1e6);

export const communeColumns: readonly CsvColumn<Commune>[] = [
  ...(['code', 'nameFr', 'nameAr', 'region', 'province'] as const).map((field) => ({ head: headOf('communes', field), of: (commune: Commune) => commune[field] })),
  { head: headOf('communes', 'zone'), of: ({ zone }) => french('zone', zone) },
  { head: headOf('communes', 'households'), of: ({ households }) => households },
  { head: headOf('communes', 'onlineShare'), of: ({ onlineShare }) => percent(onlineShare) },
  ...CSP.map((csp) => ({ head: headOf('communes', `csp${csp}`), of: (commune: Commune) => percent(commune.csp?.[csp]) })),
  ...(['lat', 'lon', 'year', 'source'] as const).map((field) => ({ head: headOf('communes', field), of: (commune: Commune) => commune[field] })),
  { head: NOT_READ.demo, of: ({ demo }) => demo },
];

/** GeoJSON (RFC 7946): a point a site, all its fields beside it. */
export const siteFeature = ({ id, record: { lat, lon, ...fields }, stages, source, demo }: ExportedSite): object => ({
  type: 'Feature', id, geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { id, ...fields, ...stages, source, year: stages['connectedOn'] ? Number(stages['connectedOn'].slice(0, 4)) : null, demo },
});
