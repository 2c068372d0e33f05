/** The plan's tables with what follows from them exactly: unserved households, and penetration corrected for literacy as a check of the reading. Pure. */

export interface PlanRates {
  households: number;
  homeInternet: number;
  literacy: number;
}

/** Households without Internet at home. */
export const unservedOf = ({ households, homeInternet }: PlanRates): number => Math.round(households * (1 - homeInternet));

/** As the plan rounds it: to a whole per cent. Null where nobody reads. */
export const recomputedOf = ({ homeInternet, literacy }: PlanRates): number | null => (literacy > 0 ? Math.round((100 * homeInternet) / literacy) / 100 : null);
