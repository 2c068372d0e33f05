/** In what trouble a site is: one row a case. */
import * as assert from 'uvu/assert';
import { judge, type Judgement, type SiteFacts, type WatchedMachine } from '@cac/server/core/alerts/judge.ts';
import { suite } from '../../../harness.ts';

const test = suite('judging a site');
const MINUTE = 60_000;
const OPENS = Date.UTC(2026, 10, 23, 9);
const at = (minutes: number): number => OPENS + minutes * MINUTE;
const GRACE = 10 * MINUTE;

let n = 0;
const pc = (word: string, since: number, lastSign: number | null, degraded = false): WatchedMachine => ({ id: `m${(n += 1)}`, name: 'PC', word, sinceAt: at(since), lastSignAt: lastSign === null ? null : at(lastSign), degraded });
const site = (machines: WatchedMachine[], over: Partial<SiteFacts> = {}): SiteFacts => ({ isCentre: true, opening: { fromAt: OPENS, toAt: at(480) }, silentDays: 0, machines, ...over });
const patience = (now: number, hearingSince = 0) => ({ now: at(now), hearingSince, graceMs: GRACE, openingGraceMs: 30 * MINUTE });
const short = (found: Judgement): string => (found.kind === 'trouble' ? `${found.condition} ${found.cause} since ${(found.sinceAt - OPENS) / MINUTE} opens ${(found.opensAt - OPENS) / MINUTE}` : found.kind);

const CASES: readonly (readonly [string, SiteFacts, number, string, number?])[] = [
  ['closed: whatever its PCs do, nobody is told', site([pc('unreachable', 5, 1)], { opening: null }), 60, 'closed'],
  ['a site that never was heard is not expected', site([pc('unseen', -900, null)], { silentDays: null }), 60, 'not_expected'],
  ['nor is one that was silent for more than seven opening days', site([pc('unreachable', -9_000, -9_000)], { silentDays: 8 }), 60, 'not_expected'],
  ['one PC that reaches the Internet is enough', site([pc('on', 3, 60), pc('unreachable', 20, 15), pc('on:dns', 30, 60)]), 60, 'well'],
  ['our own server out of reach does not count against a site', site([pc('on:server', 3, 60)]), 60, 'well'],
  ['every PC that is on has no Internet: since the last of them lost it', site([pc('on:dns', 40, 60), pc('on:dns', 42, 60), pc('off:clean', 10, 10)]), 60, 'internet_down dns since 42 opens 52'],
  ['of two layers the one that most name', site([pc('on:gateway', 40, 60), pc('on:dns', 41, 60), pc('on:gateway', 42, 60)]), 60, 'internet_down gateway since 42 opens 52'],
  ['without Internet since before opening: counted from opening on', site([pc('on:portal', -300, 60)]), 60, 'internet_down portal since 0 opens 10'],
  ['no PC since opening', site([pc('off:clean', -900, -900)]), 40, 'did_not_open never_on since 0 opens 30'],
  ['no PC since opening, and the server was blind until twenty past', site([pc('unreachable', -900, -900)]), 60, 'did_not_open never_on since 0 opens 50', 20],
  ['a school has no "did not open"', site([pc('off:clean', -900, -900)], { isCentre: false }), 60, 'left'],
  ['one PC fell silent without a word', site([pc('unreachable', 63.5, 60)]), 64, 'site_offline silence since 60 opens 73.5'],
  ['two fell silent together: power or line', site([pc('unreachable', 63.5, 60), pc('unreachable', 64, 60.5)]), 65, 'site_offline lost_together since 60.5 opens 74'],
  ['two fell silent an hour apart: the last one tells', site([pc('unreachable', 63.5, 60), pc('unreachable', 123, 120)]), 124, 'site_offline silence since 120 opens 133'],
  ['the last one was shut down by somebody, an hour after another was lost', site([pc('unreachable', 63.5, 60), pc('off:clean', 120, 120)]), 121, 'left'],
  ['the last one was lost, an hour after another was shut down', site([pc('off:clean', 60, 60), pc('unreachable', 123.5, 120)]), 124, 'site_offline silence since 120 opens 133.5'],
  ['put to sleep at noon', site([pc('asleep', 180, 180)]), 200, 'left'],
  ['restarting', site([pc('off:rebooting', 180, 180)]), 181, 'left'],
  ['the agent was killed: silence, whatever the PC does', site([pc('agent_dead:killed', 63, 60)]), 64, 'site_offline silence since 60 opens 73'],
  ['missed while the server was blind: counted from when everyone had time to return', site([pc('unreachable', 63.5, 60)]), 130, 'site_offline silence since 60 opens 130', 120],
  ['slow on every PC that reaches the Internet', site([pc('on', 3, 60, true), pc('on:dns', 3, 60)]), 60, 'link_degraded degraded since 60 opens 90'],
  ['slow on one of two', site([pc('on', 3, 60, true), pc('on', 3, 60)]), 60, 'well'],
];
for (const [name, facts, now, wanted, hearing] of CASES) test(name, () => assert.is(short(judge(facts, patience(now, hearing === undefined ? 0 : at(hearing)))), wanted));

test('the reason names its figures', () => {
  const found = judge(site([pc('unreachable', 63.5, 60), pc('unreachable', 64, 60.5)]), patience(65));
  assert.equal(found.kind === 'trouble' && found.reason, { word: 'lost_together', figures: { n: 2, lastSeenAt: at(60.5), missedAt: at(64) } });
});

test.run();
