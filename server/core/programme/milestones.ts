/**
 * Where a programme should stand on a day, and when it arrives. The plan gives two ends; between them lies a straight line, which is an assumption
 * and labelled so. Milestones that somebody edited are points the line goes through. A start that the plan leaves blank counts as none.
 */
import { dayAfter, type LocalDay } from '@cac/shared/wall-time.ts';

/** So many sites at the end of a year. */
export interface YearValue {
  year: number;
  value: number;
}

export interface Path {
  /** The year before the first, with what stood there; null where the plan names none. */
  base: { year: number; value: number | null } | null;
  target: YearValue;
  milestones: readonly YearValue[];
}

const DAY_MS = 86_400_000;
const endOf = (year: number): number => Date.parse(`${year}-12-31T00:00:00Z`);

/** The points of the line, in order; the last one is the target. */
export function pointsOf({ base, target, milestones }: Path): (YearValue & { edited: boolean })[] {
  const inside = milestones.filter(({ year }) => year < target.year && (base === null || year > base.year)).map((one) => ({ ...one, edited: true }));
  const first = base === null ? [] : [{ year: base.year, value: base.value ?? 0, edited: false }];
  return [...first, ...inside, { ...target, edited: false }].sort((a, b) => a.year - b.year);
}

/** After the last point the target stays what it was; before the first there is none. */
export function plannedOn(path: Path, day: LocalDay): number | null {
  const at = Date.parse(`${day}T00:00:00Z`);
  const points = pointsOf(path);
  const next = points.findIndex(({ year }) => endOf(year) >= at);
  if (next < 0) return points.at(-1)!.value;
  const to = points[next]!;
  const from = points[next - 1];
  if (from === undefined) return endOf(to.year) === at ? to.value : null;
  return from.value + ((to.value - from.value) * (at - endOf(from.year))) / (endOf(to.year) - endOf(from.year));
}

/** Each year with its value and whether somebody set it: what the editor shows. */
export const yearsOf = (path: Path): { year: number; value: number; assumed: boolean }[] => {
  const points = pointsOf(path);
  const first = points[0]!.year;
  const edited = new Set(points.filter((point) => point.edited || point.year === path.target.year).map(({ year }) => year));
  return Array.from({ length: path.target.year - first + 1 }, (_, i) => first + i).map((year) => ({ year, value: plannedOn(path, `${year}-12-31`)!, assumed: !edited.has(year) }));
};

export interface Pace {
  /** Sites more a month (30.44 days), over the time looked at. */
  perMonth: number;
  from: LocalDay;
  to: LocalDay;
  /** When the target is reached at this pace; `never` where it does not grow; `reached` where it is. */
  arrival: LocalDay | 'never' | 'reached';
}

const MONTH_DAYS = 365.25 / 12;
/** Beyond this no date is worth printing. */
const FARTHEST_DAYS = 100 * 365;

/** Null where there are not two days to compare. */
export function paceOf(then: { day: LocalDay; value: number } | null, now: { day: LocalDay; value: number }, target: number): Pace | null {
  const days = then === null ? 0 : Math.round((Date.parse(now.day) - Date.parse(then.day)) / DAY_MS);
  if (now.value >= target) return { perMonth: then === null || days <= 0 ? 0 : ((now.value - then.value) / days) * MONTH_DAYS, from: then?.day ?? now.day, to: now.day, arrival: 'reached' };
  if (then === null || days <= 0) return null;
  const perDay = (now.value - then.value) / days;
  const left = perDay > 0 ? Math.ceil((target - now.value) / perDay) : Infinity;
  return { perMonth: perDay * MONTH_DAYS, from: then.day, to: now.day, arrival: left > FARTHEST_DAYS ? 'never' : dayAfter(now.day, left) };
}
