/**
 * The plan's figures as a file (`seeds/data/plan.json`): targets, households by zone and by social category, each with
 * the year it stands for and the page it was read on. Shares are 0 to 1, households are counted one by one.
 */
import * as v from 'valibot';
import { Programme, Zone } from './api.ts';
import { Source } from './programme.ts';

const Year = v.pipe(v.number(), v.integer('year'), v.minValue(1990, 'year'), v.maxValue(2100, 'year'));
const Page = v.nullable(v.string());
const Share = v.pipe(v.number(), v.minValue(0, 'share'), v.maxValue(1, 'share'));
const Count = v.pipe(v.number(), v.integer('count'), v.minValue(0, 'count'));

const Names = v.strictObject({ fr: v.string(), ar: v.string(), en: v.string() });

const PlanTarget = v.strictObject({
  /** `sites` is the one the deployment table reads. */
  indicator: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/, 'indicator')),
  /** Both null where the plan gives no starting point; the value alone where it leaves it blank. */
  base_year: v.nullable(Year),
  base_value: v.nullable(v.number()),
  year: Year,
  value: v.number(),
  unit: v.string(),
  page: Page,
  note: v.string(),
});

const Measured = { households: Count, home_internet: Share, literacy: Share, corrected: Share, year: Year, page: Page };

export const PlanFile = v.strictObject({
  source: Source,
  programmes: v.array(v.strictObject({ code: Programme, kind: v.picklist(['centre', 'school']), names: Names, targets: v.array(PlanTarget) })),
  /** Targets of the plan that belong to no programme here. */
  national: v.array(v.strictObject({ ...PlanTarget.entries, names: Names })),
  zones_note: v.string(),
  zones: v.array(v.strictObject({ zone: Zone, ...Measured })),
  country: v.strictObject(Measured),
  csp_note: v.string(),
  csp: v.array(
    v.strictObject({
      csp: v.picklist(['A', 'B', 'C', 'D', 'E']),
      income_from: v.nullable(Count),
      income_to: v.nullable(Count),
      dense: v.nullable(Share),
      moderate: v.nullable(Share),
      grey_white: v.nullable(Share),
      ...Measured,
    }),
  ),
  internet_households_note: v.string(),
  internet_households: v.array(v.strictObject({ year: Year, connections: Count, share: Share, page: Page })),
});
export type PlanFile = v.InferOutput<typeof PlanFile>;
