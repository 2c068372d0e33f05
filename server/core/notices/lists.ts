/** Several incidents in one message: what waited for somebody, or the list of the day. One line an incident, however often it was told of. */
import type { Language } from '@cac/shared/people.ts';
import type { NoticeFacts } from './facts.ts';
import { incidentsUrl, incidentUrl, letterFrom, whatOf, whereShort, type Content, type Letter } from './letter.ts';
import { wordingIn, type Wording } from './wording.ts';

/** Lines that are written out; the rest is a number. */
const LINES = 40;

/** `incidents`: in the order in which they were to be told; null for one that the receiver may not see any more. */
export function gatheredLetter(language: Language, incidents: readonly (NoticeFacts | null)[], publicUrl: string): Letter {
  const w = wordingIn(language);
  const seen = incidents.filter((one) => one !== null);
  const over = seen.filter(({ state }) => state === 'resolved').length;
  const title = `${seen.some(({ demo }) => demo) ? w.say('demo') : ''}${over === 0 ? w.say('list_subject', { n: incidents.length }) : w.say('list_subject_over', { n: incidents.length, over })}`;
  return letterFrom({
    ...frame(w, title, publicUrl),
    tone: over === seen.length ? 'over' : 'trouble',
    paragraphs: [w.say('list_intro')],
    lists: [listOf(w, '', incidents, publicUrl)],
  });
}

/** The list of the day; null when there is nothing to say. */
export function dailyLetter(language: Language, incidents: readonly NoticeFacts[], publicUrl: string): Letter | null {
  if (incidents.length === 0) return null;
  const w = wordingIn(language);
  const flapping = incidents.filter((one) => one.flapping);
  const minor = incidents.filter((one) => !flapping.includes(one) && one.severity === 'minor');
  const open = incidents.filter((one) => !flapping.includes(one) && !minor.includes(one));
  const title = `${incidents.some(({ demo }) => demo) ? w.say('demo') : ''}${incidents.length === 1 ? w.say('daily_subject_one') : w.say('daily_subject', { n: incidents.length })}`;
  const lists = ([['daily_open', open], ['daily_flapping', flapping], ['daily_minor', minor]] as const).filter(([, own]) => own.length > 0).map(([key, own]) => listOf(w, w.say(key), own, publicUrl));
  return letterFrom({ ...frame(w, title, publicUrl), tone: 'plain', paragraphs: [w.say('daily_intro')], lists });
}

const frame = (w: Wording, title: string, publicUrl: string): Omit<Content, 'tone' | 'paragraphs' | 'lists'> => ({ language: w.language, subject: title, title, facts: [], act: { label: w.say('open_list'), url: incidentsUrl(publicUrl) }, footer: w.say('footer') });

function listOf(w: Wording, title: string, incidents: readonly (NoticeFacts | null)[], publicUrl: string): Content['lists'][number] {
  const items = incidents.slice(0, LINES).map((facts) => (facts === null ? { text: w.say('line_gone'), url: null } : { text: lineOf(w, facts), url: incidentUrl(publicUrl, facts.id) }));
  return { title, items, more: incidents.length > LINES ? w.say('list_more', { n: incidents.length - LINES }) : null };
}

/** "Site hors ligne : Centre X, du ... au ... (42 minutes), rétabli" */
function lineOf(w: Wording, facts: NoticeFacts): string {
  const what = whatOf(w, facts);
  const where = whereShort(w, facts);
  const head = where === null ? what : w.say('subject', { what, where });
  const end = facts.endAt ?? facts.resolvedAt;
  const tail = facts.state === 'resolved' && end !== null ? w.say('line_over', { since: w.at(facts.sinceAt), end: w.at(end), elapsed: w.duration(end - facts.sinceAt) }) : w.say('line_now', { since: w.at(facts.sinceAt) });
  return `${head}${w.language === 'ar' ? '، ' : ', '}${tail}`;
}
