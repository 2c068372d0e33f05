/** The texts of the page that an installation code opens, which loads none of the others. */
import { filled, pluralOf, type Params, type Plural } from '../catalogue.ts';
import { number } from '../format.ts';
import { language, type Language } from '../language.ts';
import { voucherAr } from './ar.ts';
import { voucherEn } from './en.ts';
import { voucherFr } from './fr.ts';

type Keys<Kind> = { [K in keyof typeof voucherFr]: (typeof voucherFr)[K] extends Kind ? K : never }[keyof typeof voucherFr];
export type VoucherKey = Keys<string>;
export type VoucherCount = Keys<Plural>;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<VoucherKey, string>> & Readonly<Record<VoucherCount, Plural>>>> = { fr: voucherFr, ar: voucherAr, en: voucherEn };

export const vt = (key: VoucherKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const vcount = (key: VoucherCount, n: number): string => filled(pluralOf(CATALOGUES[language.value][key], language.value, n), { n: number(n) });
