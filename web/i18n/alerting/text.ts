/** The texts of who is told in the language of the page; they load with their page. */
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { alertingAr } from './ar.ts';
import { alertingEn } from './en.ts';
import { alertingFr } from './fr.ts';

export type AlertingKey = keyof typeof alertingFr;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<AlertingKey, string>>>> = { fr: alertingFr, ar: alertingAr, en: alertingEn };

export const at = (key: AlertingKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isAlertingKey = (key: string): key is AlertingKey => Object.hasOwn(alertingFr, key);
