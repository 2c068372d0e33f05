/** What messages say and what they can never carry: three languages, hostile names, short texts, joined lists. */
import * as assert from 'uvu/assert';
import { cleanText } from '@cac/server/core/notices/clean-text.ts';
import { letterOf, type NoticeNews } from '@cac/server/core/notices/letter.ts';
import { dailyLetter, gatheredLetter } from '@cac/server/core/notices/lists.ts';
import { linkLetter } from '@cac/server/core/notices/other-letters.ts';
import { partsOf } from '@cac/server/core/notices/short-text.ts';
import { noticeAr } from '@cac/server/core/notices/words-ar.ts';
import { noticeEn } from '@cac/server/core/notices/words-en.ts';
import { noticeFr } from '@cac/server/core/notices/words-fr.ts';
import { INCIDENT_CAUSES, INCIDENT_KINDS } from '@cac/shared/incidents.ts';
import { T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { FACTS } from './notice-fixture.ts';

const test = suite('words of notices');
const URL_ = 'https://constat.example';
const MINUTE = 60_000;

test('a message says what, where, since when, how many, the cause as far as known, whom to call, and where to look', () => {
  const { subject, text } = letterOf('fr', 'opened', FACTS, URL_);
  assert.is(subject, 'Site hors ligne : Maison de jeunes de Témara');
  for (const said of ['vendredi 20 novembre à 08:45', 'RAB-21', 'Skhirate-Témara', '1 site, 8 PC attendus', 'silence, que rien n’explique encore', '0537 74 00 00', 'Maroc Telecom', '0537-123456', `${URL_}/#/incidents/41`]) assert.ok(text.includes(said), said);
});

test('the end says how long, in opening time and elapsed; over before it left is one message', () => {
  const over = { ...FACTS, state: 'resolved', endAt: T0 + 27 * MINUTE, resolvedAt: T0 + 30 * MINUTE, openMs: 30 * MINUTE };
  assert.match(letterOf('fr', 'resolved', over, URL_).text, /Durée : 42 minutes, dont 30 minutes en heures d’ouverture/);
  const passed = letterOf('fr', 'opened', over, URL_);
  assert.is(passed.subject, 'Terminé : Site hors ligne : Maison de jeunes de Témara');
  assert.match(passed.text, /terminée avant l’envoi/);
});

test('a group is one message with its numbers, the members that the receiver sees, and how many more', () => {
  const members = Array.from({ length: 12 }, (_, i) => ({ ...FACTS.site!, id: `RAB-${i}`, name: `Centre ${i}` }));
  const group = { ...FACTS, site: null, group: { by: 'carrier', key: 'Inwi', name: null }, sites: 120, expectedSites: 130, pcs: 960, members, membersSeen: 87 };
  const { subject, text } = letterOf('fr', 'opened', group, URL_);
  assert.is(subject, '120 sites hors ligne : opérateur télécom Inwi');
  assert.match(text, /120 sites sur 130 attendus/);
  assert.match(text, /960 PC attendus/);
  assert.match(text, /et 75 autres/);
});

test('Arabic keeps names and numbers in their own order, and turns the page', () => {
  const { subject, text, html } = letterOf('ar', 'opened', FACTS, URL_);
  assert.match(subject, /دار الشباب تمارة/);
  assert.match(text, /\u20680537 74 00 00\u2069/);
  assert.match(html, /<html lang="ar" dir="rtl">/);
  assert.match(html, /<bdi dir="ltr">0537 74 00 00<\/bdi>/);
  assert.not.match(html, /[\u2066-\u2069]/);
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('\u200f') || line.startsWith('http')));
});

