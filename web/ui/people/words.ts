/** Accounts, acts and refusals in the words of the page. */
import type { Scope } from '@cac/shared/api.ts';
import type { Person } from '@cac/shared/people.ts';
import type { RequestError } from '../../api.ts';
import { language } from '../../i18n/language.ts';
import { isPeopleKey, pt, type PeopleKey } from '../../i18n/people/text.ts';
import { t, type TextKey } from '../../i18n/text.ts';
import { areaName } from '../area-names.ts';
import { errorText, fieldOf } from '../error-text.ts';

export const ROLE_WORDS = ['administrator', 'coordinator', 'operator', 'viewer'] as const satisfies readonly Person['role'][];
export const roleName = (role: Person['role']): string => t(`role_${role}`);
export const scopeText = (scope: Scope): string => (scope.kind === 'all' ? pt('all_regions') : scope.regions.map(areaName).join(language.value === 'ar' ? '، ' : ', '));

export type Standing = 'enabled' | 'disabled' | 'invited' | 'must_change';
export function standingOf({ disabled, invited, mustChange }: Person): Standing {
  if (disabled) return 'disabled';
  if (invited) return 'invited';
  return mustChange ? 'must_change' : 'enabled';
}

/** Acts of one kind on different things have a word in common. */
const FAMILIES = ['attest', 'withdraw'] as const;
const OF_FAMILY = /^(attest|withdraw)_(identified|built|equipped|connected|telephone|stuck)$/;

export function actText(act: string): string {
  const family = OF_FAMILY.exec(act)?.[1] as (typeof FAMILIES)[number] | undefined;
  const key = `act_${family ?? act}`;
  return isPeopleKey(key) ? pt(key) : act;
}

export function peopleError(error: RequestError): string {
  const key = `error_${error.code}`;
  if (isPeopleKey(key)) return pt(key);
  const wrong = `wrong_${fieldOf(error) ?? ''}`;
  return error.code === 'bad_field' && isPeopleKey(wrong) ? pt(wrong) : errorText(error);
}

/** One value of what stood before or after, as people say it. */
function valueText(field: string, value: unknown): string {
  if (value === null || value === '') return pt('nothing');
  if (typeof value === 'boolean') return pt(value ? 'yes' : 'no');
  if (field === 'role') return t(`role_${String(value)}` as TextKey);
  if (field === 'scope') return scopeText(value as Scope);
  if (field === 'quiet') return quietText(value as NonNullable<Person['quiet']>);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export const clockText = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const quietText = ({ from, to }: NonNullable<Person['quiet']>): string => `${clockText(from)}–${clockText(to)}`;

export interface FieldChange {
  readonly field: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

const parsed = (text: string | null): Record<string, unknown> | null => {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { '': value };
  } catch {
    return { '': text };
  }
};

/** Field by field what an act changed. */
export function changesOf(line: { before: string | null; after: string | null }): FieldChange[] {
  const [before, after] = [parsed(line.before), parsed(line.after)];
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields.map((field) => {
    const key = `field_${field}`;
    const label = field === 'quiet' ? pt('quiet') : isPeopleKey(key) ? pt(key as PeopleKey) : field;
    return { field, label, before: before === null || !(field in before) ? null : valueText(field, before[field]), after: after === null || !(field in after) ? null : valueText(field, after[field]) };
  });
}
