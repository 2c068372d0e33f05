/**
 * Figures that are kept are what they would be if they were counted from nothing: after any mixture of edits, attestations, visits, imports, undone
 * imports and counted days, one after another and at once (F-14, D-11). What is random comes from a seed that the failure names.
 */
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dayAfter, dayStartAt, daysBetween, localDayOf } from '@cac/shared/wall-time.ts';
import type { SiteEdit } from '@cac/shared/registry.ts';
import { siteRecordOf } from '@cac/server/core/registry/site-record.ts';
import { Problem } from '@cac/server/core/problem.ts';
import { siteCalendars } from '@cac/server/store/calendars.ts';
import { deploymentFunnel } from '@cac/server/store/deployment.ts';
import { deploymentTable } from '@cac/server/store/deployment-lists.ts';
import { holdPast, noteRolled, replaceSiteDays, siteOfPast, type AreaDayRow } from '@cac/server/store/history.ts';
import { attestationsOf } from '@cac/server/store/ladder.ts';
import { provenOnDays } from '@cac/server/store/proven-days.ts';
import { findSite } from '@cac/server/store/sites.ts';
import type { Store } from '@cac/server/store/store.ts';
import { attest, recordVisit, withdraw } from '@cac/server/usecases/attest.ts';
import { editSite } from '@cac/server/usecases/edit-site.ts';
import { applyImport, previewImport } from '@cac/server/usecases/import-file.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import type { ImportAuthor } from '@cac/server/usecases/plan-import.ts';
import { groundReader } from '@cac/server/usecases/read-ground.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { provenOn, tellRungs } from '@cac/server/usecases/tell-rungs.ts';
import { undoImport } from '@cac/server/usecases/undo-import.ts';
import { databases } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteWithMachines, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { ROOT } from '../../running-server.ts';

const SEEDS = join(ROOT, 'seeds');
const WORLD = { ground: groundReader(SEEDS)(), demo: false };
const AUTHOR: ImportAuthor = { name: 'admin', role: 'administrator', scope: EVERYTHING };
const TODAY = localDayOf(T0);
const YESTERDAY = dayAfter(TODAY, -1);
const SINCE = 75;
const HOUR = 3_600_000;
const IDS = ['S-1', 'S-2', 'S-3', 'S-4', 'S-5'];
const PLACES = [['MA-04', 'MA-RAB'], ['MA-06', 'MA-CAS'], ['MA-04', null]] as const;
const SUMS = ['open_ms', 'conn_ms', 'disc_ms', 'unk_ms', 'off_ms', 'excluded_ms', 'provisional_ms'] as const;

/** Mulberry32. */
function chance(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return { below, one: <T>(list: readonly T[]): T => list[below(list.length)]! };
}
type Chance = ReturnType<typeof chance>;

