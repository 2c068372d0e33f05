/** What a catalogue is: texts by key, and texts that depend on a number. French says which keys exist. */
import { LOCALES, type Language } from './language.ts';

/** One text per plural category the language has; `{n}` stands for the number, already formatted. */
export type Plural = { readonly other: string } & { readonly [category in Exclude<Intl.LDMLPluralRule, 'other'>]?: string };
/** Arabic tells six apart: a catalogue that forgets one does not compile. */
export type ArabicPlural = { readonly [category in Intl.LDMLPluralRule]: string };

/** The same keys as `Model`, texts where it has texts, plurals where it has plurals. */
export type SameKeys<Model, P = Plural> = { readonly [K in keyof Model]: Model[K] extends string ? string : P };

export type Params = Readonly<Record<string, string | number>>;

/** Puts values in the place of `{name}`; a name without a value stays visible. */
export const filled = (text: string, params: Params): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));

const rules = new Map<Language, Intl.PluralRules>();

export function pluralOf(forms: Plural, language: Language, n: number): string {
  let rule = rules.get(language);
  if (rule === undefined) rules.set(language, (rule = new Intl.PluralRules(LOCALES[language])));
  return forms[rule.select(n)] ?? forms.other;
}
