/** The demonstration registry: plausible, repeatable, and accepted by the server's own schema. */
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { SiteDraft, ZONES, type SiteDraftInput } from '@cac/shared/api.ts';
import { inProvince, readGround } from '@cac/seeds/ground.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { suite } from '../harness.ts';

const test = suite('demonstration registry');
const ground = readGround();
const cpuBefore = process.cpuUsage();
const { communes, sites } = demoRegistry(1);
const cpuAfter = process.cpuUsage(cpuBefore);
/** Of this process alone: what else the machine does costs nothing here. */
const tookMs = (cpuAfter.user + cpuAfter.system) / 1000;
const provinces = new Map(ground.provinces.map((province) => [province.code, province]));
const centres = sites.filter((site) => site.programme === 'CAC');
const schools = sites.filter((site) => site.programme === 'GENIE');
const share = (list: readonly SiteDraftInput[], is: (site: SiteDraftInput) => boolean): number => list.filter(is).length / list.length;
const between = (value: number, low: number, high: number, what: string): void => assert.ok(value >= low && value <= high, `${what}: ${value}`);

test('400 centres, 9,260 schools, 1,503 communes', () => {
  assert.equal([centres.length, schools.length, communes.length], [400, 9_260, 1_503]);
  for (const list of [sites.map((s) => s.id), communes.map((c) => c.code)]) assert.is(new Set(list).size, list.length);
});

test('the same seed gives the same registry, another seed another', () => {
  assert.equal(demoRegistry(1), { communes, sites });
  assert.is.not(JSON.stringify(demoRegistry(2).sites), JSON.stringify(sites));
});

test('every site is one the server takes', () => {
  for (const site of sites) {
    const { success, issues } = v.safeParse(SiteDraft, site);
    assert.ok(success, `${site.id}: ${issues?.[0].message}`);
  }
});

test('every site and commune lies in its province, and its province in its region', () => {
  for (const { province: code, region, lat, lon, name } of [...sites, ...communes]) {
    const province = provinces.get(code ?? '')!;
    assert.is(province.region, region, name);
    assert.ok(inProvince(province, [lon, lat]), `${name} at ${lat}, ${lon} in ${code}`);
  }
  assert.is(new Set(sites.map((site) => site.province)).size, 75);
  assert.is(new Set(centres.map((site) => site.region)).size, 12);
});

test('communes hold the plan\'s households by zone', () => {
  for (const zone of ZONES) {
    assert.is(communes.filter((c) => c.zone === zone).reduce((sum, c) => sum + c.households, 0), ground.households[zone], zone);
  }
  for (const { households, name } of communes) between(households, 100, 100_000, name);
});

test('centres stand above all where Internet at home is missing, schools where children are', () => {
  between(share(centres, (s) => s.zone === 'dense'), 0.15, 0.3, 'dense centres');
  between(share(centres, (s) => s.zone === 'grey-white'), 0.38, 0.52, 'grey-white centres');
  between(share(schools, (s) => s.zone === 'grey-white'), 0.5, 0.6, 'grey-white schools');
  const casablanca = sites.filter((s) => s.province === 'MA-CAS');
  between(share(casablanca, (s) => s.zone === 'dense'), 0.75, 1, 'Casablanca');
});

test('about 300 centres and 70 % of schools are declared connected, each with who said so', () => {
  between(share(centres, (s) => s.declaredConnectedAt !== null), 0.7, 0.8, 'centres');
  between(share(schools, (s) => s.declaredConnectedAt !== null), 0.68, 0.72, 'schools');
  for (const { declaredConnectedAt, declaredSource, id } of sites) {
    assert.is(declaredSource === null, declaredConnectedAt === null, id);
    if (declaredConnectedAt) between(declaredConnectedAt, Date.UTC(2009, 0), Date.UTC(2014, 0), id);
  }
});

test('every kind of host and of equipment is there', () => {
  assert.is(new Set(centres.map((s) => s.hostPremises)).size, 7);
  assert.equal(new Set(schools.map((s) => s.equipment)), new Set(['room', 'suitcase', 'trolley']));
});

test('it is made in a moment', () => between(tookMs, 0, 3_000, 'ms of CPU'));

test.run();
