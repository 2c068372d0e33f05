import * as assert from 'uvu/assert';
import { ago, clock, dateTime, duration, number } from '../../web/i18n/format.ts';
import { firstLanguage, language } from '../../web/i18n/language.ts';
import { suite } from '../harness.ts';

const test = suite('formats');
const HOUR = 3_600_000;

test('instants are shown in Moroccan wall time whatever the PC says', () => {
  language.value = 'fr';
  assert.is(clock(Date.UTC(2026, 10, 20, 9, 5)), '09:05');
  assert.is(clock(Date.UTC(2026, 6, 1, 9, 5)), '10:05');
  assert.match(dateTime(Date.UTC(2026, 10, 20, 9, 5)), /20 nov\. 2026.*09:05/);
});

test('Arabic writes Latin digits', () => {
  language.value = 'ar';
  assert.match(dateTime(Date.UTC(2026, 10, 20, 9, 5)), /20.*2026.*09:05/);
  assert.is(number(9260), '9.260');
  language.value = 'fr';
});

test('lengths and distances in time are said by their largest units', () => {
  const at = Date.UTC(2026, 10, 20);
  assert.is(ago(at, at + 3 * HOUR), 'il y a 3 heures');
  assert.is(ago(at, at - HOUR), 'maintenant', 'a clock that is behind says now, not the future');
  assert.is(ago(at, at + 5_000), 'il y a 5 secondes');
  assert.match(duration(26 * HOUR), /^1\sj 2\sh$/);
  assert.match(duration(61_000), /^1\smin$/);
});

test('the kept language wins over the browser, and French over an unknown one', () => {
  assert.is(firstLanguage('ar', ['en-US']), 'ar');
  assert.is(firstLanguage(null, ['de-DE', 'ar-MA']), 'ar');
  assert.is(firstLanguage('xx', ['de']), 'fr');
  assert.is(firstLanguage(null, ['en-US', 'en']), 'fr');
  assert.is(firstLanguage('en', ['fr']), 'en');
});

test.run();
