/** Sentences in the receiver's language: values put in, each keeping its own direction; instants in Moroccan wall time, durations by their two largest units. */
import type { Language } from '@cac/shared/people.ts';
import { moroccanWall } from '@cac/shared/wall-time.ts';
import { cleanText, hasRtl, isolated } from './clean-text.ts';
import { noticeAr } from './words-ar.ts';
import { noticeEn } from './words-en.ts';
import { noticeFr, type NoticeWords } from './words-fr.ts';

const WORDS: Readonly<Record<Language, NoticeWords>> = { fr: noticeFr, ar: noticeAr, en: noticeEn };
const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr-FR', ar: 'ar-MA-u-nu-latn', en: 'en-GB' };

export type NoticeKey = keyof NoticeWords;
export type Values = Readonly<Record<string, string | number>>;

export const isNoticeKey = (key: string): key is NoticeKey => Object.hasOwn(noticeFr, key);

export interface Wording {
  language: Language;
  say(key: NoticeKey, values?: Values): string;
  /** A name that somebody typed. */
  name(text: string): string;
  at(instant: number): string;
  duration(ms: number): string;
}

export function wordingIn(language: Language): Wording {
  const locale = LOCALES[language];
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' });
  const clock = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const number = new Intl.NumberFormat(locale);
  const unit = (n: number, of: 'day' | 'hour' | 'minute'): string => new Intl.NumberFormat(locale, { style: 'unit', unit: of, unitDisplay: 'long' }).format(n);
  const shown = (value: string | number): string => {
    const text = typeof value === 'number' ? number.format(value) : value;
    return language === 'ar' || hasRtl(text) ? isolated(text) : text;
  };
  const say = (key: NoticeKey, values: Values = {}): string => WORDS[language][key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => (values[name] === undefined ? whole : shown(values[name])));
  return {
    language,
    say,
    name: (text) => cleanText(text),
    at(instant) {
      const wall = moroccanWall(instant);
      return language === 'en' ? `${day.format(wall)} at ${clock.format(wall)}` : language === 'fr' ? `${day.format(wall)} à ${clock.format(wall)}` : `${day.format(wall)} على الساعة ${clock.format(wall)}`;
    },
    duration(ms) {
      const minutes = Math.max(1, Math.round(ms / 60_000));
      const parts = ([['day', Math.floor(minutes / 1440)], ['hour', Math.floor((minutes % 1440) / 60)], ['minute', minutes % 60]] as const).filter(([, n]) => n > 0).slice(0, 2);
      return parts.map(([of, n]) => unit(n, of)).join(say('and'));
    },
  };
}
