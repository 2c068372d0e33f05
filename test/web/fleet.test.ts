import type { FleetSnapshot, SiteEvent } from '@cac/shared/api.ts';
import * as assert from 'uvu/assert';
import { applyEvents, fleetOf } from '../../web/state/fleet.ts';
import { suite } from '../harness.ts';

const test = suite('web fleet');
const AT = Date.UTC(2026, 10, 20, 12);

const SNAPSHOT: FleetSnapshot = {
  at: AT,
  cursor: 41,
  words: { programme: ['CAC', 'GENIE'], region: ['MA-04'], province: ['MA-RAB'], zone: ['dense'], state: ['connected', 'unseen'], carrier: ['Maroc Telecom'], technology: ['adsl'], csp: ['D'] },
  columns: {
    id: ['CAC-1', 'LOCAL-1'],
    name: ['Maison de jeunes', 'Ce PC'],
    lat: [3_397_159, 3_400_000],
    lon: [-684_981, -680_000],
    programme: [0, -1],
    region: [0, 0],
    province: [0, -1],
    zone: [0, -1],
    state: [0, 1],
    age: [90, -1],
    on: [2, 0],
    total: [3, 0],
    demo: [1, 0],
    nameAr: ['دار الشباب', ''],
    officialCode: ['', ''],
    carrier: [0, -1],
    technology: [0, -1],
    csp: [0, -1],
    declared: [4, 0],
    proven: [3, 0],
  },
};

const event = (change: Partial<SiteEvent>): SiteEvent => ({
  site: 'CAC-1' as SiteEvent['site'],
  name: 'Maison de jeunes',
  lat: 33.97159,
  lon: -6.84981,
  programme: 'CAC',
  region: 'MA-04' as SiteEvent['region'],
  province: null,
  zone: 'dense',
  state: 'unreachable',
  since: AT,
  on: 0,
  total: 3,
  demo: true,
  nameAr: null,
  officialCode: null,
  carrier: null,
  technology: null,
  csp: null,
  declaredRung: 4,
  provenRung: 0,
  ...change,
});

test('a snapshot is read column by column, absent words as null', () => {
  const { sites, cursor, index } = fleetOf(SNAPSHOT);
  assert.is(cursor, 41);
  assert.is(index.get('LOCAL-1'), 1);
  assert.equal(sites[0], { id: 'CAC-1', name: 'Maison de jeunes', lat: 33.97159, lon: -6.84981, programme: 'CAC', region: 'MA-04', province: 'MA-RAB', zone: 'dense', state: 'connected', since: AT - 90_000, on: 2, total: 3, demo: true, nameAr: 'دار الشباب', officialCode: null, carrier: 'Maroc Telecom', technology: 'adsl', csp: 'D', declaredRung: 4, provenRung: 3 });
  assert.equal([sites[1]?.programme, sites[1]?.province, sites[1]?.zone, sites[1]?.since, sites[1]?.state, sites[1]?.nameAr, sites[1]?.carrier, sites[1]?.csp], [null, null, null, null, 'unseen', null, null, null]);
});

test('an event changes its site and nothing else', () => {
  const before = fleetOf(SNAPSHOT);
  const { fleet, changed, moved } = applyEvents(before, [{ id: 42, event: event({}) }]);
  assert.equal(changed, [0]);
  assert.is(moved, false);
  assert.is(fleet.cursor, 42);
  assert.is(fleet.sites[0]?.state, 'unreachable');
  assert.is(fleet.sites[1], before.sites[1]);
  assert.is(before.sites[0]?.state, 'connected', 'the fleet before is left as it was');
});

test('what the fleet already includes is dropped, duplicates and late arrivals too', () => {
  const { fleet, changed } = applyEvents(fleetOf(SNAPSHOT), [
    { id: 41, event: event({ state: 'off' }) },
    { id: 44, event: event({ state: 'no_internet' }) },
    { id: 44, event: event({ state: 'off' }) },
    { id: 43, event: event({ state: 'off' }) },
  ]);
  assert.is(fleet.sites[0]?.state, 'no_internet');
  assert.is(fleet.cursor, 44);
  assert.equal(changed, [0]);
});

test('events that bring nothing new leave the very same fleet', () => {
  const before = fleetOf(SNAPSHOT);
  assert.is(applyEvents(before, [{ id: 12, event: event({}) }]).fleet, before);
});

test('an unknown site is appended and places are indexed anew', () => {
  const before = fleetOf(SNAPSHOT);
  const { fleet, changed, moved } = applyEvents(before, [{ id: 50, event: event({ site: 'CAC-2' as SiteEvent['site'] }) }]);
  assert.equal(changed, [2]);
  assert.ok(moved);
  assert.is(fleet.index.get('CAC-2'), 2);
  assert.is(before.index.has('CAC-2'), false);
});

test('a site that moves is told apart from one that changes state', () => {
  assert.ok(applyEvents(fleetOf(SNAPSHOT), [{ id: 50, event: event({ lat: 34 }) }]).moved);
});

test('after a reset the new snapshot starts over, even with a smaller number', () => {
  const later = applyEvents(fleetOf(SNAPSHOT), [{ id: 900, event: event({}) }]).fleet;
  const again = fleetOf({ ...SNAPSHOT, cursor: 3 });
  assert.is(later.cursor, 900);
  assert.is(applyEvents(again, [{ id: 4, event: event({ state: 'off' }) }]).fleet.sites[0]?.state, 'off');
});

test.run();
