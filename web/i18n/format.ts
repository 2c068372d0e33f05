/** Numbers, instants and durations in the language of the page. Instants are shown in Moroccan wall time. */
import { language, LOCALES } from './language.ts';
import { moroccanWall } from '@cac/shared/wall-time.ts';

const made = new Map<string, unknown>();

/** Intl formatters are slow to make: one of each kind and language is kept. */
function kept<T>(kind: string, make: (locale: string) => T): T {
  const key = `${language.value} ${kind}`;
  if (!made.has(key)) made.set(key, make(LOCALES[language.value]));
  return made.get(key) as T;
}

export const number = (n: number): string => kept('number', (l) => new Intl.NumberFormat(l)).format(n);

export const percent = (share: number): string => kept('percent', (l) => new Intl.NumberFormat(l, { style: 'percent', maximumFractionDigits: 0 })).format(share);

export const dateTime = (at: number): string =>
  kept('dateTime', (l) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })).format(moroccanWall(at));

export const day = (at: number): string => kept('day', (l) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' })).format(moroccanWall(at));

/** Short: "lun." */
export const weekday = (at: number): string => kept('weekday', (l) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', weekday: 'short' })).format(moroccanWall(at));

export const clock = (at: number): string => kept('clock', (l) => new Intl.DateTimeFormat(l, { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })).format(moroccanWall(at));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NOW_MS = 5_000;

/** "il y a 3 heures", to the largest unit that fits; "maintenant" within a few seconds. */
export function ago(at: number, now: number): string {
  const ms = Math.max(0, now - at);
  const format = kept('ago', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'always', style: 'long' }));
  if (ms < NOW_MS) return kept('now', (l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto' })).format(0, 'second');
  if (ms < MINUTE) return format.format(-Math.floor(ms / 1000), 'second');
  if (ms < HOUR) return format.format(-Math.floor(ms / MINUTE), 'minute');
  if (ms < 2 * DAY) return format.format(-Math.floor(ms / HOUR), 'hour');
  return format.format(-Math.floor(ms / DAY), 'day');
}

const unit = (n: number, of: 'day' | 'hour' | 'minute'): string => kept(`unit ${of}`, (l) => new Intl.NumberFormat(l, { style: 'unit', unit: of, unitDisplay: 'short' })).format(n);

/** Opening time, which has no days: "156 h 12 min". */
export function hours(ms: number): string {
  const minutes = Math.round(ms / MINUTE);
  const whole = Math.floor(minutes / 60);
  if (whole === 0) return unit(minutes, 'minute');
  return minutes % 60 === 0 ? unit(whole, 'hour') : `${unit(whole, 'hour')} ${unit(minutes % 60, 'minute')}`;
}

/** A length of time by its two largest units: "2 j 4 h", "35 min". */
export function duration(ms: number): string {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  if (days > 0) return hours > 0 ? `${unit(days, 'day')} ${unit(hours, 'hour')}` : unit(days, 'day');
  if (hours > 0) return minutes > 0 ? `${unit(hours, 'hour')} ${unit(minutes, 'minute')}` : unit(hours, 'hour');
  return unit(minutes, 'minute');
}
