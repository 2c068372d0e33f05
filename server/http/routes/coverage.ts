/** Coverage: what the plan says of households, what communes add to it, and the centres beside both; and the same by area for the map. */
import { Programme, Zone } from '@cac/shared/api.ts';
import { AREA_KINDS, CoverageAreas, CoverageView } from '@cac/shared/coverage.ts';
import { Day } from '@cac/shared/history-api.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { coverageCsv } from '../../core/coverage/csv.ts';
import { problem } from '../../core/problem.ts';
import type { CoverageQuery } from '../../store/coverage.ts';
import { readCoverage, readCoverageAreas } from '../../usecases/read-coverage.ts';
import { csvAnswer } from '../file-answer.ts';
import { route } from '../route.ts';

const narrowed = { region: v.optional(RegionCode), province: v.optional(ProvinceCode), zone: v.optional(Zone), programme: v.optional(Programme), asOf: v.optional(Day) };

function queryOf({ asOf = null, ...query }: Omit<CoverageQuery, 'asOf'> & { asOf?: string | null | undefined }, now: number): CoverageQuery {
  const today = localDayOf(now);
  if (asOf !== null && asOf >= today) throw problem('day_ahead', `${asOf} is not over yet.`, { where: 'asOf', todo: 'Ask for a day that has ended; without a day the last one that is told counts.' });
  return { ...query, asOf };
}

export const coverageRoutes = [
  route({
    method: 'get',
    path: '/api/v1/coverage',
    summary: "Households of the plan by zone and category, unserved households, declared and proven coverage, centres by zone; `cells=1` adds our estimate by zone and category, `asOf` asks for a past day's end",
    access: 'any',
    query: v.strictObject({ ...narrowed, cells: v.optional(v.picklist(['0', '1'])), format: v.optional(v.picklist(['csv'])) }),
    answer: CoverageView,
    async handle({ deps, scope, query: { cells, format, ...asked }, now, c }) {
      const view = await readCoverage(deps.store.db, scope, { ...queryOf(asked, now), cells: cells === '1' }, now);
      return format === 'csv' ? csvAnswer(c, `couverture-${localDayOf(now)}`, coverageCsv(view)) : view;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/coverage/areas',
    summary: 'Coverage by region, province or commune: what the layers of the map show',
    access: 'any',
    query: v.strictObject({ ...narrowed, by: v.optional(v.picklist(AREA_KINDS), 'province') }),
    answer: CoverageAreas,
    handle: ({ deps, scope, query: { by, ...asked }, now }) => readCoverageAreas(deps.store.db, scope, { ...queryOf(asked, now), by }, now),
  }),
];
