/** Which sites that fell together are one outage. */
import * as assert from 'uvu/assert';
import { groupsOf, wavesOf, type FallenSite, type HeardBefore } from '@cac/server/core/alerts/grouping.ts';
import { suite } from '../../../harness.ts';

const test = suite('grouping outages');
const MINUTE = 60_000;
const RULE = { windowMs: 10 * MINUTE, sites: 3, share: 0.5 };

const fallen = (count: number, over: Partial<FallenSite> = {}, prefix = 'S'): FallenSite[] =>
  Array.from({ length: count }, (_, i) => ({ id: `${prefix}-${i}`, condition: 'site_offline', sinceAt: i * 1_000, province: 'MA-RAB', carrier: 'IAM', technology: 'adsl', ...over }));
const heard = (fleet: number, province: Record<string, number>, carrier: Record<string, number>, technology: Record<string, number>): HeardBefore => ({
  fleet: new Map([['', fleet]]), province: new Map(Object.entries(province)), carrier: new Map(Object.entries(carrier)), technology: new Map(Object.entries(technology)),
});
const short = ({ groups, alone }: ReturnType<typeof groupsOf>): string => [...groups.map(({ by, key, sites, expected }) => `${by} ${key} ${sites.length}/${expected}`), ...(alone.length > 0 ? [`alone ${alone.length}`] : [])].join(', ');

test('a carrier of which nearly all fell, in a province where others go on: the carrier', () => {
  assert.is(short(groupsOf(fallen(40), heard(400, { 'MA-RAB': 80 }, { IAM: 45, ORANGE: 200 }, { adsl: 300 }), RULE)), 'carrier IAM 40/45');
});
test('all of a province, whatever their carriers: the province', () => {
  const sites = [...fallen(20), ...fallen(20, { carrier: 'INWI' }, 'T')];
  assert.is(short(groupsOf(sites, heard(400, { 'MA-RAB': 41 }, { IAM: 200, INWI: 150 }, { adsl: 300 }), RULE)), 'province MA-RAB 40/41');
});
test('two of a hundred are two outages', () => {
  assert.is(short(groupsOf(fallen(2), heard(400, { 'MA-RAB': 100 }, { IAM: 200 }, { adsl: 300 }), RULE)), 'alone 2');
});
test('five of a hundred share too little to be one', () => {
  assert.is(short(groupsOf(fallen(5), heard(400, { 'MA-RAB': 100 }, { IAM: 200 }, { adsl: 300 }), RULE)), 'alone 5');
});
test('two provinces at once are two outages, and one site elsewhere its own', () => {
  const sites = [...fallen(10), ...fallen(12, { province: 'MA-CAS', carrier: 'INWI', technology: 'fibre' }, 'T'), ...fallen(1, { province: 'MA-AGD', carrier: 'ORANGE', technology: '4g' }, 'U')];
  assert.is(short(groupsOf(sites, heard(400, { 'MA-RAB': 12, 'MA-CAS': 14, 'MA-AGD': 30 }, { IAM: 100, INWI: 100, ORANGE: 90 }, { adsl: 150, fibre: 100, '4g': 90 }), RULE)), 'province MA-CAS 12/14, province MA-RAB 10/12, alone 1');
});
test('E-03 a third of the fleet that shares nothing: our own sight is suspected', () => {
  const sites = fallen(150).map((site, i) => ({ ...site, province: `P${i % 50}`, carrier: `C${i % 9}`, technology: null }));
  const spread = (names: string, count: number, each: number): Record<string, number> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${names}${i}`, each]));
  assert.is(short(groupsOf(sites, heard(400, spread('P', 50, 8), spread('C', 9, 44), {}), RULE)), 'fleet  150/400');
});
test('a site whose carrier nobody entered still falls with its province', () => {
  assert.is(short(groupsOf(fallen(6, { carrier: null, technology: null }), heard(400, { 'MA-RAB': 7 }, {}, {}), RULE)), 'province MA-RAB 6/7');
});
test('who fell in the morning and who fell at noon are two waves; troubles of two kinds are never one', () => {
  const sites = [...fallen(3), ...fallen(3, { sinceAt: 3 * 3_600_000 }, 'T'), ...fallen(2, { condition: 'internet_down' }, 'U')];
  assert.equal(wavesOf(sites, RULE.windowMs).map((wave) => `${wave[0]!.condition} ${wave.length}`), ['site_offline 3', 'site_offline 3', 'internet_down 2']);
});

test.run();
