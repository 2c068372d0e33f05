/** Somebody's word about a site: recorded with its day, source and author, or taken back (it stays, with the name of who did). What the site shows follows. */
import type { Attestation, AttestationDraft, VisitDraft } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { problem } from '../core/problem.ts';
import { attestationsOf, findAttestation, insertAttestations, insertVisit, listCauses, restateSite, withdrawAttestation } from '../store/ladder.ts';
import { holdRegistry, writeChanges } from '../store/registry-changes.ts';
import { findSite } from '../store/sites.ts';
import type { Handle, Store } from '../store/store.ts';
import { hastenWatches } from '../store/watches.ts';
import type { Author } from './add-sites.ts';

const SUBJECT = 'ladder';

async function requireSite(tx: Handle, author: Author, siteId: string): Promise<void> {
  if (!(await findSite(tx, author.scope, siteId))) throw problem('not_found', 'There is no such site.');
}

/** A day that exists and is not ahead. */
function requireDay(day: string, now: number): void {
  const real = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== day) throw problem('unknown_day', 'There is no such day.', { where: 'day' });
  if (day > localDayOf(now)) throw problem('day_ahead', 'This day lies ahead: what has not happened cannot be attested.', { where: 'day', todo: 'Give today or an earlier day.' });
}

/** The values that a kind takes; null where it takes none. */
async function requireValue(tx: Handle, { kind, value }: AttestationDraft): Promise<void> {
  switch (kind) {
    case 'telephone':
      if (value !== 'works' && value !== 'fails') throw problem('bad_field', 'A telephone works or fails.', { where: 'value' });
      return;
    case 'stuck': {
      const causes = await listCauses(tx);
      if (value !== null && !causes.some((cause) => cause.code === value && !cause.retired)) throw problem('unknown_cause', `There is no cause ${value} in the list.`, { where: 'value', todo: 'Choose one of the list, or have it added.' });
      return;
    }
    case 'identified':
    case 'built':
    case 'equipped':
    case 'connected':
      if (value !== null) throw problem('bad_field', 'A stage takes no value.', { where: 'value' });
      return;
    default:
      return kind satisfies never;
  }
}

/** Throws `not_found`, `day_ahead`, `unknown_day`, `unknown_cause`, `bad_field`. */
export async function attest(store: Store, author: Author, siteId: string, draft: AttestationDraft, now: number): Promise<Attestation> {
  return store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    await requireSite(tx, author, siteId);
    requireDay(draft.day, now);
    await requireValue(tx, draft);
    const [id] = await insertAttestations(tx, [rowOf(siteId, draft, author.name, null, now)]);
    await restateSite(tx, [siteId]);
    await hastenWatches(tx, { kind: 'sites', ids: [siteId] });
    const { kind, day, value, source, note } = draft;
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: SUBJECT, subject_id: siteId, act: `attest_${kind}`, before: null, after: { id: id!, day, value, source, note }, import_id: null }]);
    return (await attestationsOf(tx, siteId)).find((one) => one.id === id)!;
  });
}

export async function withdraw(store: Store, author: Author, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    const found = await findAttestation(tx, author.scope, id);
    if (!found) throw problem('not_found', 'There is no such attestation.');
    if (found.attestation.withdrawn !== null) throw problem('already_withdrawn', 'This attestation was taken back already.');
    await withdrawAttestation(tx, id, author.name, now);
    await restateSite(tx, [found.site]);
    await hastenWatches(tx, { kind: 'sites', ids: [found.site] });
    const { kind, day, value, source, note } = found.attestation;
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: SUBJECT, subject_id: found.site, act: `withdraw_${kind}`, before: { id, day, value, source, note }, after: null, import_id: null }]);
  });
}

/** What was found on the spot attests the equipment (where there were PCs) and the telephone (where it was tried). */
export async function recordVisit(store: Store, author: Author, siteId: string, draft: VisitDraft, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    await requireSite(tx, author, siteId);
    requireDay(draft.day, now);
    const { day, byFunction, pcsFound, pcsWorking, telephone, note } = draft;
    if (pcsWorking !== null && (pcsFound === null || pcsWorking > pcsFound)) throw problem('bad_field', 'More PCs work than were found.', { where: 'pcsWorking' });
    const visit = await insertVisit(tx, {
      site_id: siteId, day, by_function: byFunction, pcs_found: pcsFound, pcs_working: pcsWorking, telephone, note, author: author.name, recorded_at: now, withdrawn_at: null, withdrawn_by: null,
    });
    const attested: AttestationDraft[] = [];
    const source = `visit ${byFunction}`;
    if (pcsFound !== null && pcsFound > 0) attested.push({ kind: 'equipped', day, value: null, source, note });
    if (telephone !== null) attested.push({ kind: 'telephone', day, value: telephone, source, note });
    await insertAttestations(tx, attested.map((one) => rowOf(siteId, one, author.name, visit, now)));
    if (attested.length > 0) await restateSite(tx, [siteId]);
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: SUBJECT, subject_id: siteId, act: 'visit', before: null, after: { id: visit, day, byFunction, pcsFound, pcsWorking, telephone, note }, import_id: null }]);
  });
}

const rowOf = (siteId: string, { kind, day, value, source, note }: AttestationDraft, author: string, visit: number | null, now: number) => ({
  site_id: siteId, kind, day, value, source, author, note, recorded_at: now, import_id: null, visit_id: visit, withdrawn_at: null, withdrawn_by: null,
});
