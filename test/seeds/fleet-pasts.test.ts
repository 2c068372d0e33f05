/** Who brings a past: enough sites in every region for its figures to mean something, centres before schools, of those that work and of those that fell silent. */
import * as assert from 'uvu/assert';
import { whoBringsPasts } from '@cac/seeds/fleet-pasts.ts';
import { planFleet } from '@cac/seeds/fleet-plan.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { suite } from '../harness.ts';

const test = suite('fleet pasts');
const { sites } = demoRegistry(1);
const fleet = planFleet(sites, 1, 1_500);

test('of two hundred every region has some, one PC a site, more centres than schools', () => {
  const chosen = [...whoBringsPasts(fleet, 200)];
  assert.is(chosen.length, 200);
  assert.is(new Set(chosen.map((one) => one.siteId)).size, 200);
  for (const region of new Set(sites.map((site) => site.region))) assert.ok(chosen.filter((one) => one.region === region).length >= 5, region);
  assert.ok(chosen.filter((one) => !one.school).length > chosen.filter((one) => one.school).length);
});

test('some of them fell silent, some have no Internet, none is off', () => {
  const kinds = [...whoBringsPasts(fleet, 200)].map(({ presence }) => (presence.kind === 'on' ? presence.link : presence.kind));
  assert.ok(kinds.filter((kind) => kind === 'silent').length >= 5);
  assert.ok(kinds.some((kind) => kind !== 'silent' && kind !== 'ok'));
  assert.is(kinds.includes('off'), false);
});

test('no more than there are, and none where none is asked for', () => {
  assert.is(whoBringsPasts(fleet, 20_000).size, new Set(fleet.filter(({ presence }) => presence.kind !== 'off').map((one) => one.siteId)).size);
  assert.is(whoBringsPasts(fleet, 0).size, 0);
});

test.run();
