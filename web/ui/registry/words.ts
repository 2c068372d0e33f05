/** Values of the registry in words of the page's language, and what went wrong. */
import type { Fields } from '@cac/shared/registry.ts';
import type { RequestError } from '../../api.ts';
import { number } from '../../i18n/format.ts';
import { fieldName, isRegistryKey, rt } from '../../i18n/registry/text.ts';
import { isTextKey, t } from '../../i18n/text.ts';
import { areaName } from '../area-names.ts';
import { errorText } from '../error-text.ts';
import { programmeName } from '../programme-name.ts';

const WORDS: Readonly<Record<string, string>> = { zone: 'zone_', kind: 'kind_', hostPremises: 'host_', equipment: 'equipment_' };
/** Numbers that are no amounts. */
const AS_WRITTEN = new Set(['lat', 'lon', 'year']);

export function valueText(field: string, value: Fields[string] | undefined): string {
  if (value === null || value === undefined || value === '') return rt('nothing');
  if (typeof value === 'boolean') return rt(value ? 'yes' : 'no');
  if (typeof value === 'number') return AS_WRITTEN.has(field) ? String(value) : number(value);
  if (field === 'region' || field === 'province') return areaName(value);
  if (field === 'programme') return programmeName(value);
  const technology = `technology_${value}`;
  if (field === 'technology' && isRegistryKey(technology)) return rt(technology);
  const key = `${WORDS[field] ?? ''}${value}`;
  return field in WORDS && isTextKey(key) ? t(key) : value;
}

/** The fields of a change, each as it was and as it is. */
export const changedFields = (before: Fields | null, after: Fields | null): { field: string; name: string; was: string; is: string }[] =>
  Object.keys(after ?? before ?? {}).map((field) => ({ field, name: fieldName(field), was: valueText(field, before?.[field]), is: valueText(field, after?.[field]) }));

/** Regions and provinces by name where a text of the server names them by code. */
export const withAreaNames = (text: string): string => text.replaceAll(/\bMA-(\d{2}|[A-Z]{3})\b/g, (code) => areaName(code));

export function registryError(error: RequestError): string {
  const key = `error_${error.code}`;
  return isRegistryKey(key) ? rt(key, { where: error.where ?? '' }) : errorText(error);
}
