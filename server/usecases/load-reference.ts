/**
 * Reference data as shipped: regions and provinces, the plan's programmes, targets and zones, default calendars, each with its source.
 * Put in place at every start, so that a corrected file takes effect; rows that the file no longer has stay.
 */
import type { Source } from '@cac/shared/programme.ts';
import { CalendarFile } from '@cac/shared/calendar.ts';
import { ProvinceCode, RegionCode } from '@cac/shared/ids.ts';
import { LadderFile } from '@cac/shared/ladder.ts';
import { PlanFile } from '@cac/shared/plan.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import { putIndicators } from '../store/indicators.ts';
import { putPlan } from '../store/programme.ts';
import type { Store } from '../store/store.ts';
import { putTerritory } from '../store/territory.ts';
import { factsOfFile, putCalendar } from './load-calendar.ts';
import { putLadder } from './load-ladder.ts';

const RegionsFile = v.object({ regions: v.array(v.object({ code: RegionCode, fr: v.string(), ar: v.string() })) });
const ProvincesFile = v.object({ provinces: v.array(v.object({ code: ProvinceCode, region: RegionCode, fr: v.string(), ar: v.string() })) });

/** Throws `bad_reference_file` naming the file and the place in it; then nothing was changed. */
export async function loadReference(store: Store, seedsDir: string, now: number): Promise<void> {
  const { regions } = readJson(join(seedsDir, 'territory', 'regions.json'), RegionsFile);
  const { provinces } = readJson(join(seedsDir, 'territory', 'provinces.json'), ProvincesFile);
  const plan = readJson(join(seedsDir, 'data', 'plan.json'), PlanFile);
  const calendar = readJson(join(seedsDir, 'data', 'calendar.json'), CalendarFile);
  const ladder = readJson(join(seedsDir, 'data', 'ladder.json'), LadderFile);
  const facts = factsOfFile(join(seedsDir, 'data', 'calendar.json'), calendar);
  await store.db.transaction().execute(async (tx) => {
    await putTerritory(
      tx,
      regions.map(({ code, fr, ar }) => ({ code, name_fr: fr, name_ar: ar })),
      provinces.map(({ code, region, fr, ar }) => ({ code, region, name_fr: fr, name_ar: ar })),
    );
    await putPlan(tx, {
      programmes: plan.programmes.map(({ code, kind, names }) => ({ code, name_fr: names.fr, name_ar: names.ar, name_en: names.en, kind, by_file: 1 })),
      targets: plan.programmes.flatMap(({ code, targets }) =>
        targets.map(({ page, note, ...target }) => ({ programme: code, ...target, source: JSON.stringify(sourceOf(plan, page, note)) })),
      ),
      zones: [...plan.zones, { zone: '', ...plan.country }].map(({ zone, year, households, home_internet, literacy, corrected, page }) => ({
        zone, year, households, home_internet, literacy, corrected, source: JSON.stringify(sourceOf(plan, page, plan.zones_note)),
      })),
      categories: plan.csp.map(({ page, ...figures }) => ({ ...figures, source: JSON.stringify(sourceOf(plan, page, plan.csp_note)) })),
    });
    await putIndicators(
      tx,
      plan.national.map(({ page, note, ...target }) => ({
        code: target.indicator, name_fr: target.names.fr, name_ar: target.names.ar, name_en: target.names.en, unit: target.unit, base_year: target.base_year, base_value: target.base_value,
        target_year: target.year, target_value: target.value, source: JSON.stringify(sourceOf(plan, page, note)),
      })),
    );
    await putCalendar(tx, facts, calendar.version, now);
    await putLadder(tx, join(seedsDir, 'data', 'ladder.json'), ladder, now);
  });
}

const sourceOf = (plan: PlanFile, page: string | null, note: string): Source => ({ ...plan.source, page, note });

function readJson<T extends v.GenericSchema>(file: string, schema: T): v.InferOutput<T> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw problem('bad_reference_file', `${file} cannot be read: ${(cause as Error).message}.`, { where: file, todo: 'Take the file from the distribution again.' });
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw problem('bad_reference_file', `${file}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}.`, { where: file, todo: 'Take the file from the distribution again.' });
}
