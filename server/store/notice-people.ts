/** People as far as telling them goes. */
import type { Role, Scope } from '@cac/shared/api.ts';
import type { Language } from '@cac/shared/people.ts';
import type { TellablePerson } from '../core/notices/receivers.ts';
import type { Handle } from './store.ts';

/** Everybody whose account is open; `id` takes one. */
export async function tellablePeople(db: Handle, id: number | null = null): Promise<TellablePerson[]> {
  let select = db.selectFrom('accounts').select(['id', 'name', 'full_name', 'role', 'scope', 'email', 'phone', 'language', 'quiet_from', 'quiet_to']).where('disabled', '=', 0).orderBy('id');
  if (id !== null) select = select.where('id', '=', id);
  return (await select.execute()).map((row) => ({
    id: row.id,
    name: row.full_name || row.name,
    role: row.role as Role,
    scope: JSON.parse(row.scope) as Scope,
    email: row.email,
    phone: row.phone,
    language: row.language as Language,
    quiet: row.quiet_from === null || row.quiet_to === null ? null : { from: row.quiet_from, to: row.quiet_to },
  }));
}
