/** Who is told, when, and why not: tables of cases. */
import * as assert from 'uvu/assert';
import type { AlertRoute } from '@cac/shared/notices.ts';
import { givesUp, waitMs } from '@cac/server/core/notices/back-off.ts';
import { quietUntil, withinHours } from '@cac/server/core/notices/hours.ts';
import { CAP_AN_HOUR, reachOf, receiversOf, type Extent, type TellablePerson, type UsableChannel, type WhyNobody } from '@cac/server/core/notices/receivers.ts';
import { suite } from '../harness.ts';

const test = suite('receivers of notices');
const HOUR = 3_600_000;
/** A Friday, 10:00 in Rabat. */
const NOW = Date.UTC(2026, 10, 20, 10);
const AT_ONCE = { from: 0, to: 0 };

const person = (id: number, over: Partial<TellablePerson> = {}): TellablePerson => ({ id, name: `p${id}`, role: 'operator', scope: { kind: 'regions', regions: ['MA-04'] as never }, email: `p${id}@example.org`, phone: null, language: 'fr', quiet: null, ...over });
const route = (over: Partial<AlertRoute> = {}): AlertRoute => ({ id: 1, name: 'r', regions: [], programmes: [], kinds: [], minSeverity: 'major', hours: null, target: { kind: 'role', role: 'operator' }, by: 'email', afterMs: 0, enabled: true, author: 'x', writtenAt: 0, ...over });
const MAIL: UsableChannel[] = [{ id: 1, kind: 'email', name: 'relais' }];
const EXTENT: Extent = { kind: 'site_offline', severity: 'major', regions: ['MA-04'], programmes: ['CAC'] };

test('one route: whom it reaches, and for which reason nobody', () => {
  const rows: [what: string, AlertRoute, TellablePerson[], Partial<Extent>, WhyNobody | string[]][] = [
    ['the operator of the region', route(), [person(1)], {}, ['p1']],
    ['not the one of another region', route(), [person(1, { scope: { kind: 'regions', regions: ['MA-06'] as never } })], {}, 'nobody_in_region'],
    ['scope wins over the route', route({ regions: ['MA-04'] as never }), [person(1, { scope: { kind: 'regions', regions: ['MA-06'] as never } })], {}, 'nobody_in_region'],
    ['a group over two regions, told to both', route(), [person(1), person(2, { scope: { kind: 'regions', regions: ['MA-06'] as never } })], { regions: ['MA-04', 'MA-06'] }, ['p1', 'p2']],
    ['of these only the route’s region', route({ regions: ['MA-06'] as never }), [person(1), person(2, { scope: { kind: 'all' } })], { regions: ['MA-04', 'MA-06'] }, ['p2']],
    ['another region', route({ regions: ['MA-06'] as never }), [person(1)], {}, 'region'],
    ['another programme', route({ programmes: ['GENIE'] }), [person(1)], {}, 'programme'],
    ['another kind', route({ kinds: ['internet_down'] }), [person(1)], {}, 'kind'],
    ['not grave enough', route({ minSeverity: 'critical' }), [person(1)], {}, 'severity'],
    ['another role', route({ target: { kind: 'role', role: 'coordinator' } }), [person(1)], {}, 'nobody_in_region'],
    ['one person', route({ target: { kind: 'account', id: 2 } }), [person(1), person(2, { role: 'viewer' })], {}, ['p2']],
    ['without an address', route(), [person(1, { email: null })], {}, 'no_address'],
    ['by SMS without a gateway', route({ by: 'sms' }), [person(1, { phone: '+212600000000' })], {}, 'no_channel'],
    ['the platform’s own: administrators only', route(), [person(1), person(2, { role: 'administrator', scope: { kind: 'all' } })], { kind: 'platform_blind', severity: 'critical', regions: [] }, 'nobody_in_region'],
    ['the platform’s own, to them', route({ target: { kind: 'role', role: 'administrator' } }), [person(2, { role: 'administrator', scope: { kind: 'all' } })], { kind: 'platform_blind', severity: 'critical', regions: [] }, ['p2']],
    ['a webhook', route({ by: 'webhook', target: { kind: 'channel', id: 9 } }), [], {}, ['astreinte']],
    ['a webhook that is off', route({ by: 'webhook', target: { kind: 'channel', id: 8 } }), [], {}, 'no_channel'],
  ];
  for (const [what, one, people, over, expected] of rows) {
    const reach = reachOf(one, people, [...MAIL, { id: 9, kind: 'webhook', name: 'astreinte' }], { ...EXTENT, ...over }, NOW);
    assert.equal(reach.why ?? reach.to.map(({ name }) => name), expected, what);
  }
});

