/** Opening time of many sites, in whole hours. */
import { hours } from '../../i18n/format.ts';

const HOUR_MS = 3_600_000;
export const durationOf = (ms: number): string => hours(Math.round(ms / HOUR_MS) * HOUR_MS);
