import * as assert from 'uvu/assert';
import { ar, arSignIn } from '../../web/i18n/ar.ts';
import { calendarAr } from '../../web/i18n/calendar/ar.ts';
import { calendarEn } from '../../web/i18n/calendar/en.ts';
import { calendarFr } from '../../web/i18n/calendar/fr.ts';
import { coverageAr } from '../../web/i18n/coverage/ar.ts';
import { coverageEn } from '../../web/i18n/coverage/en.ts';
import { coverageFr } from '../../web/i18n/coverage/fr.ts';
import { filled, pluralOf } from '../../web/i18n/catalogue.ts';
import { deploymentAr } from '../../web/i18n/deployment/ar.ts';
import { deploymentEn } from '../../web/i18n/deployment/en.ts';
import { deploymentFr } from '../../web/i18n/deployment/fr.ts';
import { en, enSignIn } from '../../web/i18n/en.ts';
import { fr, frSignIn } from '../../web/i18n/fr.ts';
import { fieldAr } from '../../web/i18n/field/ar.ts';
import { fieldEn } from '../../web/i18n/field/en.ts';
import { fieldFr } from '../../web/i18n/field/fr.ts';
import { voucherAr } from '../../web/i18n/voucher/ar.ts';
import { voucherEn } from '../../web/i18n/voucher/en.ts';
import { voucherFr } from '../../web/i18n/voucher/fr.ts';
import { incidentsAr } from '../../web/i18n/incidents/ar.ts';
import { incidentsEn } from '../../web/i18n/incidents/en.ts';
import { incidentsFr } from '../../web/i18n/incidents/fr.ts';
import { language } from '../../web/i18n/language.ts';
import { alertingAr } from '../../web/i18n/alerting/ar.ts';
import { alertingEn } from '../../web/i18n/alerting/en.ts';
import { alertingFr } from '../../web/i18n/alerting/fr.ts';
import { pastAr } from '../../web/i18n/past/ar.ts';
import { pastEn } from '../../web/i18n/past/en.ts';
import { pastFr } from '../../web/i18n/past/fr.ts';
import { peopleAr } from '../../web/i18n/people/ar.ts';
import { peopleEn } from '../../web/i18n/people/en.ts';
import { peopleFr } from '../../web/i18n/people/fr.ts';
import { count, isTextKey, t } from '../../web/i18n/text.ts';
import { suite } from '../harness.ts';

const test = suite('web catalogues');
const FORMS = ['few', 'many', 'one', 'other', 'two', 'zero'];
const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!).sort();

test('the three languages have the same keys, none of them empty', () => {
  for (const other of [ar, en]) assert.equal(Object.keys(other).sort(), Object.keys(fr).sort());
  for (const other of [calendarAr, calendarEn]) assert.equal(Object.keys(other).sort(), Object.keys(calendarFr).sort());
  for (const other of [coverageAr, coverageEn]) assert.equal(Object.keys(other).sort(), Object.keys(coverageFr).sort());
  for (const other of [deploymentAr, deploymentEn]) assert.equal(Object.keys(other).sort(), Object.keys(deploymentFr).sort());
  for (const other of [alertingAr, alertingEn]) assert.equal(Object.keys(other).sort(), Object.keys(alertingFr).sort());
  for (const other of [pastAr, pastEn]) assert.equal(Object.keys(other).sort(), Object.keys(pastFr).sort());
  for (const other of [incidentsAr, incidentsEn]) assert.equal(Object.keys(other).sort(), Object.keys(incidentsFr).sort());
  for (const other of [peopleAr, peopleEn]) assert.equal(Object.keys(other).sort(), Object.keys(peopleFr).sort());
  for (const other of [fieldAr, fieldEn]) assert.equal(Object.keys(other).sort(), Object.keys(fieldFr).sort());
  for (const other of [voucherAr, voucherEn]) assert.equal(Object.keys(other).sort(), Object.keys(voucherFr).sort());
  for (const other of [arSignIn, enSignIn]) assert.equal(Object.keys(other).sort(), Object.keys(frSignIn).sort());
  for (const catalogue of [fr, ar, en, calendarFr, calendarAr, calendarEn, pastFr, pastAr, pastEn, coverageFr, coverageAr, coverageEn, deploymentFr, deploymentAr, deploymentEn, incidentsFr, incidentsAr, incidentsEn, frSignIn, arSignIn, enSignIn, peopleFr, peopleAr, peopleEn, fieldFr, fieldAr, fieldEn, voucherFr, voucherAr, voucherEn]) for (const [key, text] of Object.entries(catalogue)) assert.ok(typeof text === 'object' || text.trim() !== '', key);
});

