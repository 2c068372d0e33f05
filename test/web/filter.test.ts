import * as assert from 'uvu/assert';
import type { FleetSite } from '../../web/state/fleet.ts';
import { isFiltering, NO_FILTER, shownOf, type Filter } from '../../web/state/filter.ts';
import { choicesOf, NO_CHOICES, type Choices } from '../../web/state/choices.ts';
import { exportQueryOf } from '../../web/state/export-query.ts';
import { filterOf, hashOf, routeOf } from '../../web/state/route.ts';
import { sortedSites } from '../../web/state/sorting.ts';
import { suite } from '../harness.ts';

const test = suite('web filter');

const site = (id: string, change: Partial<FleetSite> = {}): FleetSite => ({ id, name: id, lat: 34, lon: -6, programme: 'CAC', region: 'MA-04', province: null, zone: null, state: 'connected', since: 1, on: 1, total: 1, demo: false, nameAr: null, officialCode: null, carrier: null, technology: null, csp: null, declaredRung: 0, provenRung: 0, ...change });
const SITES = [
  site('CAC-1', { name: 'Maison de jeunes Témara', nameAr: 'دار الشباب تمارة', province: 'MA-SKH', zone: 'dense', csp: 'C', carrier: 'Inwi', technology: 'fibre', declaredRung: 4, provenRung: 3 }),
  site('CAC-2', { name: 'دار الشباب أكادير', region: 'MA-09', state: 'off' }),
  site('GEN-3', { name: 'École Aït Oulad', programme: 'GENIE', state: 'unreachable', officialCode: '01234X', zone: 'grey-white', csp: 'E', declaredRung: 2, provenRung: 1 }),
  site('LOCAL-1', { name: 'Ce PC', programme: null, state: 'unseen', since: null }),
];
const ids = (filter: Partial<Filter>): string[] => {
  const { mask } = shownOf(SITES, { ...NO_FILTER, ...filter });
  return SITES.filter((_, i) => mask[i] === 1).map((s) => s.id);
};

const CASES: { name: string; filter: Partial<Filter>; shown: string[] }[] = [
  { name: 'no filter shows all', filter: {}, shown: ['CAC-1', 'CAC-2', 'GEN-3', 'LOCAL-1'] },
  { name: 'a programme', filter: { programme: 'GENIE' }, shown: ['GEN-3'] },
  { name: 'a region', filter: { region: 'MA-09' }, shown: ['CAC-2'] },
  { name: 'several states', filter: { states: ['off', 'unseen'] }, shown: ['CAC-2', 'LOCAL-1'] },
  { name: 'text without case or accents', filter: { text: 'temara' }, shown: ['CAC-1'] },
  { name: 'every word must match, in any order', filter: { text: 'jeunes maison' }, shown: ['CAC-1'] },
  { name: 'a code', filter: { text: 'gen-3' }, shown: ['GEN-3'] },
  { name: 'Arabic with a bare alef', filter: { text: 'اكادير' }, shown: ['CAC-2'] },
  { name: 'Arabic names are searched beside French ones, ta marbuta as ha', filter: { text: 'تماره' }, shown: ['CAC-1'] },
  { name: 'variants of a name meet', filter: { text: 'ait ouled' }, shown: ['GEN-3'] },
  { name: 'the official code, its leading zero kept', filter: { text: '01234x' }, shown: ['GEN-3'] },
  { name: 'a province', filter: { province: 'MA-SKH' }, shown: ['CAC-1'] },
  { name: 'a zone', filter: { zone: 'grey-white' }, shown: ['GEN-3'] },
  { name: 'the dominant category of its commune', filter: { csp: 'E' }, shown: ['GEN-3'] },
  { name: 'a carrier and a technology', filter: { carrier: 'Inwi', technology: 'fibre' }, shown: ['CAC-1'] },
  { name: 'a declared stage is not a proven one', filter: { stage: 'declared-built' }, shown: ['GEN-3'] },
  { name: 'in service by evidence', filter: { stage: 'proven-in_service' }, shown: ['CAC-1'] },
  { name: 'nothing proven yet', filter: { stage: 'proven-none' }, shown: ['CAC-2', 'LOCAL-1'] },
  { name: 'filters add up', filter: { programme: 'CAC', states: ['unreachable'] }, shown: [] },
];
for (const { name, filter, shown } of CASES) test(name, () => assert.equal(ids(filter), shown));

