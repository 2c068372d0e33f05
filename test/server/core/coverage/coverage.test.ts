/** Coverage from the plan's tables and from communes, case by case. */
import * as assert from 'uvu/assert';
import { readPlan } from '@cac/seeds/plan.ts';
import type { Zone } from '@cac/shared/api.ts';
import { CSP } from '@cac/shared/site-fields.ts';
import { countCommune, dominantCsp, groupCommunes, sumByCsp, sumCommunes, type CommuneFacts } from '@cac/server/core/coverage/communes.ts';
import { recomputedOf, unservedOf } from '@cac/server/core/coverage/plan-figures.ts';
import { cellsOf, communesView, countCommunes, coveredBy, planFigures, ratesOf, zoneSites } from '@cac/server/core/coverage/view.ts';
import { suite } from '../../../harness.ts';

const test = suite('coverage');
const file = readPlan();
const source = { ...file.source, page: null, note: null };
const plan = planFigures({
  zones: [...file.zones, { zone: '', ...file.country }].map(({ home_internet: homeInternet, page: _, ...row }) => ({ ...row, homeInternet, source })),
  csp: file.csp.map(({ home_internet: homeInternet, income_from: incomeFrom, income_to: incomeTo, grey_white: greyWhite, page: _, ...row }) => ({ ...row, homeInternet, incomeFrom, incomeTo, greyWhite, source })),
});
const rates = ratesOf(plan);
const thousands = (n: number): number => n / 1000;

test('unserved households of the plan, by zone and by category, need no estimate', () => {
  assert.equal(plan.zones.map((z) => thousands(z.unserved)), [2_150, 1_302, 2_100]);
  assert.equal(plan.csp.map((c) => thousands(c.unserved)), [40, 260, 850, 1_960, 2_400]);
});

test('corrected penetration counted again is what the plan prints: the figures were read well', () => {
  for (const row of [...plan.zones, plan.country!, ...plan.csp]) assert.is(row.recomputed, row.corrected);
  assert.is(recomputedOf({ households: 1, homeInternet: 0.1, literacy: 0 }), null);
  assert.is(unservedOf({ households: 3, homeInternet: 1 / 3, literacy: 1 }), 2);
});

const cells = cellsOf(plan)!;
const rowOf = (zone: Zone): number[] => cells.cells.filter((c) => c.zone === zone).map((c) => thousands(c.households));

test('cells by zone and category: the fit with the caps that the averages imply', () => {
  assert.equal(rowOf('dense'), [200, 290, 692, 889, 429]);
  assert.equal(rowOf('moderate'), [0, 110, 282, 611, 398]);
  assert.equal(rowOf('grey-white'), [0, 0, 26, 500, 1_574]);
});

test('what the cells miss of the printed literacy and penetration stands beside them', () => {
  const shown = cells.residuals.map((r) => [r.literacy, r.homeInternet].map((share) => Math.round(share * 1000) / 10));
  assert.equal(shown, [[69.5, 15.3], [59.5, 6.6], [40.5, 0]]);
  assert.equal(cells.residuals.map((r) => [r.literacyPlan, r.homeInternetPlan]), [[0.7, 0.14], [0.6, 0.07], [0.4, 0]]);
});

test('without all margins there are no cells', () => assert.is(cellsOf({ ...plan, csp: plan.csp.slice(1) }), null));

const commune = (code: string, over: Partial<CommuneFacts> = {}): CommuneFacts => ({ code, region: 'MA-04', province: 'MA-RAB', zone: 'dense', households: 1_000, onlineShare: null, mix: null, year: 2024, demo: false, ...over });
const EVEN = { A: 0.2, B: 0.2, C: 0.2, D: 0.2, E: 0.2 };

