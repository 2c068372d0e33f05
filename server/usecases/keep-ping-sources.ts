/** Gives a site a door for PCs that cannot run the agent, and closes it. The token is said once, here; the database keeps its SHA-256. */
import type { NewPingSource, PingDraft } from '@cac/shared/field.ts';
import { randomBytes } from 'node:crypto';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { findPingSource, insertPingSource, revokePingSource } from '../store/ping-sources.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

const TOKEN_BYTES = 24;

/** Throws `unknown_site` for a site that does not exist or is out of the author's scope. */
export async function addPingSource(store: Store, author: Author, draft: PingDraft, now: number): Promise<NewPingSource> {
  return store.db.transaction().execute(async (tx) => {
    if (!(await findSite(tx, author.scope, draft.siteId))) throw problem('unknown_site', `There is no site ${draft.siteId}.`, { where: 'siteId' });
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const id = await insertPingSource(tx, { site_id: draft.siteId, name: draft.name, token_hash: hashOf(token), created_at: now, created_by: author.name });
    await writeAudit(tx, { at: now, who: author.name, act: 'add_ping_source', subject: draft.siteId, detail: String(id) });
    return { ...(await findPingSource(tx, author.scope, id, now))!, token };
  });
}

/** Takes effect at once. Throws `not_found` out of scope. */
export async function endPingSource(store: Store, author: Author, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const source = await findPingSource(tx, author.scope, id, now);
    if (!source) throw problem('not_found', 'There is no such ping source.');
    await revokePingSource(tx, id, now);
    await writeAudit(tx, { at: now, who: author.name, act: 'revoke_ping_source', subject: source.siteId, detail: String(id) });
  });
}
