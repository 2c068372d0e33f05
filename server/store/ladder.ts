/** What is declared of sites: attestations and visits as they were recorded, and the causes a site may be stuck for. */
import { DECLARED_STAGES, type Attestation, type StuckCause, type Visit } from '@cac/shared/ladder.ts';
import type { Scope } from '@cac/shared/api.ts';
import { dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Insertable, type Selectable } from 'kysely';
import { rowStatement } from './rows.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { SiteTable } from './tables.ts';
import type { AttestationTable, VisitTable } from './programme-tables.ts';

export const attestationOf = (row: Selectable<AttestationTable>): Attestation => ({
  id: row.id,
  kind: row.kind as Attestation['kind'],
  day: row.day,
  value: row.value,
  source: row.source,
  author: row.author,
  note: row.note,
  recordedAt: row.recorded_at,
  visitId: row.visit_id,
  withdrawn: row.withdrawn_at === null ? null : { at: row.withdrawn_at, by: row.withdrawn_by ?? '' },
});

/** All that was ever attested of a site, the newest day first. */
export const attestationsOf = async (db: Handle, site: string): Promise<Attestation[]> =>
  (await db.selectFrom('attestations').selectAll().where('site_id', '=', site).orderBy('day', 'desc').orderBy('id', 'desc').execute()).map(attestationOf);

export async function insertAttestations(tx: Handle, rows: readonly Insertable<AttestationTable>[]): Promise<number[]> {
  const ids: number[] = [];
  for (let i = 0; i < rows.length; i += 500) {
    ids.push(...(await tx.insertInto('attestations').values(rows.slice(i, i + 500)).returning('id').execute()).map(({ id }) => id));
    if (rows.length > 500) await nextTurn();
  }
  return ids;
}

export async function findAttestation(db: Handle, scope: Scope, id: number): Promise<{ site: string; attestation: Attestation } | null> {
  const row = await db.selectFrom('attestations as a').innerJoin('sites as s', 's.id', 'a.site_id').selectAll('a').where('a.id', '=', id).where(inScope(scope, 's.region')).executeTakeFirst();
  return row ? { site: row.site_id, attestation: attestationOf(row) } : null;
}

/** It stays, with the name of who took it back. */
export const withdrawAttestation = (tx: Handle, id: number, by: string, now: number): Promise<unknown> =>
  tx.updateTable('attestations').set({ withdrawn_at: now, withdrawn_by: by }).where('id', '=', id).where('withdrawn_at', 'is', null).execute();

export async function insertVisit(tx: Handle, row: Insertable<VisitTable>): Promise<number> {
  return (await tx.insertInto('visits').values(row).returning('id').executeTakeFirstOrThrow()).id;
}

export async function visitsOf(db: Handle, site: string): Promise<Visit[]> {
  const rows = await db.selectFrom('visits').selectAll().where('site_id', '=', site).where('withdrawn_at', 'is', null).orderBy('day', 'desc').orderBy('id', 'desc').execute();
  return rows.map((row) => ({
    id: row.id, day: row.day, byFunction: row.by_function as Visit['byFunction'], pcsFound: row.pcs_found, pcsWorking: row.pcs_working, telephone: row.telephone as Visit['telephone'],
    note: row.note, author: row.author, recordedAt: row.recorded_at,
  }));
}

/** Whether a site `s` was declared connected by a day. Its own column names the newest word: one that was said again later was true before. */
export const declaredBy = (day: string) => sql<boolean>`exists (select 1 from attestations a where a.site_id = s.id and a.kind = 'connected' and a.withdrawn_at is null and a.day <= ${day})`;

// ---- what stands, on the site itself

type Standing = Pick<SiteTable, 'identified_on' | 'built_on' | 'equipped_on' | 'connected_on' | 'telephone_works' | 'telephone_on' | 'stuck_cause' | 'stuck_on' | 'declared_connected_at' | 'declared_source'>;