const CASES: { name: string; facts: Partial<CommuneFacts>; rule: string; unserved: number }[] = [
  { name: 'its own rate comes first', facts: { onlineShare: 0.25, mix: EVEN }, rule: 'own_rate', unserved: 750 },
  { name: 'else its mix with the plan’s rates: (0.2 + 0.65 + 0.85 + 0.98 + 1) / 5', facts: { mix: EVEN }, rule: 'csp_mix', unserved: 736 },
  { name: 'in a grey or white zone nobody is online', facts: { mix: EVEN, zone: 'grey-white' }, rule: 'csp_mix', unserved: 1_000 },
  { name: 'a mix without a zone is still a mix', facts: { mix: { E: 1 }, zone: null }, rule: 'csp_mix', unserved: 1_000 },
  { name: 'shares that do not add up to one are taken in proportion', facts: { mix: { A: 0.5 } }, rule: 'csp_mix', unserved: 200 },
  { name: 'else its zone’s rate', facts: { zone: 'moderate' }, rule: 'zone_rate', unserved: 930 },
  { name: 'an empty mix says nothing', facts: { mix: { A: 0 } }, rule: 'zone_rate', unserved: 860 },
  { name: 'where nothing is known it is said, and nobody is invented', facts: { zone: null }, rule: 'none', unserved: 0 },
];
for (const { name, facts, rule, unserved } of CASES) {
  test(`unserved households of a commune: ${name}`, () => {
    const counted = countCommune(commune('C', facts), rates);
    assert.equal([counted.rule, Math.round(counted.unserved)], [rule, unserved]);
  });
}

test('a commune’s own rate is shared among its categories, so that they add up to it', () => {
  const { unservedByCsp, unserved } = countCommune(commune('C', { onlineShare: 0.5, mix: EVEN }), rates);
  assert.is(unserved, 500);
  assert.ok(Math.abs(CSP.reduce((sum, csp) => sum + unservedByCsp![csp], 0) - 500) < 1e-6);
});

test('declared and proven coverage count the unserved households of communes with a centre, and stay apart', () => {
  const communes = countCommunes([commune('A'), commune('B', { zone: 'grey-white' }), commune('C', { zone: 'moderate', year: 2014, demo: true })], rates);
  const covered = coveredBy([{ commune: 'A', registered: 2, declared: 2, proven: 1 }, { commune: 'B', registered: 1, declared: 1, proven: 0 }, { commune: 'C', registered: 1, declared: 0, proven: 0 }]);
  const sums = sumCommunes(communes, covered);
  assert.equal([sums.communes, sums.unserved, sums.declared, sums.proven, sums.years, sums.demo], [3, 860 + 1_000 + 930, 1_860, 860, [2014, 2024], true]);
  assert.equal(sums.rules, { own_rate: 0, csp_mix: 0, zone_rate: 3, none: 0 });
  assert.equal([...groupCommunes(communes, (c) => c.zone ?? '').keys()], ['dense', 'grey-white', 'moderate']);
});

test('a centre that names no commune we know covers nobody, and is counted apart', () => {
  const communes = countCommunes([{ ...commune('A'), source: 'HCP' }], rates);
  const view = communesView(communes, [{ commune: 'A', registered: 1, declared: 1, proven: 1 }, { commune: 'Témara', registered: 3, declared: 3, proven: 3 }, { commune: '', registered: 2, declared: 0, proven: 0 }], new Set(['A']))!;
  assert.equal([view.centresElsewhere, view.total.proven, view.sources, view.byCsp], [5, 860, ['HCP'], []]);
  assert.is(communesView([], [], new Set()), null);
});

test('households per proven centre and per working PC: none where there is none, nor where no figure fits', () => {
  const rows = [{ zone: 'dense', kind: 'centre', registered: 9, declared: 4, proven: 2, workingPcs: 10 }, { zone: '', kind: 'school', registered: 3, declared: 2, proven: 1, workingPcs: 8 }];
  const [dense, moderate, , unknown] = zoneSites(rows, new Map([['dense', 2_150_000], ['moderate', 1_302_000]]));
  assert.equal([dense!.perProvenCentre, dense!.perWorkingPc, moderate!.perProvenCentre], [1_075_000, 215_000, null]);
  assert.equal([unknown!.zone, unknown!.schools, unknown!.schoolsProven, unknown!.perProvenCentre], ['', 3, 1, null]);
  assert.is(zoneSites(rows, null)[0]!.perProvenCentre, null);
});

test('schools cover no household: they are measured apart', () => {
  const [dense] = zoneSites([{ zone: 'dense', kind: 'school', registered: 5, declared: 3, proven: 2, workingPcs: 9 }], new Map([['dense', 100]]));
  assert.equal([dense!.centres, dense!.centresProven, dense!.workingPcs, dense!.schoolsProven], [0, 0, 0, 2]);
  assert.is(dense!.perProvenCentre, null);
});

test('the dominant category is the most numerous; of equals the poorer; of nothing none', () => {
  assert.equal([dominantCsp({ A: 0.1, C: 0.6, E: 0.3 }), dominantCsp(EVEN), dominantCsp({})], ['C', 'E', null]);
  assert.is(sumByCsp(countCommunes([commune('A')], rates), 'byCsp'), null);
});

test.run();
