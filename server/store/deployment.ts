/**
 * Deployment in figures: how many sites have reached each step, and which ones they are. One expression says of a step who is in it (`reached`), so
 * that a number and its list cannot differ. In scope; only sites that count towards the target.
 */
import type { Scope } from '@cac/shared/api.ts';
import type { DeploymentRow } from '@cac/shared/programme.ts';
import { STEPS, type DeploymentList, type FunnelRow, type Step, type Steps } from '@cac/shared/deployment.ts';
import { dayAfter, localDayOf, type LocalDay } from '@cac/shared/wall-time.ts';
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { paceOf, plannedOn, type Pace } from '../core/programme/milestones.ts';
import { thresholdOn, thresholdsOn } from '../core/programme/thresholds.ts';
import { listCauses } from './ladder.ts';
import { programmePaths, type ProgrammePath } from './milestones.ts';
import { listProgrammes } from './programme.ts';
import { provenOnDays } from './proven-days.ts';
import { inScope } from './scope.ts';
import type { Handle } from './store.ts';
import { listThresholds } from './thresholds.ts';

export const PROVEN_RULE = 'in_service';
/** Over so many days the present pace is taken. */
const PACE_DAYS = 183;

export interface DeploymentFilter {
  programme?: string | undefined;
  region?: string | undefined;
  province?: string | undefined;
  zone?: string | undefined;
  equipment?: string | undefined;
  /** As it stood at the end of this year. */
  year?: number | undefined;
}

/** The day figures are of: null for the present. */
export const asOfYear = (year: number | undefined, now: number): LocalDay | null => (year === undefined || `${year}-12-31` >= localDayOf(now) ? null : `${year}-12-31`);

/** A telephone attested on this day or later counts; null where no rule says for how long. */
export async function telephoneFrom(db: Handle, now: number): Promise<LocalDay> {
  const rule = thresholdOn(await listThresholds(db), 'telephone', localDayOf(now));
  return rule === null ? '9999-12-31' : dayAfter(localDayOf(now), -rule.validDays);
}

const KINDS_FROM = { identified: ['identified', 'built', 'equipped', 'connected'], built: ['built', 'equipped', 'connected'], equipped: ['equipped', 'connected'], connected: ['connected'] } as const;

/** Whether a site `s` has reached a step: now, or by the end of a day (`d`: that day of the site). */
export function reached(step: Step, asOf: LocalDay | null, phoneFrom: LocalDay): RawBuilder<SqlBool> {
  switch (step) {
    case 'registered':
      return sql`1 = 1`;
    case 'identified':
    case 'built':
    case 'equipped':
    case 'connected': {
      const kinds = KINDS_FROM[step];
      if (asOf === null) return sql`(${sql.join(kinds.map((kind) => sql`${sql.ref(`s.${kind}_on`)} is not null`), sql` or `)})`;
      return sql`exists (select 1 from attestations a where a.site_id = s.id and a.kind in (${sql.join(kinds)}) and a.day <= ${asOf} and a.withdrawn_at is null)`;
    }
    case 'enrolled':
      return asOf === null ? sql`s.proven_rung >= 1` : sql`coalesce(d.rung, 0) >= 1`;
    case 'reporting':
      return asOf === null ? sql`s.proven_rung >= 2` : sql`coalesce(d.rung, 0) >= 2`;
    case 'in_service':
      return asOf === null ? sql`s.proven_rung = 3` : sql`coalesce(d.rung, 0) = 3`;
    case 'complete':
      return asOf === null ? sql`(s.proven_rung = 3 and s.telephone_works = 1 and s.telephone_on >= ${phoneFrom})` : sql`1 = 0`;
    default:
      return step satisfies never;
  }
}

/** Who is in a list: a step's sites, or those that are missing or contradict themselves. */
export function inList(list: DeploymentList, asOf: LocalDay | null, phoneFrom: LocalDay): RawBuilder<SqlBool> {
  const of = (step: Step): RawBuilder<SqlBool> => reached(step, asOf, phoneFrom);
  switch (list) {
    case 'gap':
      return sql`not ${of('in_service')}`;
    case 'silent':
      return sql`(${of('connected')} and not ${of('reporting')})`;
    case 'undeclared':
      return sql`(${of('in_service')} and not ${of('connected')})`;
    case 'uncounted':
      return of('registered');
    default:
      return of(list);
  }
}

