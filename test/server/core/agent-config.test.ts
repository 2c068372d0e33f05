import * as assert from 'uvu/assert';
import { agentConfig, openWeek, type ConfigFacts } from '@cac/server/core/agent-config.ts';
import type { SiteCalendar } from '@cac/server/core/calendar/facts.ts';
import { AgentConfig, USUAL_RULES, detectionS } from '@cac/shared/field.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import * as v from 'valibot';
import { suite } from '../../harness.ts';

const test = suite('configuration of an agent');
const facts: ConfigFacts = { layers: [], capMb: null, metered: false, usedBytes: 0, open: [] };
const layer = (over: object) => ({ keepaliveS: null, batchS: null, targets: null, ...over });

test('what nobody set is usual, and what is said fits the schema', () => {
  const config = agentConfig(facts);
  assert.equal([config.keepaliveS, config.batchS, config.targets], [USUAL_RULES.keepaliveS, USUAL_RULES.batchS, [...USUAL_RULES.targets]]);
  v.parse(AgentConfig, config);
  assert.is(detectionS(60), 210);
});

test('the narrowest scope that says something counts, field by field', () => {
  const config = agentConfig({ ...facts, layers: [layer({ batchS: 600 }), layer({ keepaliveS: 120, batchS: 900 }), layer({ keepaliveS: 90, targets: ['10.0.0.1:443'] })] });
  assert.equal([config.keepaliveS, config.batchS, config.targets], [120, 600, ['10.0.0.1:443']]);
});

test('a metered site pings every four minutes unless somebody says otherwise', () => {
  assert.is(agentConfig({ ...facts, metered: true }).keepaliveS, 240);
  assert.is(agentConfig({ ...facts, metered: true, layers: [layer({ keepaliveS: 60 })] }).keepaliveS, 60);
});

test('equal configurations have equal versions; what is left of the cap is no change', () => {
  const one = agentConfig({ ...facts, capMb: 500, usedBytes: 100e6 });
  const later = agentConfig({ ...facts, capMb: 500, usedBytes: 490e6 });
  assert.is(one.version, later.version);
  assert.equal([one.leftMb, later.leftMb, agentConfig({ ...facts, capMb: 500, usedBytes: 900e6 }).leftMb], [400, 10, 0]);
  assert.is.not(agentConfig({ ...facts, capMb: 600 }).version, one.version);
  assert.is.not(agentConfig({ ...facts, open: [[540, 1080]] }).version, agentConfig(facts).version);
});

test('the week of opening hours, from Monday 00:00 UTC on', () => {
  const week = Object.fromEntries(WEEKDAYS.map((day, i) => [day, i < 5 ? [{ from: 540, to: 1080 }] : []]));
  const calendar = { layers: [{ scope: { kind: 'site', id: 'S' }, timetables: [{ id: 'a', scope: { kind: 'site', id: 'S' }, season: 'usual', from: '2020-01-01', to: null, week, confirmed: true, source: '' }], rules: [] }], seasons: [] } as unknown as SiteCalendar;
  assert.equal(openWeek(calendar, Date.parse('2026-11-25T12:00:00Z')), [0, 1, 2, 3, 4].map((day) => [day * 1440 + 540, day * 1440 + 1080]));
  assert.equal(openWeek(calendar, Date.parse('2026-11-29T23:59:00Z')).length, 5, 'Sunday is of the same week');
});

test.run();
