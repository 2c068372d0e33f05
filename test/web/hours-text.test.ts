import * as assert from 'uvu/assert';
import { clockOf, endsNextDay, minutesOf, readHours, readWeek, typedWeek, weekRuns } from '../../web/ui/calendar/hours-text.ts';
import { WEEKDAYS, type Hours, type Week } from '@cac/shared/opening-hours.ts';
import { suite } from '../harness.ts';

const test = suite('typed hours');

const TIMES: [typed: string, minutes: number | null][] = [
  ['09:00', 540], ['9:00', 540], ['9h', 540], ['9h30', 570], ['9', 540], [' 18:30 ', 1110], ['00:00', 0], ['24:00', 1440],
  ['24:01', null], ['25:00', null], ['09:60', null], ['', null], ['neuf', null], ['9:3', null], ['-1:00', null],
];
for (const [typed, minutes] of TIMES) test(`"${typed}" is ${minutes === null ? 'no time of day' : `${minutes} minutes`}`, () => assert.is(minutesOf(typed), minutes));

test('an end in the small hours is meant for the next day, one in the afternoon is a mistake', () => {
  assert.is(endsNextDay({ from: '21:00', to: '00:30' }), true);
  assert.is(endsNextDay({ from: '18:00', to: '09:00' }), false);
  assert.is(endsNextDay({ from: '09:00', to: '18:00' }), false);
  assert.equal(readHours([{ from: '21:00', to: '00:30' }]), { ok: true, hours: [{ from: 1260, to: 1470 }] });
  assert.equal(readHours([{ from: '21:00', to: '24:00' }]), { ok: true, hours: [{ from: 1260, to: 1440 }] });
});

test('what is no time is named by its place', () => {
  assert.equal(readHours([{ from: '09:00', to: '12:00' }, { from: '14:00', to: 'x' }]), { ok: false, where: '1.to' });
  const typed = { ...typedWeek(Object.fromEntries(WEEKDAYS.map((day) => [day, [] as Hours[]])) as Week), 5: [{ from: '', to: '12:00' }] };
  assert.equal(readWeek(typed), { ok: false, where: 'week.5.0.from' });
});

test('a week that is read is written as it was', () => {
  const week = Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: 540, to: 720 }, { from: 1260, to: 1470 }]])) as Week;
  assert.equal(readWeek(typedWeek(week)), { ok: true, week });
  assert.is(clockOf(1470), '00:30');
});

test('days with the same hours are told together', () => {
  const week = Object.fromEntries(WEEKDAYS.map((day) => [day, Number(day) < 6 ? [{ from: 540, to: 720 }] : []])) as Week;
  assert.equal(weekRuns(week).map(({ first, last, hours }) => `${first}-${last} ${hours.length}`), ['1-5 1', '6-7 0']);
});

test.run();