test('a text has the same places to fill in every language', () => {
  const same = (model: object, others: readonly object[]): void => {
    for (const [key, text] of Object.entries(model)) if (typeof text === 'string') for (const other of others) assert.equal(places((other as Record<string, string>)[key]!), places(text), key);
  };
  same(fr, [ar, en]);
  same(calendarFr, [calendarAr, calendarEn]);
  same(pastFr, [pastAr, pastEn]);
  same(alertingFr, [alertingAr, alertingEn]);
  same(coverageFr, [coverageAr, coverageEn]);
  same(deploymentFr, [deploymentAr, deploymentEn]);
  same(peopleFr, [peopleAr, peopleEn]);
  same(fieldFr, [fieldAr, fieldEn]);
  same(voucherFr, [voucherAr, voucherEn]);
  same(incidentsFr, [incidentsAr, incidentsEn]);
});

test('every Arabic plural has its six forms', () => {
  for (const [key, forms] of [...Object.entries(ar), ...Object.entries(calendarAr), ...Object.entries(incidentsAr)]) if (typeof forms !== 'string') assert.equal(Object.keys(forms).sort(), FORMS, key);
});

test('Arabic takes each form where its grammar asks for it', () => {
  const forms = Object.fromEntries(FORMS.map((form) => [form, form])) as Record<Intl.LDMLPluralRule, string>;
  for (const [n, form] of [[0, 'zero'], [1, 'one'], [2, 'two'], [3, 'few'], [10, 'few'], [11, 'many'], [99, 'many'], [100, 'other'], [103, 'few']] as const) assert.is(pluralOf(forms, 'ar', n), form, String(n));
});

test('a counted text follows the language and its numbers', () => {
  language.value = 'fr';
  assert.is(count('sites', 0), '0 site');
  assert.is(count('sites', 1), '1 site');
  assert.match(count('sites', 9660), /^9\s660 sites$/);
  language.value = 'ar';
  assert.is(count('sites', 2), 'موقعان');
  assert.is(count('sites', 5), '5 مواقع');
  language.value = 'en';
  assert.is(count('sites', 1), '1 site');
  language.value = 'fr';
});

test('a place without a value stays visible', () => {
  assert.is(filled('{a} et {b}', { a: 1 }), '1 et {b}');
  assert.match(t('page', { page: '33' }), /^p\.\s33$/);
});

test('words of the server are texts only when the catalogue has them', () => {
  assert.ok(isTextKey('failure_timeout'));
  assert.not.ok(isTextKey('failure_toString'));
  assert.not.ok(isTextKey('sites'), 'a plural is not a text');
});

test('French is set as French: no plain space before high punctuation, no straight apostrophe', () => {
  for (const [key, text] of [...Object.entries(fr), ...Object.entries(calendarFr), ...Object.entries(pastFr), ...Object.entries(coverageFr), ...Object.entries(deploymentFr), ...Object.entries(incidentsFr), ...Object.entries(frSignIn), ...Object.entries(peopleFr), ...Object.entries(fieldFr), ...Object.entries(voucherFr)]) {
    for (const form of typeof text === 'string' ? [text] : Object.values(text)) assert.not.match(form, / [:;?!»]|« |'/, key);
  }
});

test('nothing on screen accuses the staff or calls the carrier an operator', () => {
  for (const text of [...Object.values(fr), ...Object.values(calendarFr), ...Object.values(pastFr), ...Object.values(coverageFr), ...Object.values(deploymentFr), ...Object.values(incidentsFr)]) if (typeof text === 'string') assert.not.match(text, /faute|négligen|oubli|opérateur(?!s? (?:télécom|de veille))/i);
});

test.run();