/** Sites of a programme, narrowed, that count (or, for the list of those, that do not). */
export function programmeSites(db: Handle, scope: Scope, filter: DeploymentFilter, asOf: LocalDay | null, counting = true) {
  let select = db
    .selectFrom('sites as s')
    // Of the present no day is looked at. A constant condition instead would make SQLite read every day of every site.
    .leftJoin('site_days as d', (join) => join.onRef('d.site_id', '=', 's.id').on('d.day', '=', asOf ?? ''))
    .where('s.programme', 'is not', null)
    .where('s.counts_towards_target', '=', counting ? 1 : 0)
    .where(inScope(scope, 's.region'));
  for (const name of ['programme', 'region', 'province', 'zone', 'equipment'] as const) if (filter[name] !== undefined) select = select.where(`s.${name}`, '=', filter[name]);
  return select;
}

const counted = (is: Expression<SqlBool>): RawBuilder<number> => sql<number>`cast(sum(case when ${is} then 1 else 0 end) as bigint)`;

interface CountRow {
  programme: string;
  equipment: string | null;
  steps: Steps;
  silent: number;
  undeclared: number;
  demo: number;
  provenOn: string | null;
}

async function countRows(db: Handle, scope: Scope, filter: DeploymentFilter, asOf: LocalDay | null, phoneFrom: LocalDay): Promise<CountRow[]> {
  const rows = await programmeSites(db, scope, filter, asOf)
    .select(['s.programme', 's.equipment'])
    .select(STEPS.map((step) => counted(reached(step, asOf, phoneFrom)).as(step)))
    .select([counted(inList('silent', asOf, phoneFrom)).as('silent'), counted(inList('undeclared', asOf, phoneFrom)).as('undeclared')])
    .select(({ fn }) => [fn.max('s.demo').as('demo'), fn.max('s.proven_on').as('provenOn')])
    .groupBy(['s.programme', 's.equipment'])
    .execute();
  return rows.map((row) => ({
    programme: row.programme!,
    equipment: row.equipment,
    steps: { ...(Object.fromEntries(STEPS.map((step) => [step, Number(row[step])])) as Record<Step, number>), ...(asOf !== null && { complete: null }) },
    silent: Number(row.silent),
    undeclared: Number(row.undeclared),
    demo: Number(row.demo),
    provenOn: row.provenOn,
  }));
}

const NO_STEPS = Object.fromEntries(STEPS.map((step) => [step, 0])) as unknown as Steps;
const sumSteps = (rows: readonly { steps: Steps }[]): Steps =>
  rows.reduce((sum, { steps }) => Object.fromEntries(STEPS.map((step) => [step, steps[step] === null || sum[step] === null ? null : sum[step] + steps[step]])) as Steps, rows[0] ? { ...NO_STEPS, complete: rows[0].steps.complete === null ? null : 0 } : NO_STEPS);

/** Sites that are not in service, by the cause that stands for them. */
async function causeRows(db: Handle, scope: Scope, filter: DeploymentFilter, asOf: LocalDay | null): Promise<Map<string, FunnelRow['causes']>> {
  const causes = await listCauses(db);
  const rows = await programmeSites(db, scope, filter, asOf)
    .select(['s.programme', 's.stuck_cause'])
    .select(({ fn }) => fn.countAll<number>().as('sites'))
    .where(inList('gap', asOf, ''))
    .groupBy(['s.programme', 's.stuck_cause'])
    .execute();
  const found = new Map<string, FunnelRow['causes']>();
  for (const row of rows.sort((a, b) => Number(b.sites) - Number(a.sites) || (String(a.stuck_cause) < String(b.stuck_cause) ? -1 : 1))) {
    const own = found.get(row.programme!) ?? [];
    own.push({ cause: row.stuck_cause, names: causes.find(({ code }) => code === row.stuck_cause)?.names ?? null, sites: Number(row.sites) });
    found.set(row.programme!, own);
  }
  return found;
}

