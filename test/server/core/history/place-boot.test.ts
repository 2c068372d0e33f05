import * as assert from 'uvu/assert';
import { placeBoots, type BootFacts } from '@cac/server/core/history/place-boot.ts';
import { suite } from '../../../harness.ts';
import { T0 } from '../../../fixtures.ts';

const test = suite('where boots stand in time');

const H = 3_600_000;
const MIN = 60_000;
const DAY = 24 * H;
const boot = (over: Partial<BootFacts>): BootFacts => ({ offsetMs: null, clkMs: null, wallMs: null, lastM: null, ...over });
/** The one that sends now: it started at T0. */
const present = boot({ offsetMs: T0 });

const cases: [name: string, boots: BootFacts[], placed: [hoursFromT0: number, placing: string][]][] = [
  ['receipt: the start is the least difference, in whole seconds', [boot({ offsetMs: T0 + 1_999.75 })], [[1 / 3600, 'receipt']]],
  ['receipt is believed before clk and wall', [boot({ offsetMs: T0, clkMs: T0 + H, wallMs: T0 + 2 * H })], [[0, 'receipt']]],
  ['an offline boot stands where the offset learned from acks puts it', [boot({ clkMs: T0 - 9 * H, wallMs: T0 - 900 * DAY, lastM: H }), present], [[-9, 'clk'], [0, 'receipt']]],
  ['an offline boot without an offset stands where the clock of the PC puts it', [boot({ wallMs: T0 - 9 * H, lastM: H }), present], [[-9, 'wall'], [0, 'receipt']]],
  ['a clock that is three minutes ahead moves back before the next boot', [boot({ wallMs: T0 - 57 * MIN, lastM: H }), present], [[-1, 'wall'], [0, 'receipt']]],
  ['a clock that is three minutes behind moves on behind the boot before', [boot({ offsetMs: T0 - 9 * H, lastM: H }), boot({ wallMs: T0 - 8 * H - 3 * MIN, lastM: H }), present], [[-9, 'receipt'], [-8, 'wall'], [0, 'receipt']]],
  ['D-08 a clock 400 days ahead: before the next boot, as a guess', [boot({ wallMs: T0 + 400 * DAY, lastM: H }), present], [[-1, 'guess'], [0, 'receipt']]],
  ['D-08 a clock of the year 2001: before the next boot, as a guess', [boot({ wallMs: Date.UTC(2001, 0, 1), lastM: H }), present], [[-1, 'guess'], [0, 'receipt']]],
  ['D-08 a clock one hour behind: behind the boot before, as a guess', [boot({ offsetMs: T0 - 9 * H, lastM: 2 * H }), boot({ wallMs: T0 - 8 * H, lastM: H }), present], [[-9, 'receipt'], [-7, 'guess'], [0, 'receipt']]],
  ['nothing known: before the next boot, as a guess', [boot({ lastM: 2 * H }), present], [[-2, 'guess'], [0, 'receipt']]],
  ['two boots of which nothing is known lie one behind the other', [boot({ lastM: H }), boot({ lastM: 2 * H }), present], [[-3, 'guess'], [-2, 'guess'], [0, 'receipt']]],
  ['a slow first batch made a boot late: it ends before the next starts', [boot({ offsetMs: T0 - H + 40_000, lastM: H }), present], [[-1, 'receipt'], [0, 'receipt']]],
  ['a boot whose receipts contradict the next one is a guess', [boot({ offsetMs: T0, lastM: H }), present], [[-1, 'guess'], [0, 'receipt']]],
  ['a clock that is far behind does not move the boots before it', [boot({ offsetMs: T0 - 2 * H, lastM: H }), boot({ wallMs: T0 - 20 * H, lastM: H / 2 }), present], [[-2, 'receipt'], [-1, 'guess'], [0, 'receipt']]],
  ['what acks taught is believed before a clock', [boot({ wallMs: T0 - 5 * H, lastM: 2 * H }), boot({ clkMs: T0 - 4 * H, lastM: H }), present], [[-6, 'guess'], [-4, 'clk'], [0, 'receipt']]],
  ['where there is no room the next boot wins', [boot({ offsetMs: T0 - H, lastM: 50 * MIN }), boot({ wallMs: T0 - H, lastM: 20 * MIN }), present], [[-70 / 60, 'guess'], [-20 / 60, 'guess'], [0, 'receipt']]],
];

for (const [name, boots, wanted] of cases) {
  test(name, () => {
    const found = placeBoots(boots, -Infinity, T0 + H).map(({ startAt, placed }) => [startAt, placed]);
    assert.equal(found, wanted.map(([hours, placing]) => [T0 + Math.round(hours * H), placing]));
  });
}

test('D-08 nothing lies after it was received, even at the end of the journal', () => {
  assert.equal(placeBoots([boot({ wallMs: T0 + DAY, lastM: H })], -Infinity, T0 + 500), [{ startAt: T0 - H, placed: 'guess' }]);
});

test('the boots asked for stand behind the one before them', () => {
  assert.equal(placeBoots([boot({ wallMs: T0 - 62 * MIN, lastM: MIN }), present], T0 - H - 500, T0), [{ startAt: T0 - H, placed: 'wall' }, { startAt: T0, placed: 'receipt' }]);
});

test.run();
