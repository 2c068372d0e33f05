/** The texts of the registry in the language of the page; apart from the main catalogue because they load with their page. */
import type { Finding, ImportNote } from '@cac/shared/registry.ts';
import { filled, type Params } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { registryAr } from './ar.ts';
import { registryEn } from './en.ts';
import { findingsAr } from './findings-ar.ts';
import { findingsFr } from './findings-fr.ts';
import { registryFr } from './fr.ts';

export type RegistryKey = keyof typeof registryFr;
const CATALOGUES: Readonly<Record<Language, Readonly<Record<RegistryKey, string>>>> = { fr: registryFr, ar: registryAr, en: registryEn };
const FINDINGS: Readonly<Record<Language, Readonly<Record<string, string>>>> = { fr: findingsFr, ar: findingsAr, en: {} };

export const rt = (key: RegistryKey, params: Params = {}): string => filled(CATALOGUES[language.value][key], params);
export const isRegistryKey = (key: string): key is RegistryKey => Object.hasOwn(registryFr, key);

/** What was found, and what to do about it. */
export function findingText(finding: Finding): { said: string; todo: string } {
  const text = FINDINGS[language.value][finding.code];
  if (text === undefined) return { said: finding.message, todo: finding.todo };
  const [said = '', todo = ''] = text.split('|');
  const params = { value: finding.value, column: finding.column, about: finding.about };
  return { said: filled(said, params), todo: filled(todo, params) };
}

export function noteText(note: ImportNote): string {
  const key = `note_${note.code}`;
  return isRegistryKey(key) ? rt(key, { value: note.value, about: note.about }) : note.message;
}

export function fieldName(field: string): string {
  const key = `field_${field}`;
  return isRegistryKey(key) ? rt(key) : field;
}