/** The target of what the filter chooses; none where it is not split that far. */
export function pathOf(paths: readonly ProgrammePath[], programme: string, { region = '', zone = '', province, equipment }: DeploymentFilter): ProgrammePath | undefined {
  return province !== undefined || equipment !== undefined ? undefined : paths.find((one) => one.programme === programme && one.region === region && one.zone === zone);
}

/** Step by step, one row a programme; schools by what they were given, too. */
export async function deploymentFunnel(db: Handle, scope: Scope, filter: DeploymentFilter, now: number): Promise<FunnelRow[]> {
  const asOf = asOfYear(filter.year, now);
  const rows = await countRows(db, scope, filter, asOf, await telephoneFrom(db, now));
  const paths = await programmePaths(db, filter.year ?? yearOf(now));
  const causes = await causeRows(db, scope, filter, asOf);
  return (await listProgrammes(db))
    .filter(({ code }) => filter.programme === undefined || code === filter.programme)
    .flatMap(({ code, kind, names }) => {
      const own = rows.filter((row) => row.programme === code);
      const target = pathOf(paths, code, filter)?.target ?? null;
      if (own.length === 0 && target === null) return [];
      return {
        programme: code,
        names,
        target,
        steps: sumSteps(own),
        byEquipment: kind === 'school' ? own.map(({ equipment, steps }) => ({ equipment: equipment as FunnelRow['byEquipment'][number]['equipment'], steps })) : [],
        silent: own.reduce((sum, row) => sum + row.silent, 0),
        undeclared: own.reduce((sum, row) => sum + row.undeclared, 0),
        causes: causes.get(code) ?? [],
        demo: own.some((row) => row.demo === 1),
      };
    });
}

const yearOf = (now: number): number => Number(localDayOf(now).slice(0, 4));

/** The thresholds in force at the moment a figure is of. */
export const thresholdsInForce = async (db: Handle, asOf: LocalDay | null, now: number) => thresholdsOn(await listThresholds(db), asOf ?? localDayOf(now));

/** Target / declared / proven by programme, for those that have a target. */
export async function deploymentRows(db: Handle, scope: Scope, now: number): Promise<DeploymentRow[]> {
  const paths = await programmePaths(db, yearOf(now));
  const counts = await countRows(db, scope, {}, null, await telephoneFrom(db, now));
  const causes = await causeRows(db, scope, {}, null);
  const thresholds = await thresholdsInForce(db, null, now);
  const rows: DeploymentRow[] = [];
  for (const { code, names } of await listProgrammes(db)) {
    const path = pathOf(paths, code, {});
    if (!path) continue;
    const own = counts.filter((row) => row.programme === code);
    const steps = sumSteps(own);
    const { value, year } = path.target;
    const provenOn = own.reduce<string | null>((last, row) => ((row.provenOn ?? '') > (last ?? '') ? row.provenOn : last), null);
    rows.push({
      programme: code,
      name: names.fr,
      target: value,
      targetYear: year,
      targetSource: path.targetSource,
      declared: steps.connected,
      proven: steps.in_service,
      provenRule: PROVEN_RULE,
      thresholds,
      provenOn,
      built: steps.built,
      complete: steps.complete ?? 0,
      registered: steps.registered,
      gap: value - steps.in_service,
      gapDeclared: value - steps.connected,
      causes: causes.get(code) ?? [],
      unregistered: Math.max(0, value - steps.registered),
      planned: plannedOn(path.path, localDayOf(now)),
      pace: provenOn === null ? null : await provenPace(db, scope, code, { day: provenOn, value: steps.in_service }, value),
      demo: own.some((row) => row.demo === 1),
    });
  }
  return rows;
}

async function provenPace(db: Handle, scope: Scope, programme: string, present: { day: LocalDay; value: number }, target: number): Promise<Pace | null> {
  const from = dayAfter(present.day, -PACE_DAYS);
  const first = await db.selectFrom('area_days as a').select('a.day').where('a.programme', '=', programme).where('a.day', '>=', from).where(inScope(scope, 'a.region')).orderBy('a.day').limit(1).executeTakeFirst();
  if (!first || first.day >= present.day) return paceOf(null, present, target);
  const proven = await provenOnDays(db, scope, { programme }, [first.day]);
  return paceOf({ day: first.day, value: proven.get(first.day) ?? 0 }, present, target);
}
