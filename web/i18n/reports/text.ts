/** The texts of reports and of the list of work in the language of the page; they load with their pages. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { reportsAr } from './ar.ts';
import { reportsEn } from './en.ts';
import { reportsFr } from './fr.ts';

type ReportsKey = keyof typeof reportsFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<ReportsKey, string>>>> = { fr: reportsFr, ar: reportsAr, en: reportsEn };

export const rt = (key: ReportsKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isReportsKey = (key: string): key is ReportsKey => Object.hasOwn(reportsFr, key);
