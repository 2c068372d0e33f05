/** What the pages of accounts and of the profile ask of the server. */
import type { List } from '@cac/shared/api.ts';
import type { AccountDraft, AccountEdit, AccountLink, AuditLine, OpenSession, Person, Profile } from '@cac/shared/people.ts';
import { request, V1 } from '../../api.ts';

const queryOf = (given: Readonly<Record<string, string | null>>): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== null && value !== '') query.set(name, value);
  return query.toString();
};

export interface AuditFilter {
  readonly who: string;
  readonly act: string;
  readonly subject: string;
}

export const peopleApi = {
  people: (q: string, role: string, cursor: string | null) => request<List<Person>>('GET', `${V1}/accounts?${queryOf({ limit: '50', q, role, cursor })}`),
  person: (id: number) => request<Person>('GET', `${V1}/accounts/${id}`),
  invite: (draft: AccountDraft) => request<AccountLink>('POST', `${V1}/accounts`, draft),
  edit: (id: number, edit: AccountEdit) => request<Person>('PUT', `${V1}/accounts/${id}`, edit),
  reset: (id: number) => request<AccountLink>('POST', `${V1}/accounts/${id}/link`, {}),
  /** Null: the own ones. */
  sessions: (id: number | null) => request<List<OpenSession>>('GET', id === null ? `${V1}/sessions` : `${V1}/accounts/${id}/sessions`),
  endSession: (id: number | null, session: string) => request<void>('DELETE', id === null ? `${V1}/sessions/${session}` : `${V1}/accounts/${id}/sessions/${session}`),
  endSessions: (id: number | null) => request<void>('DELETE', id === null ? `${V1}/sessions` : `${V1}/accounts/${id}/sessions`),
  profile: () => request<Person>('GET', `${V1}/profile`),
  putProfile: (profile: Profile) => request<Person>('PUT', `${V1}/profile`, profile),
  audit: ({ who, act, subject }: AuditFilter, cursor: string | null) => request<List<AuditLine>>('GET', `${V1}/audit?${queryOf({ limit: '30', who, act, subject, cursor })}`),
};

export const auditExportPath = ({ who, act, subject }: AuditFilter): string => `${V1}/audit?${queryOf({ format: 'csv', who, act, subject })}`;
