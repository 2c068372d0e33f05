/** The registry as files: every field, with its source, the year, and whether it is a demonstration. */
import { Programme, Zone } from '@cac/shared/api.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { DECLARED_STAGES, PROVEN_STAGES } from '@cac/shared/ladder.ts';
import { Csp, Technology } from '@cac/shared/site-fields.ts';
import { SITE_STATES, type SiteState } from '@cac/shared/states.ts';
import * as v from 'valibot';
import type { Commune } from '@cac/shared/registry.ts';
import { communeColumns, siteColumns, siteFeature, type ExportedSite } from '../../core/import/export.ts';
import { communesToExport, sitesToExport, type ExportQuery } from '../../store/exports.ts';
import { csvStream, eachPage, geoJsonStream, pagesOf } from '../file-answer.ts';
import { route } from '../route.ts';

const Words = v.pipe(v.string(), v.regex(/^[^\p{Cc}]{0,120}$/u, 'control_character'));
const areas = { region: v.optional(RegionCode), province: v.optional(ProvinceCode), zone: v.optional(Zone), q: v.optional(Words) };
const MOST_IDS = 1_000;
const DECLARED = ['none', ...DECLARED_STAGES] as const;
const States = v.pipe(
  v.string(),
  v.transform((text) => text.split(',')),
  v.array(v.picklist(SITE_STATES, 'site_state')),
  v.maxLength(SITE_STATES.length, 'too_many'),
);

export const exportRoutes = [
  route({
    method: 'get',
    path: '/api/v1/export/sites',
    summary: 'Sites in scope as a file (`format`: csv, geojson), narrowed as the map is (`state`: several with commas; `declared`, `proven`: the rung they stand on); an import reads the CSV back',
    access: 'any',
    query: v.strictObject({
      format: v.optional(v.picklist(['csv', 'geojson'], 'format'), 'csv'),
      ...areas,
      programme: v.optional(Programme),
      carrier: v.optional(Words),
      technology: v.optional(Technology),
      csp: v.optional(Csp),
      state: v.optional(States),
      declared: v.optional(v.picklist(DECLARED, 'stage')),
      proven: v.optional(v.picklist(PROVEN_STAGES, 'stage')),
      ids: v.optional(v.pipe(v.string(), v.regex(/^[A-Z0-9-]+(,[A-Z0-9-]+)*$/, 'site_id'), v.transform((text) => text.split(',')), v.maxLength(MOST_IDS, 'too_many'))),
    }),
    answer: null,
    status: 200,
    async handle({ deps, scope, query, c }) {
      const { format, declared, proven, state, ...named } = query;
      const filter: ExportQuery = {
        ...named,
        states: state satisfies readonly SiteState[] | undefined,
        declaredRung: declared === undefined ? undefined : DECLARED.indexOf(declared),
        provenRung: proven === undefined ? undefined : PROVEN_STAGES.indexOf(proven),
      };
      const pages = pagesOf<ExportedSite>((last, limit) => sitesToExport(deps.store.db, scope, filter, last?.id ?? null, limit));
      return format === 'csv' ? csvStream(c, 'sites', siteColumns, pages) : geoJsonStream(c, 'sites', eachPage(pages, (sites) => sites.map(siteFeature)));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/export/communes',
    summary: 'Communes in scope as CSV; an import reads it back',
    access: 'any',
    query: v.strictObject(areas),
    answer: null,
    status: 200,
    handle: async ({ deps, scope, query, c }) => csvStream(c, 'communes', communeColumns, pagesOf<Commune>((last, limit) => communesToExport(deps.store.db, scope, query, last?.code ?? null, limit))),
  }),
];