const writeStanding = rowStatement<Standing & { id: string }>(
  {
    id: 'text', identified_on: 'text', built_on: 'text', equipped_on: 'text', connected_on: 'text', telephone_works: 'bigint', telephone_on: 'text', stuck_cause: 'text', stuck_on: 'text',
    declared_connected_at: 'bigint', declared_source: 'text',
  },
  `update sites set identified_on = r.identified_on, built_on = r.built_on, equipped_on = r.equipped_on, connected_on = r.connected_on, telephone_works = r.telephone_works,
     telephone_on = r.telephone_on, stuck_cause = r.stuck_cause, stuck_on = r.stuck_on, declared_connected_at = r.declared_connected_at, declared_source = r.declared_source
   from {rows} where sites.id = r.id`,
);

/** Puts on each site what stands of its attestations: of each kind the newest day, of one day the last that was recorded. */
export async function restateSite(tx: Handle, siteIds: readonly string[]): Promise<void> {
  for (let i = 0; i < siteIds.length; i += 500) {
    const block = siteIds.slice(i, i + 500);
    const rows = await tx.selectFrom('attestations').select(['site_id', 'kind', 'day', 'value', 'source']).where('site_id', 'in', block).where('withdrawn_at', 'is', null).orderBy('day').orderBy('id').execute();
    const newest = new Map(rows.map((row) => [`${row.site_id} ${row.kind}`, row]));
    const before = new Map((await tx.selectFrom('sites').select(['id', 'declared_connected_at']).where('id', 'in', block).execute()).map((row) => [row.id, row.declared_connected_at]));
    await writeStanding.run(
      tx,
      block.map((id) => {
        const of = (kind: string) => newest.get(`${id} ${kind}`);
        const connected = of('connected');
        const stuck = of('stuck');
        const declaredAt = before.get(id) ?? null;
        const day = (kind: string): string | null => of(kind)?.day ?? null;
        return {
          id,
          identified_on: day('identified'),
          built_on: day('built'),
          equipped_on: day('equipped'),
          connected_on: day('connected'),
          telephone_works: of('telephone') === undefined ? null : of('telephone')!.value === 'works' ? 1 : 0,
          telephone_on: day('telephone'),
          stuck_cause: stuck?.value ?? null,
          stuck_on: stuck?.value == null ? null : stuck.day,
          declared_connected_at: connected === undefined ? null : declaredAt !== null && localDayOf(declaredAt) === connected.day ? declaredAt : dayStartAt(connected.day),
          declared_source: connected?.source ?? null,
        };
      }),
    );
    if (siteIds.length > 500) await nextTurn();
  }
}

/** The highest declared stage: 0 none, 4 connected. */
export const declaredRungOf = (row: Pick<SiteTable, 'identified_on' | 'built_on' | 'equipped_on' | 'connected_on'>): number =>
  1 + DECLARED_STAGES.findLastIndex((stage) => row[`${stage}_on`] !== null);

// ---- causes

export async function listCauses(db: Handle): Promise<StuckCause[]> {
  const rows = await db.selectFrom('stuck_causes').selectAll().orderBy('retired').orderBy('place').orderBy('code').execute();
  return rows.map((row) => ({ code: row.code, names: { fr: row.name_fr, ar: row.name_ar, en: row.name_en }, retired: row.retired === 1 }));
}

export const stuckCauseNames = async (db: Handle): Promise<Map<string, StuckCause['names']>> => new Map((await listCauses(db)).map(({ code, names }) => [code, names]));

export const insertCause = (tx: Handle, { code, names }: Pick<StuckCause, 'code' | 'names'>, place: number): Promise<unknown> =>
  tx
    .insertInto('stuck_causes')
    .values({ code, name_fr: names.fr, name_ar: names.ar, name_en: names.en, place, retired: 0 })
    .onConflict((c) => c.column('code').doUpdateSet((eb) => ({ name_fr: eb.ref('excluded.name_fr'), name_ar: eb.ref('excluded.name_ar'), name_en: eb.ref('excluded.name_en'), place: eb.ref('excluded.place') })))
    .execute();

export const setCauseRetired = (tx: Handle, code: string, retired: boolean): Promise<unknown> => tx.updateTable('stuck_causes').set({ retired: retired ? 1 : 0 }).where('code', '=', code).execute();
