/** What may be made of an account, and what of it is written down as changed. Pure: who stands beside it is an argument. */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Profile } from '@cac/shared/people.ts';
import type { ProblemInfo } from '../problem.ts';

/** What an account is, without anything that opens it. */
export interface AccountFacts extends Profile {
  role: Role;
  scope: Scope;
  disabled: boolean;
}

/** The same regions said twice, or in another order, are the same scope. */
export const plainScope = (scope: Scope): Scope => (scope.kind === 'all' ? { kind: 'all' } : { kind: 'regions', regions: [...new Set(scope.regions)].toSorted() });

/** Null when it may be so. Whoever administers accounts could give themselves every region: so administrators have them all. */
export function accountFault({ role, scope }: Pick<AccountFacts, 'role' | 'scope'>): ProblemInfo | null {
  if (role === 'administrator' && scope.kind !== 'all') return { code: 'administrator_scope', message: 'An administrator sees all regions.', where: 'scope', todo: 'Give all regions, or another role.' };
  if (scope.kind === 'regions' && scope.regions.length === 0) return { code: 'regions_missing', message: 'An account without a region sees nothing.', where: 'scope', todo: 'Choose one region at least.' };
  return null;
}

/** `others`: administrators beside this one who can sign in. Without any nobody could ever let people in again. */
export function changeFault(before: AccountFacts, after: AccountFacts, others: number): ProblemInfo | null {
  const steps = before.role === 'administrator' && !before.disabled && (after.role !== 'administrator' || after.disabled);
  if (!steps || others > 0) return accountFault(after);
  return {
    code: 'last_administrator', message: 'This is the last administrator who can sign in.', where: after.disabled ? 'disabled' : 'role',
    todo: 'Make somebody else administrator first.',
  };
}

const FIELDS = ['role', 'scope', 'disabled', 'fullName', 'email', 'phone', 'language', 'quiet'] as const satisfies readonly (keyof AccountFacts)[];

/** The fields that differ, as they were and as they are; null when none does. */
export function accountDifferences(before: AccountFacts, after: AccountFacts): { before: Partial<AccountFacts>; after: Partial<AccountFacts> } | null {
  const changed = FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  if (changed.length === 0) return null;
  const taken = (from: AccountFacts): Partial<AccountFacts> => Object.fromEntries(changed.map((field) => [field, from[field]]));
  return { before: taken(before), after: taken(after) };
}

/** All of them, for the line that says an account was made. */
export const accountFacts = (from: AccountFacts): AccountFacts => Object.fromEntries(FIELDS.map((field) => [field, from[field]])) as unknown as AccountFacts;
