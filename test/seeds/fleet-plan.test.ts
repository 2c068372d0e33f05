/** The demonstration's fleet: most sites declared connected take part, most are well, and a small fleet is a part of the full one. */
import * as assert from 'uvu/assert';
import { planFleet } from '@cac/seeds/fleet-plan.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { suite } from '../harness.ts';

const test = suite('fleet plan');
const { sites } = demoRegistry(1);
const fleet = planFleet(sites, 1);
const between = (value: number, low: number, high: number, what: string): void => assert.ok(value >= low && value <= high, `${what}: ${value}`);
const share = (kind: string, link?: string): number => fleet.filter(({ presence }) => presence.kind === kind && (link === undefined || (presence.kind === 'on' && (presence.link === 'ok') === (link === 'ok')))).length / fleet.length;

test('most sites declared connected have a PC, a centre up to three; some have none, and no other site has one', () => {
  const declared = sites.filter((site) => site.declaredConnectedAt);
  const heard = new Set(fleet.map((m) => m.siteId));
  for (const id of heard) assert.ok(declared.some((site) => site.id === id), id);
  between(heard.size / declared.length, 0.78, 0.9, 'proven of declared');
  for (const kind of ['centre', 'school']) {
    const ids = new Set(sites.filter((site) => site.kind === kind).map((site) => site.id));
    const names = fleet.filter((m) => ids.has(m.siteId as never)).map((m) => m.name);
    assert.is(Math.max(...names.map((name) => Number(name.slice(3)))), kind === 'centre' ? 3 : 2);
  }
  between(fleet.length, 5_700, 6_700, 'machines');
});

test('most are well; some have no Internet, some are off, a few fell silent', () => {
  between(share('on', 'ok'), 0.72, 0.88, 'connected');
  between(share('on', 'failing'), 0.04, 0.12, 'no Internet');
  between(share('off'), 0.05, 0.14, 'off');
  between(share('silent'), 0.02, 0.09, 'silent');
});

test('the same seed gives the same fleet, and a smaller one is its beginning, with centres and schools alike', () => {
  assert.equal(planFleet(sites, 1), fleet);
  const small = planFleet(sites, 1, 300);
  assert.equal(small, fleet.slice(0, 300));
  between(small.filter((m) => m.school).length, 60, 240, 'schools of 300');
  assert.equal(fleet.map((m) => m.index), fleet.map((_, i) => i));
});

test.run();
