/** Durations, minutes of the day and refusals as this page says them. */
import type { RequestError } from '../../api.ts';
import { at, isAlertingKey, type AlertingKey } from '../../i18n/alerting/text.ts';
import { duration, weekday } from '../../i18n/format.ts';
import { errorText, fieldOf } from '../error-text.ts';

/** A key made of a word that the server said; `fallback` where it says one that we do not know. */
export function wordText(prefix: string, word: string, fallback: AlertingKey): string {
  const key = `${prefix}_${word}`;
  return at(isAlertingKey(key) ? key : fallback);
}

export const afterText = (ms: number): string => (ms === 0 ? at('when_now') : at('when_after', { after: duration(ms) }));

/** Monday to Sunday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** The 16th of November 2026 is a Monday. */
export const weekdayName = (day: number): string => weekday(Date.UTC(2026, 10, 15 + day, 12));

/** "08:30" */
export const clockOf = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
/** Null where it is no time of day. */
export function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text.trim()) ?? [];
  return hours === undefined || Number(hours) > 23 || Number(minutes) > 59 ? null : Number(hours) * 60 + Number(minutes);
}

const FIELDS = new Set(['bad_field', 'channel_wrong', 'route_wrong', 'test_receiver']);

/** What was refused, by its field where we have words for it. */
export function refusalText(error: RequestError): string {
  if (error.code === 'sealed_with_another_key') return at('sealed_elsewhere');
  const key = `wrong_${fieldOf(error)?.replace(/\[.*$/, '') ?? ''}`;
  return FIELDS.has(error.code) && isAlertingKey(key) ? at(key) : errorText(error);
}