test('the legend counts every state of the other filters', () => {
  const { byState, count } = shownOf(SITES, { ...NO_FILTER, states: ['off'] });
  assert.equal(byState, { connected: 1, no_internet: 0, unreachable: 1, off: 1, unseen: 1 });
  assert.is(count, 1);
});

test('blank text is no filter', () => {
  assert.not.ok(isFiltering({ ...NO_FILTER, text: '  ' }));
  assert.ok(isFiltering({ ...NO_FILTER, states: ['off'] }));
});

test('the list puts what needs attention first, and turns round', () => {
  const mask = Uint8Array.of(1, 1, 1, 0);
  const words = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
  const order = (descending: boolean) => sortedSites(SITES, mask, { column: 'state', descending }, words, String).map((i) => SITES[i]!.id);
  assert.equal(order(false), ['GEN-3', 'CAC-2', 'CAC-1']);
  assert.equal(order(true), ['CAC-1', 'CAC-2', 'GEN-3']);
});

test('the hash says the view and the open site, there and back', () => {
  for (const route of [{ view: 'map', site: null, day: null }, { view: 'list', site: null, day: null }, { view: 'map', site: 'CAC-1', day: null }, { view: 'list', site: 'CAC-1', day: null }, { view: 'past', site: 'CAC-1', day: null }, { view: 'past', site: 'CAC-1', day: '2026-11-20' }, { view: 'availability', site: null, day: null }, { view: 'calendar', site: 'CAC-1', day: null }] as const) assert.equal(routeOf(hashOf(route)), route);
  assert.equal(routeOf(''), { view: 'map', site: null, day: null });
  assert.equal(routeOf('#/site/%E0%A4%A'), { view: 'map', site: null, day: null });
});

test('a filter is shared by its address, whole, and words it does not know are left out', () => {
  const filter: Filter = { programme: 'CAC', region: 'MA-09', province: 'MA-AGD', zone: 'grey-white', csp: 'D', stage: 'proven-reporting', carrier: 'Maroc Telecom', technology: 'adsl', states: ['no_internet', 'off'], text: 'maison & école' };
  const hash = hashOf({ view: 'list', site: 'CAC-1', day: null }, filter);
  assert.ok(hash.startsWith('#/list/CAC-1?'), hash);
  assert.equal(filterOf(hash), filter);
  assert.equal(routeOf(hash), { view: 'list', site: 'CAC-1', day: null });
  assert.equal(filterOf('#/map'), NO_FILTER);
  assert.equal(filterOf('#/map?programme=x&region=<b>&zone=dark&csp=F&stage=declared-gone&technology=smoke&state=lost&state=off&other=1'), { ...NO_FILTER, states: ['off'] });
});

test('the picture is kept in the address: layer, level, colours, year and day come back from it, unknown words do not', () => {
  const chosen: Choices = { layer: 'difference', level: 'commune', colours: 'stage', year: 2013, asOf: '2026-11-20', areas: 'zone', cells: true, inbox: 'mine' };
  const hash = hashOf({ view: 'map', site: 'CAC-1', day: null }, { ...NO_FILTER, region: 'MA-04' }, chosen);
  assert.equal(choicesOf(hash), chosen);
  assert.is(filterOf(hash).region, 'MA-04');
  assert.is(hashOf({ view: 'map', site: null, day: null }, NO_FILTER, NO_CHOICES), '#/map');
  assert.equal(choicesOf('#/map?layer=gold&level=street&colours=red&year=1999&asOf=today&areas=commune&cells=2&inbox=all'), NO_CHOICES);
});

test('a filter asks the export for the rung and the states it shows', () => {
  assert.is(exportQueryOf({ ...NO_FILTER, stage: 'proven-in_service', states: ['off', 'unseen'], text: ' aït ' }, 'csv'), 'format=csv&proven=in_service&state=off%2Cunseen&q=a%C3%AFt');
});

test.run();
