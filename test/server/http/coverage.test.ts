/** The coverage of a fresh server: every figure of the plan's two tables, in its answer and in its file. */
import * as assert from 'uvu/assert';
import type { CoverageAreas, CoverageView } from '@cac/shared/coverage.ts';
import { suite } from '../../harness.ts';
import { json, startTestServer, type TestServer } from '../../running-server.ts';

const test = suite('coverage over HTTP');
let server: TestServer;
test.before(async () => void (server = await startTestServer()));
test.after(() => server.end());

/** As printed: households in thousands, the rest in per cent. */
const ZONES: [zone: string, households: number, internet: number, literacy: number, corrected: number, unserved: number | null][] = [
  ['dense', 2_500, 14, 70, 20, 2_150],
  ['moderate', 1_400, 7, 60, 12, 1_302],
  ['grey-white', 2_100, 0, 40, 0, 2_100],
  ['maroc', 6_000, 8, 57, 14, null],
];
const CSP: [csp: string, from: number | null, to: number | null, households: number, dense: number | null, moderate: number | null, greyWhite: number | null, average: number, literacy: number, corrected: number, unserved: number][] = [
  ['A', 18_000, null, 200, 80, null, null, 80, 100, 80, 40],
  ['B', 8_000, 18_000, 400, 35, 35, null, 35, 95, 37, 260],
  ['C', 3_000, 8_000, 1_000, 15, 15, 0, 15, 90, 17, 850],
  ['D', null, 3_000, 2_000, 2, 2, 0, 2, 55, 4, 1_960],
  ['E', null, 3_000, 2_400, 0, 0, 0, 0, 35, 0, 2_400],
];
const share = (percent: number | null): number | null => (percent === null ? null : percent / 100);
const thousand = (n: number | null): number | null => (n === null ? null : n * 1000);

async function csv(query = ''): Promise<{ rows: Record<string, string>[]; valueOf(table: string, key: string, figure: string): number | null | undefined }> {
  const answer = await server.api(`/api/v1/coverage?format=csv${query}`);
  assert.is(answer.headers.get('content-type'), 'text/csv; charset=utf-8');
  assert.match(answer.headers.get('content-disposition')!, /attachment; filename="couverture-/);
  const [heads = [], ...lines] = Buffer.from(await answer.arrayBuffer()).toString('utf8').slice(1).trimEnd().split('\r\n').map((line) => line.split(';'));
  const rows = lines.map((cells) => Object.fromEntries(heads.map((head, i) => [head, cells[i] ?? ''])));
  return {
    rows,
    valueOf(table, key, figure) {
      const found = rows.filter((row) => row['Tableau'] === table && row['Clé'] === key && row['Indicateur'] === figure);
      assert.is(found.length, 1, `${table} ${key} ${figure}`);
      const text = found[0]!['Valeur']!;
      return text === '' ? null : Number(text.replace(',', '.'));
    },
  };
}

test('the file reproduces every figure of both tables, each with its year and named the plan’s own estimate', async () => {
  const { rows, valueOf } = await csv();
  for (const [zone, households, internet, literacy, corrected, unserved] of ZONES) {
    const of = (figure: string) => valueOf('plan_zones', zone, figure);
    assert.equal([of('foyers'), of('internet_domicile'), of('alphabetisation'), of('penetration_corrigee'), of('penetration_corrigee_recalculee')], [thousand(households), share(internet), share(literacy), share(corrected), share(corrected)], zone);
    if (unserved !== null) assert.is(of('foyers_non_desservis'), thousand(unserved), zone);
  }
  for (const [csp, from, to, households, dense, moderate, greyWhite, average, literacy, corrected, unserved] of CSP) {
    const of = (figure: string) => valueOf('plan_csp', csp, figure);
    assert.equal([of('revenu_de'), of('revenu_a'), of('foyers')], [from, to, thousand(households)], csp);
    assert.equal([of('internet_domicile_dense'), of('internet_domicile_moderate'), of('internet_domicile_grey-white'), of('internet_domicile')], [dense, moderate, greyWhite, average].map(share), csp);
    assert.equal([of('alphabetisation'), of('penetration_corrigee'), of('penetration_corrigee_recalculee'), of('foyers_non_desservis')], [share(literacy), share(corrected), share(corrected), thousand(unserved)], csp);
  }
  const plan = rows.filter((row) => row['Tableau']!.startsWith('plan_'));
  assert.ok(plan.length > 70 && plan.every((row) => row['Année des données'] === '2008' && row['Nature'] === 'estimation propre au plan, mars 2008' && /Maroc Numeric 2013/.test(row['Source']!) && row['Démonstration'] === 'non'));
});

test('the answer holds the same figures', async () => {
  const { plan, communes, cells } = await json<CoverageView>(server, '/api/v1/coverage');
  assert.equal(plan.zones.map((z) => [z.zone, z.households, z.homeInternet, z.literacy, z.corrected, z.unserved]), ZONES.slice(0, 3).map(([zone, h, i, l, c, u]) => [zone, thousand(h), share(i), share(l), share(c), thousand(u)]));
  assert.equal([plan.country!.households, plan.country!.homeInternet, plan.country!.literacy, plan.country!.corrected], [6_000_000, 0.08, 0.57, 0.14]);
  assert.equal(plan.csp.map((c) => [c.csp, c.incomeFrom, c.incomeTo, c.households, c.dense, c.moderate, c.greyWhite, c.homeInternet, c.literacy, c.corrected, c.unserved]), CSP.map(([csp, from, to, h, d, m, g, a, l, c, u]) => [csp, from, to, thousand(h), share(d), share(m), share(g), share(a), share(l), share(c), thousand(u)]));
  assert.equal([communes, cells], [null, null], 'no commune is known, and the cells are off');
});

test('the cells come only when asked for, named our estimate', async () => {
  assert.ok((await csv()).rows.every((row) => row['Tableau'] !== 'cellules_zone_csp'));
  const { rows, valueOf } = await csv('&cells=1');
  const cells = rows.filter((row) => row['Tableau'] === 'cellules_zone_csp');
  assert.ok(cells.length === 21 && cells.every((row) => row['Nature'] === 'notre estimation'));
  assert.equal([valueOf('cellules_zone_csp', 'grey-white C', 'foyers'), valueOf('cellules_zone_csp', 'grey-white D', 'foyers')], [26_000, 500_000]);
});

test('what is no day, a day ahead, and an unknown word are refused with their field', async () => {
  for (const [query, code, where] of [['asOf=2026-02-31', 'bad_query', 'asOf'], ['asOf=2999-01-01', 'day_ahead', 'asOf'], ['zone=dark', 'bad_query', 'zone'], ['colour=1', 'unknown_field', 'colour']]) {
    const answer = await server.api(`/api/v1/coverage?${query}`);
    const { error } = (await answer.json()) as { error: { code: string; where: string } };
    assert.equal([answer.status, error.code, error.where], [400, code, where], query);
  }
});

test('areas of a country without sites are none', async () => {
  const { items, planYear } = await json<CoverageAreas>(server, '/api/v1/coverage/areas?by=region');
  assert.equal([items, planYear], [[], 2008]);
  assert.is((await server.api('/api/v1/coverage/areas?by=street')).status, 400);
});

test.run();