test('nobody is told twice by two routes; steps and routes that are off are left out; minor ones wait for the daily list', () => {
  const twice = receiversOf([route(), route({ id: 2, target: { kind: 'account', id: 1 } })], [person(1)], MAIL, EXTENT, AT_ONCE, NOW, new Map());
  assert.is(twice.rows.length, 1);
  assert.is(receiversOf([route({ afterMs: HOUR })], [person(1)], MAIL, EXTENT, AT_ONCE, NOW, new Map()).rows.length, 0);
  assert.is(receiversOf([route({ afterMs: HOUR })], [person(1)], MAIL, EXTENT, { from: 1, to: HOUR }, NOW, new Map()).rows.length, 1);
  assert.is(receiversOf([route({ enabled: false })], [person(1)], MAIL, EXTENT, AT_ONCE, NOW, new Map()).rows.length, 0);
  assert.equal(receiversOf([route({ minSeverity: 'minor' })], [person(1)], MAIL, { ...EXTENT, severity: 'minor' }, AT_ONCE, NOW, new Map()).why, [{ route: 'r', why: 'minor' }]);
});

test('beyond the cap a person’s messages wait for the end of the hour; in quiet hours for their end; a webhook for nothing', () => {
  const due = (over: Partial<TellablePerson>, sent: number, now = NOW) => receiversOf([route()], [person(1, over)], MAIL, EXTENT, AT_ONCE, now, new Map([['account:1 email', sent]])).rows[0]!.dueAt;
  assert.is(due({}, CAP_AN_HOUR - 1), NOW);
  assert.is(due({}, CAP_AN_HOUR, NOW + 1), NOW + HOUR);
  const night = { quiet: { from: 22 * 60, to: 7 * 60 } };
  assert.is(due(night, 0, Date.UTC(2026, 10, 20, 23)), Date.UTC(2026, 10, 21, 7));
  assert.is(due(night, 0, Date.UTC(2026, 10, 21, 3)), Date.UTC(2026, 10, 21, 7));
  assert.is(due(night, CAP_AN_HOUR, Date.UTC(2026, 10, 20, 21, 30)), Date.UTC(2026, 10, 21, 7));
  const hook = receiversOf([route({ by: 'webhook', target: { kind: 'channel', id: 9 } })], [], [{ id: 9, kind: 'webhook', name: 'w' }], EXTENT, AT_ONCE, NOW, new Map([['channel:9 webhook', 500]]));
  assert.is(hook.rows[0]!.dueAt, NOW);
});

test('hours go past midnight by the weekday on which they began', () => {
  const friday = { weekdays: [5], from: 20 * 60, to: 6 * 60 };
  const rows: [number, boolean][] = [[Date.UTC(2026, 10, 20, 19, 59), false], [Date.UTC(2026, 10, 20, 20), true], [Date.UTC(2026, 10, 21, 5, 59), true], [Date.UTC(2026, 10, 21, 6), false], [Date.UTC(2026, 10, 21, 21), false], [Date.UTC(2026, 10, 20, 3), false]];
  for (const [at, inside] of rows) assert.is(withinHours(friday, at), inside, new Date(at).toISOString());
  assert.is(withinHours(null, NOW), true);
  assert.is(withinHours({ weekdays: [], from: 0, to: 1439 }, NOW), true);
  assert.is(quietUntil({ from: 60, to: 60 }, NOW), null);
  assert.is(quietUntil({ from: 9 * 60, to: 11 * 60 }, NOW), Date.UTC(2026, 10, 20, 11));
});

test('waiting doubles up to a quarter of an hour with full jitter, and ends after a day (E-06)', () => {
  assert.is(waitMs(1, 0.999_999), 29_999);
  assert.is(waitMs(2, 0.999_999), 59_999);
  assert.is(waitMs(6, 0.999_999), 899_999);
  assert.is(waitMs(60, 0.999_999), 899_999);
  for (const attempts of [1, 3, 50]) assert.is(waitMs(attempts, 0), 1_000);
  assert.is(givesUp(NOW, NOW + 24 * HOUR - 1), false);
  assert.is(givesUp(NOW, NOW + 24 * HOUR), true);
});

test.run();
