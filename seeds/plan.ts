/** Reads the plan's figures, and the two they give without any estimate. */
import { readFileSync } from 'node:fs';
import { PlanFile } from '@cac/shared/plan.ts';
import * as v from 'valibot';

export const PLAN_FILE = new URL('data/plan.json', import.meta.url);

/** The plan as shipped. Throws when the file is not what its schema says. */
export const readPlan = (): PlanFile => v.parse(PlanFile, JSON.parse(readFileSync(PLAN_FILE, 'utf8')));

interface Measured {
  households: number;
  home_internet: number;
  literacy: number;
}

/** Households without Internet at home. */
export const unserved = ({ households, home_internet }: Measured): number => Math.round(households * (1 - home_internet));

/** Penetration corrected for literacy, as the plan prints it: rounded to a whole per cent. */
export const correctedShare = ({ home_internet, literacy }: Measured): number => Math.round((100 * home_internet) / literacy) / 100;
