/** The texts of the calendars in the language of the page; apart from the main catalogue because they load with their page. */
import { filled, pluralOf, type Params, type Plural } from '../catalogue.ts';
import { number } from '../format.ts';
import { language, type Language } from '../language.ts';
import { calendarAr } from './ar.ts';
import { calendarEn } from './en.ts';
import { calendarFr } from './fr.ts';

type Keys<Kind> = { [K in keyof typeof calendarFr]: (typeof calendarFr)[K] extends Kind ? K : never }[keyof typeof calendarFr];
export type CalendarKey = Keys<string>;
type CalendarCountKey = Keys<Plural>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<CalendarKey, string>> & Readonly<Record<CalendarCountKey, Plural>>>> = { fr: calendarFr, ar: calendarAr, en: calendarEn };

export const ct = (key: CalendarKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const ccount = (key: CalendarCountKey, n: number): string => filled(pluralOf(CATALOGUES[language.value][key], language.value, n), { n: number(n) });
export const isCalendarKey = (key: string): key is CalendarKey => Object.hasOwn(calendarFr, key) && typeof calendarFr[key as keyof typeof calendarFr] === 'string';
