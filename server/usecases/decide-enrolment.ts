/** A person says whether a PC that waits may enrol. The agent hears of it when it asks again, within a minute. */
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { decideRequest, findEnrolRequest } from '../store/enrol-requests.ts';
import type { Store } from '../store/store.ts';
import type { Author } from './add-sites.ts';

/** Throws `not_found` out of scope, or where it waits no longer. */
export const decideEnrolment = (store: Store, author: Author, id: number, accept: boolean, now: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    const asked = await findEnrolRequest(tx, author.scope, id);
    if (!asked) throw problem('not_found', 'No such PC waits.');
    await decideRequest(tx, id, accept ? 'accepted' : 'refused', author.name, now);
    await writeAudit(tx, { at: now, who: author.name, act: accept ? 'accept_pc' : 'refuse_pc', subject: asked.siteId, detail: asked.name });
  });