for (const database of databases) {
  const test = suite(`figures from nothing on ${database.name}`);
  test.after(() => database.stop());
  const on = (name: string, body: (store: Store) => Promise<void>): void =>
    test.needs(database.missing, name, async () => {
      const opened = await database.open();
      try {
        await loadReference(opened.store, SEEDS, T0);
        for (const [i, id] of IDS.entries()) {
          const [region, province] = PLACES[i % 2]!;
          const school = i === 3 ? { programme: 'GENIE', kind: 'school', equipment: 'suitcase', hostPremises: null } : {};
          await siteWithMachines(opened.store, id, 1, { region, province, ...school } as never, T0 - SINCE * 86_400_000);
        }
        await countAll(opened.store);
        await body(opened.store);
      } finally {
        await opened.close();
      }
    });

  async function countAll(store: Store): Promise<void> {
    for (let pass = 0; pass < 60; pass += 1) if (!(await recount(store, T0)).more) return;
    assert.unreachable('counting never ends');
  }

  const orRefused = async (doing: Promise<unknown>): Promise<void> => {
    try {
      await doing;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  };

  /** As if evidence had told these days: the way of the recount, with hours of our own. */
  const tell = (store: Store, id: string, from: number, connected: number): Promise<void> =>
    store.db.transaction().execute(async (tx) => {
      await holdPast(tx, id);
      const site = (await siteOfPast(tx, id))!;
      const calendar = (await siteCalendars(tx, [id])).get(id)!;
      const days = daysBetween(dayAfter(TODAY, -from), dayAfter(TODAY, 1 - Math.max(2, from - 20)));
      const changed = await replaceSiteDays(tx, id, site, days.map((day) => ({
        day, intervals: [], heard: connected > 0, assumed: false,
        totals: { openMs: 8 * HOUR, connMs: connected * HOUR, discMs: (7 - connected) * HOUR, unkMs: HOUR, offMs: 0, excludedMs: 0, provisionalMs: 0 },
      })));
      const rung = await tellRungs(tx, site, calendar, changed, site.rolled_to);
      if (rung !== null) await noteRolled(tx, id, { proven_rung: rung, proven_on: site.rolled_to });
    });

  async function edit(store: Store, id: string, over: Partial<SiteEdit>): Promise<void> {
    const site = await findSite(store.db, EVERYTHING, id);
    if (site) await editSite(store, ADMIN, id, { ...siteRecordOf(site), ...over } as SiteEdit, T0);
  }

  async function importRows(store: Store, rows: readonly string[]): Promise<void> {
    const file = { bytes: Buffer.from(['Code;Nom;Région;Province;Zone;Programme;Latitude;Longitude;Connecté le;Source', ...rows].join('\n')), kind: 'sites' as const, fileName: 'f.csv', mapping: null };
    await applyImport(store, AUTHOR, file, (await previewImport(store, AUTHOR, file, WORLD, T0)).digest, WORLD, T0);
  }

  const dayOf = (by: Chance): string => dayAfter(YESTERDAY, -by.below(4_000));

  async function act(store: Store, by: Chance, step: number): Promise<void> {
    const id = by.one(IDS);
    switch (by.below(9)) {
      case 0:
      case 1: {
        const [region, province] = by.one(PLACES);
        return edit(store, id, { region, province } as never);
      }
      case 2:
        return edit(store, id, by.one([{ zone: by.one(['dense', 'moderate', 'grey-white', null]) }, { programme: by.one(['CAC', 'GENIE', null]) }, { countsTowardsTarget: by.below(2) === 0 }, { equipment: by.one(['room', 'suitcase', null]) }]) as never);
      case 3: {
        const kind = by.one(['identified', 'built', 'equipped', 'connected', 'telephone', 'stuck'] as const);
        const value = kind === 'telephone' ? by.one(['works', 'fails']) : kind === 'stuck' ? by.one(['premises', null]) : null;
        return void (await attest(store, ADMIN, id, { kind, day: dayOf(by), value, source: 'paper', note: '' }, T0));
      }
      case 4: {
        const all = await attestationsOf(store.db, id);
        return all.length === 0 ? undefined : orRefused(withdraw(store, ADMIN, by.one(all).id, T0));
      }
      case 5:
        return recordVisit(store, ADMIN, id, { day: dayOf(by), byFunction: 'technician', pcsFound: 3, pcsWorking: 2, telephone: by.one(['works', 'fails', null]), note: '' }, T0);
      case 6:
        return tell(store, id, 2 + by.below(SINCE - 2), by.below(8));
      case 7: {
        const [region, province] = by.one(PLACES);
        return orRefused(importRows(store, [`${id};;${region};${province ?? ''};${by.one(['dense', 'grise et blanche', ''])};${by.one(['CAC', 'GENIE'])};;;${dayOf(by)};Liste ${step}`, `N-${step};Nouveau ${step};MA-04;MA-RAB;dense;CAC;34,0;-6,8;${dayOf(by)};Liste ${step}`]));
      }
      default: {
        const last = await store.db.selectFrom('imports').select('id').where('undone_at', 'is', null).orderBy('id', 'desc').executeTakeFirst();
        return last === undefined ? undefined : orRefused(undoImport(store, AUTHOR, last.id, T0));
      }
    }
  }

  /** Sums of areas and what sites show, from the days and the words they stand for. */
  async function checkSums(store: Store, told: string): Promise<void> {
    const sites = new Map((await store.db.selectFrom('sites').selectAll().execute()).map((row) => [row.id, row]));
    const sums = new Map<string, Record<string, number>>();
    for (const day of await store.db.selectFrom('site_days').selectAll().execute()) {
      const { region, province, zone, programme } = sites.get(day.site_id)!;
      const key = [day.day, region, province ?? '', zone ?? '', programme ?? '', day.assumed].join('|');
      const sum = sums.get(key) ?? {};
      sums.set(key, sum);
      const add = (name: string, n: number): void => void (sum[name] = (sum[name] ?? 0) + n);
      for (const name of SUMS) add(name, day[name]);
      add('sites', day.open_ms + day.excluded_ms > 0 ? 1 : 0);
      add('reporting', day.rung >= 2 ? 1 : 0);
      add('in_service', day.rung === 3 ? 1 : 0);
    }
    const names: readonly (keyof AreaDayRow)[] = [...SUMS, 'sites', 'reporting', 'in_service'];
    const kept = await store.db.selectFrom('area_days').selectAll().execute();
    const lines = (rows: [string, Record<string, unknown>][]): string[] => rows.filter(([, row]) => names.some((name) => row[name] !== 0)).map(([key, row]) => `${key} ${names.map((name) => row[name]).join(' ')}`).sort();
    assert.equal(lines(kept.map((row) => [[row.day, row.region, row.province, row.zone, row.programme, row.assumed].join('|'), { ...row }])), lines([...sums]), `sums of areas, ${told}`);
    for (const [id, row] of sites) {
      const standing = (await attestationsOf(store.db, id)).filter(({ withdrawn }) => withdrawn === null);
      const newest = (kind: string) => standing.find((one) => one.kind === kind);
      const stuck = newest('stuck');
      assert.equal(
        [row.identified_on, row.built_on, row.equipped_on, row.connected_on, row.telephone_on, row.telephone_works, row.stuck_cause, row.stuck_on, row.declared_connected_at, row.declared_source],
        [...['identified', 'built', 'equipped', 'connected', 'telephone'].map((kind) => newest(kind)?.day ?? null), newest('telephone') ? Number(newest('telephone')!.value === 'works') : null, stuck?.value ?? null, stuck?.value ? stuck.day : null,
          newest('connected') ? dayStartAt(newest('connected')!.day) : null, newest('connected')?.source ?? null],
        `${id}, ${told}`,
      );
    }
  }

  /** Rungs from the days alone, and the figures from rungs and words. */
  async function checkFigures(store: Store, told: string): Promise<void> {
    const sites = await store.db.selectFrom('sites').selectAll().execute();
    const days = await store.db.selectFrom('site_days').selectAll().execute();
    for (const id of IDS) {
      const past = (await siteOfPast(store.db, id))!;
      for (const { day, rung } of days.filter((row) => row.site_id === id && row.day >= dayAfter(TODAY, -12))) assert.is(rung, (await provenOn(store.db, past, day)).rung, `rung of ${id} on ${day}, ${told}`);
      assert.is(past.proven_rung, days.find((row) => row.site_id === id && row.day === YESTERDAY)?.rung, `rung of ${id} now, ${told}`);
    }
    const counted = sites.filter((site) => site.programme !== null && site.counts_towards_target === 1);
    const inService = (site: string, day: string): boolean => days.some((row) => row.site_id === site && row.day === day && row.rung === 3);
    for (const day of [YESTERDAY, dayAfter(TODAY, -30)]) {
      assert.is((await provenOnDays(store.db, EVERYTHING, {}, [day])).get(day) ?? 0, counted.filter(({ id }) => inService(id, day)).length, `in service on ${day}, ${told}`);
      assert.is((await provenOnDays(store.db, EVERYTHING, { equipment: 'suitcase' }, [day])).get(day) ?? 0, counted.filter(({ id, equipment }) => equipment === 'suitcase' && inService(id, day)).length, `suitcases in service on ${day}, ${told}`);
    }
    for (const row of await deploymentFunnel(store.db, EVERYTHING, {}, T0)) {
      const own = counted.filter(({ programme }) => programme === row.programme);
      assert.equal([row.steps.registered, row.steps.connected, row.steps.in_service], [own.length, own.filter((site) => site.connected_on !== null).length, own.filter(({ id }) => inService(id, YESTERDAY)).length], `${row.programme}, ${told}`);
    }
    const byYear = await deploymentTable(store.db, EVERYTHING, {}, ['year', 'region'], T0);
    for (const region of ['MA-04', 'MA-06']) {
      const row = byYear.find(({ keys }) => keys['year'] === '2026' && keys['region'] === region);
      const own = counted.filter((site) => site.region === region);
      assert.equal([row?.declared ?? 0, row?.proven ?? 0], [own.filter((site) => site.connected_on !== null).length, own.filter(({ id }) => inService(id, YESTERDAY)).length], `${region} by year, ${told}`);
    }
  }

  on('after any mixture of acts, one after another', async (store) => {
    for (const seed of [1, 2]) {
      const by = chance(seed);
      for (let step = 0; step < 60; step += 1) {
        await act(store, by, seed * 1_000 + step);
        if (step % 10 === 9) await checkSums(store, `seed ${seed} step ${step}`);
        if (step % 20 === 19) {
          await countAll(store);
          for (const id of IDS) await tell(store, id, 30, by.below(8));
          await checkSums(store, `seed ${seed} step ${step}, counted`);
          await checkFigures(store, `seed ${seed} step ${step}`);
        }
      }
    }
  });

  on('a school that is given a suitcase is judged as one, also for the days that are over', async (store) => {
    await edit(store, 'S-4', { equipment: 'room' } as never);
    await countAll(store);
    await tell(store, 'S-4', 9, 3);
    await checkFigures(store, 'as a room');
    await edit(store, 'S-4', { equipment: 'suitcase' } as never);
    assert.ok(await store.db.selectFrom('stale_days').select('mark').where('scope_id', '=', 'S-4').executeTakeFirst(), 'its days are to be judged again');
    await countAll(store);
    await checkFigures(store, 'as a suitcase');
  });

  on('after acts at once: nothing is left out, nothing moved twice', async (store) => {
    const by = chance(7);
    for (let round = 0; round < 8; round += 1) {
      for (const id of IDS.slice(0, 2)) await tell(store, id, 30, 5);
      await Promise.all([
        ...['built', 'connected', 'equipped', 'identified'].map((kind, i) => attest(store, ADMIN, 'S-1', { kind: kind as never, day: dayAfter(YESTERDAY, -i - round), value: null, source: 'paper', note: '' }, T0)),
        ...PLACES.map(([region, province]) => edit(store, 'S-1', { region, province } as never)),
        ...['dense', 'moderate'].map((zone) => orRefused(importRows(store, [`S-1;;;;${zone};;;;${dayAfter(YESTERDAY, -round)};Liste ${round} ${zone}`]))),
        tell(store, 'S-1', 22, by.below(8)),
        tell(store, 'S-2', 22, by.below(8)),
      ]);
      await checkSums(store, `round ${round}`);
    }
  });

  test.run();
}
