/** Targets and milestones: the plan's own (`targets`), and what people decided since, version by version (`milestones`). */
import type { MilestoneDraft, MilestoneRow, Target as TargetSchema } from '@cac/shared/deployment.ts';
import type { Source } from '@cac/shared/programme.ts';
import type { InferOutput } from 'valibot';
import type { Path, YearValue } from '../core/programme/milestones.ts';
import type { Handle } from './store.ts';

export type Target = InferOutput<typeof TargetSchema>;

/** A programme's way to the target that matters in a year, of the country or of one region or zone. */
export interface ProgrammePath {
  programme: string;
  region: string;
  zone: string;
  target: Target;
  targetSource: Source;
  path: Path;
}

/** The target of the running period: the nearest that lies ahead, else the last one. */
const running = <T extends { year: number }>(targets: readonly T[], year: number): T | undefined => {
  const ordered = [...targets].sort((a, b) => a.year - b.year);
  return ordered.find((one) => one.year >= year) ?? ordered.at(-1);
};

/** Those of the country have region and zone ''. */
export async function programmePaths(db: Handle, year: number): Promise<ProgrammePath[]> {
  const planned = await db.selectFrom('targets').selectAll().where('indicator', '=', 'sites').execute();
  const decided = await db.selectFrom('milestones').selectAll().where('replaced_at', 'is', null).execute();
  const found: ProgrammePath[] = [];
  const places = new Set([...planned.map((row) => `${row.programme}||`), ...decided.filter((row) => row.indicator === 'target').map((row) => `${row.programme}|${row.region}|${row.zone}`)]);
  for (const place of places) {
    const [programme = '', region = '', zone = ''] = place.split('|');
    const isHere = (row: { programme: string; region: string; zone: string }): boolean => row.programme === programme && row.region === region && row.zone === zone;
    const own = decided.filter(isHere);
    const ofPlan = region === '' && zone === '' ? planned.filter((row) => row.programme === programme) : [];
    const targets = [
      ...ofPlan
        .filter((row) => !own.some((one) => one.indicator === 'target' && one.year === row.year))
        .map((row) => {
          const source = JSON.parse(row.source) as Source;
          return { year: row.year, value: row.value, source, target: { value: row.value, year: row.year, source: source.title, page: source.page, sourceYear: source.year } };
        }),
      ...own
        .filter((row) => row.indicator === 'target')
        .map((row) => ({
          year: row.year,
          value: row.value,
          source: { title: row.source, page: null, year: new Date(row.written_at).getUTCFullYear(), note: row.note || null },
          target: { value: row.value, year: row.year, source: row.source, page: null, sourceYear: null },
        })),
    ];
    const chosen = running(targets, year);
    if (chosen === undefined) continue;
    const first = [...ofPlan].sort((a, b) => a.year - b.year)[0];
    const milestones: YearValue[] = [...own.filter((row) => row.indicator === 'sites'), ...targets.filter((one) => one.year < chosen.year)].map(({ year: of, value }) => ({ year: of, value }));
    found.push({
      programme,
      region,
      zone,
      target: chosen.target,
      targetSource: chosen.source,
      path: { base: first?.base_year == null ? null : { year: first.base_year, value: first.base_value }, target: { year: chosen.year, value: chosen.value }, milestones },
    });
  }
  return found;
}

const INDICATOR = { milestone: 'sites', target: 'target' } as const;

/** Puts a decision in the place of the one that stood; the old one stays as a version. */
export async function putMilestone(tx: Handle, draft: MilestoneDraft, author: string, now: number): Promise<MilestoneRow | null> {
  const { programme, kind, year, value, source, note } = draft;
  const [region, zone, indicator] = [draft.region ?? '', draft.zone ?? '', INDICATOR[kind]];
  const before = await tx
    .updateTable('milestones')
    .set({ replaced_at: now })
    .where('programme', '=', programme)
    .where('indicator', '=', indicator)
    .where('year', '=', year)
    .where('region', '=', region)
    .where('zone', '=', zone)
    .where('replaced_at', 'is', null)
    .returningAll()
    .execute();
  if (value !== null) await tx.insertInto('milestones').values({ programme, indicator, year, region, zone, value, source, note, author, written_at: now, replaced_at: null }).execute();
  return before[0] ? rowOf(before[0]) : null;
}

interface Row extends Omit<MilestoneRow, 'kind' | 'region' | 'zone' | 'writtenAt' | 'replacedAt'> {
  indicator: string;
  region: string;
  zone: string;
  written_at: number;
  replaced_at: number | null;
}

const rowOf = (row: Row): MilestoneRow => ({
  kind: row.indicator === 'target' ? 'target' : 'milestone', year: row.year, region: row.region || null, zone: row.zone || null, value: row.value,
  source: row.source, note: row.note, author: row.author, writtenAt: row.written_at, replacedAt: row.replaced_at,
});

export const milestoneVersions = async (db: Handle, programme: string): Promise<MilestoneRow[]> =>
  (await db.selectFrom('milestones').selectAll().where('programme', '=', programme).orderBy('id', 'desc').limit(500).execute()).map(rowOf);