test('every kind, cause and news has its sentence in each language, and none accuses anybody', () => {
  for (const language of ['fr', 'ar', 'en'] as const) {
    for (const kind of INCIDENT_KINDS) {
      for (const news of ['opened', 'reopened', 'resolved', 'flapping', 'steady', 'escalated', 'passed'] as NoticeNews[]) {
        const { text, html, short } = letterOf(language, news, { ...FACTS, kind, machineName: 'PC 3' }, URL_);
        assert.not.match(text, /\{\w+\}|undefined|null/, `${language} ${kind} ${news}`);
        assert.not.match(html, /\{\w+\}|undefined/);
        assert.ok(partsOf(short) <= 3, `${language} ${kind} ${news}: ${short.length}`);
        assert.not.match(text, /responsable|faute|négligen|fermé sans|absent du personnel|negligen|blame|مذنب|إهمال|تقصير/i);
      }
    }
    const words = { fr: noticeFr, ar: noticeAr, en: noticeEn }[language] as Record<string, string>;
    for (const cause of INCIDENT_CAUSES) assert.ok(words[`cause_${cause}`], `${language} ${cause}`);
  }
  const places = (text: string): string => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted().join(' ');
  for (const [key, text] of Object.entries(noticeFr)) for (const words of [noticeAr, noticeEn]) assert.is(places((words as Record<string, string>)[key]!), places(text), key);
});

test('names that would break a header, a page or a direction arrive as plain words (E-10)', () => {
  const HOSTILE = ['x\r\nBcc: everybody@example.org', '<script>alert(1)</script>', 'a'.repeat(10_000), '\u202Egnp.exe\u202C', '\u2068open', 'nul\u0000l\u2028ine', '"><img src=x onerror=1>'];
  for (const name of HOSTILE) {
    for (const language of ['fr', 'ar', 'en'] as const) {
      const { subject, text, html, short } = letterOf(language, 'opened', { ...FACTS, kind: 'machine_missing', machineName: name, ticket: name, acknowledgedBy: name, site: { ...FACTS.site!, name, nameAr: name, carrier: name, dutyPhone: name, lineNumber: name } }, URL_);
      assert.not.match(subject, /[\r\n\u0000\u2028\u202a-\u202e]/);
      assert.not.match(text, /[\r\u0000\u2028\u202a-\u202e]/);
      assert.not.match(html, /<script|<img|onerror=1>|[\u202a-\u202e]/);
      assert.ok(subject.length < 200 && text.length < 3_000 && html.length < 12_000, `${text.length} ${html.length}`);
      assert.ok(partsOf(short) <= 3);
      const balanced = [...subject].reduce((depth, letter) => depth + (letter === '\u2068' ? 1 : letter === '\u2069' ? -1 : 0), 0);
      assert.is(balanced, 0);
    }
  }
  assert.is(cleanText('a\r\nb\tc'), 'a b c');
  assert.is([...cleanText('é'.repeat(500))].length, 80);
  assert.is(cleanText('😀'.repeat(500)).at(-1), '…');
});

test('several that waited are one list with a line each, those over among them said so', () => {
  const over = { ...FACTS, id: 42, state: 'resolved', endAt: T0, resolvedAt: T0 };
  const { subject, text } = gatheredLetter('fr', [FACTS, over, ...Array.from({ length: 60 }, (_, i) => ({ ...FACTS, id: 100 + i }))], URL_);
  assert.is(subject, '62 alertes (rétablies : 1)');
  assert.match(text, /toujours en cours/);
  assert.match(text, /\(15 minutes\), rétabli/);
  assert.match(text, /et 22 autres/);
  assert.is(dailyLetter('fr', [], URL_), null);
  const daily = dailyLetter('fr', [FACTS, { ...FACTS, flapping: true }, { ...FACTS, severity: 'minor', kind: 'machine_missing', machineName: 'PC 2' }], URL_)!;
  assert.match(daily.text, /Incidents toujours ouverts[\s\S]*Sites instables[\s\S]*À suivre/);
});

test('a letter with a link carries it, and the name as it is', () => {
  const { subject, text, html } = linkLetter('ar', 'invitation', { url: `${URL_}/sign-in#link=abc`, expiresAt: T0, name: 'Nadia <b>' });
  assert.match(subject, /معاينة/);
  assert.match(text, /https:\/\/constat\.example\/sign-in#link=abc/);
  assert.match(html, /Nadia &lt;b&gt;/);
});

test.run();
