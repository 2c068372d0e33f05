/** The plan's figures agree with each other: a way to see that they were read well. */
import * as assert from 'uvu/assert';
import { ZONES } from '@cac/shared/api.ts';
import { correctedShare, readPlan, unserved } from '@cac/seeds/plan.ts';
import { suite } from '../harness.ts';

const test = suite('plan');
const plan = readPlan();
const total = (rows: readonly { households: number }[]): number => rows.reduce((sum, row) => sum + row.households, 0);

test('targets: 400 centres and 9,260 schools by 2013, each with its page', () => {
  const sites = plan.programmes.map(({ code, targets }) => ({ code, ...targets.find((t) => t.indicator === 'sites') }));
  assert.equal(sites.map(({ code, value, year, page }) => ({ code, value, year, page })), [
    { code: 'CAC', value: 400, year: 2013, page: '33' },
    { code: 'GENIE', value: 9_260, year: 2013, page: '31' },
  ]);
});

test('zones and categories are the same six million households', () => {
  assert.equal(plan.zones.map((z) => z.zone), [...ZONES]);
  assert.is(total(plan.zones), 6_000_000);
  assert.is(total(plan.csp), 6_000_000);
  assert.is(plan.country.households, 6_000_000);
});

test('households without Internet, exact by zone and by category', () => {
  assert.equal(plan.zones.map(unserved), [2_150_000, 1_302_000, 2_100_000]);
  assert.equal(plan.csp.map(unserved), [40_000, 260_000, 850_000, 1_960_000, 2_400_000]);
});

test('corrected = penetration / literacy, as printed', () => {
  for (const row of [...plan.zones, plan.country, ...plan.csp]) assert.is(correctedShare(row), row.corrected);
});

test('the national rates are those of the zones together', () => {
  const mean = (of: 'home_internet' | 'literacy') => plan.zones.reduce((sum, z) => sum + z.households * z[of], 0) / 6_000_000;
  assert.ok(Math.abs(mean('home_internet') - plan.country.home_internet) < 0.01);
  assert.ok(Math.abs(mean('literacy') - plan.country.literacy) < 0.01);
});

test('connections and shares of 2004-2008 speak of about six million households', () => {
  for (const { connections, share } of plan.internet_households) assert.ok(Math.abs(connections / share - 6_000_000) <= 500_000);
});

test.run();
