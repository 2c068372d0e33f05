/** Reports as they were sent, and what has changed under them since. */
import type { Scope } from '@cac/shared/api.ts';
import type { IssuedReportLine, ReportBody, RevisionReason } from '@cac/shared/report.ts';
import { dayAfter, dayStartAt } from '@cac/shared/wall-time.ts';
import { sql, type Insertable, type Selectable } from 'kysely';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import type { Tables } from './tables.ts';

const lineOf = (row: Omit<Selectable<Tables['issued_reports']>, 'body'>): IssuedReportLine => ({
  no: row.no, month: row.month, region: row.region, issuedAt: row.issued_at, dataAsOf: row.data_as_of, author: row.author, digest: row.digest,
});

/** The country's are for whoever sees the whole country. */
const visible = (scope: Scope) => (scope.kind === 'all' ? sql<boolean>`1 = 1` : sql<boolean>`(r.region <> '' and ${inScope(scope, 'r.region')})`);

export async function insertReport(db: Handle, row: Omit<Insertable<Tables['issued_reports']>, 'no'>): Promise<IssuedReportLine> {
  return lineOf(await db.insertInto('issued_reports').values(row).returningAll().executeTakeFirstOrThrow());
}

/** Newest first. */
export async function listReports(db: Handle, scope: Scope, before: number | null, limit: number): Promise<IssuedReportLine[]> {
  let select = db.selectFrom('issued_reports as r').select(['r.no', 'r.month', 'r.region', 'r.issued_at', 'r.data_as_of', 'r.author', 'r.digest']).where(visible(scope)).orderBy('r.no', 'desc').limit(limit);
  if (before !== null) select = select.where('r.no', '<', before);
  return (await select.execute()).map(lineOf);
}

export async function findReport(db: Handle, scope: Scope, no: number): Promise<{ line: IssuedReportLine; body: ReportBody } | null> {
  const row = await db.selectFrom('issued_reports as r').selectAll().where('r.no', '=', no).where(visible(scope)).executeTakeFirst();
  return row ? { line: lineOf(row), body: JSON.parse(row.body) as ReportBody } : null;
}

const CALENDAR_CHANGES = 50;

/** What happened after a report was sent that reaches into its month: each change of a calendar, and how much was attested, registered and learned. */
export async function reasonsSince(db: Handle, scope: Scope, sentAt: number, { region, from, to, cursor }: ReportBody): Promise<RevisionReason[]> {
  const sites = () => {
    const all = db.selectFrom('sites as s').select('s.id').where(inScope(scope, 's.region'));
    return region === '' ? all : all.where('s.region', '=', region);
  };
  const calendar = await db
    .selectFrom('calendar_changes as c')
    .leftJoin('provinces as p', (join) => join.onRef('p.code', '=', 'c.scope_id').on('c.scope_kind', '=', 'province'))
    .select(['c.at', 'c.author', 'c.scope_kind', 'c.scope_id', 'c.act'])
    .where('c.at', '>', sentAt)
    .where('c.retroactive', '=', 1)
    .where(({ or, eb }) => or([eb('c.from_day', 'is', null), eb('c.from_day', '<=', to)]))
    .where(({ or, eb }) => or([eb('c.to_day', 'is', null), eb('c.to_day', '>=', from)]))
    .where(({ or, and, eb }) => or([
      eb('c.scope_kind', 'in', ['national', 'programme', 'host']),
      and([eb('c.scope_kind', '=', 'province'), region === '' ? inScope(scope, 'p.region') : eb('p.region', '=', region)]),
      and([eb('c.scope_kind', '=', 'site'), eb('c.scope_id', 'in', sites())]),
    ]))
    .orderBy('c.id')
    .limit(CALENDAR_CHANGES)
    .execute();
  const counted = async (kind: RevisionReason['kind'], rows: Promise<{ n: number | string | bigint } | undefined>): Promise<RevisionReason[]> => {
    const n = Number((await rows)?.n ?? 0);
    return n === 0 ? [] : [{ kind, at: null, author: null, detail: '', n }];
  };
  const n = sql<number>`count(*)`.as('n');
  return [
    ...calendar.map((row): RevisionReason => ({ kind: 'calendar', at: row.at, author: row.author, detail: row.scope_id === '' ? row.scope_kind : `${row.scope_kind}:${row.scope_id}`, n: 1 })),
    ...(await counted('attestations', db.selectFrom('attestations as a').select(n).where('a.site_id', 'in', sites()).where('a.day', '<=', to)
      .where(({ or, eb }) => or([eb('a.recorded_at', '>', sentAt), eb('a.withdrawn_at', '>', sentAt)])).executeTakeFirst())),
    ...(await counted('registry', db.selectFrom('registry_changes as c').select(n).where('c.subject_kind', '=', 'site').where('c.at', '>', sentAt).where('c.subject_id', 'in', sites()).executeTakeFirst())),
    ...(await counted('evidence', db.selectFrom('transitions as t').select(n).where('t.id', '>', cursor).where('t.revises', 'is not', null).where('t.site_id', 'in', sites())
      .where('t.at', '<', dayStartAt(dayAfter(to))).executeTakeFirst())),
  ];
}
