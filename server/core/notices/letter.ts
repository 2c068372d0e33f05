/** A message before it has a shape: the same content becomes text, HTML, and a short text for telephones. Pure; the facts are those of the moment it leaves. */
import type { Language } from '@cac/shared/people.ts';
import type { NoticeFacts, NoticeSite } from './facts.ts';
import { shortText } from './short-text.ts';
import { htmlOf } from './letter-html.ts';
import { textOf } from './letter-text.ts';
import { isNoticeKey, wordingIn, type NoticeKey, type Wording } from './wording.ts';

export interface Content {
  language: Language;
  subject: string;
  /** Colour of the bar on top: trouble, over, or neither. */
  tone: 'trouble' | 'over' | 'plain';
  title: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  lists: { title: string; items: { text: string; url: string | null }[]; more: string | null }[];
  act: { label: string; url: string } | null;
  footer: string;
}

export interface Letter {
  subject: string;
  text: string;
  html: string;
  short: string;
}

/** `opened` to `escalated`, and `passed`: over before it left. */
export type NoticeNews = 'opened' | 'reopened' | 'resolved' | 'flapping' | 'steady' | 'escalated' | 'passed';
export const isNews = (word: string): word is NoticeNews => ['opened', 'reopened', 'resolved', 'flapping', 'steady', 'escalated', 'passed'].includes(word);

/** The link of what nobody has taken yet leads to where it is taken. */
const mayBeTaken = (told: NoticeNews, facts: NoticeFacts): boolean => told !== 'resolved' && told !== 'passed' && facts.acknowledgedBy === null;

export const incidentUrl = (publicUrl: string, id: number): string => `${publicUrl}/#/incidents/${id}`;
export const incidentsUrl = (publicUrl: string): string => `${publicUrl}/#/incidents`;

export const letterFrom = (content: Content): Letter => ({ subject: content.subject, text: textOf(content), html: htmlOf(content), short: shortText(content) });

/** One incident's news. A beginning that is over by now says so: what is told is what is so. */
export const letterOf = (language: Language, news: NoticeNews, facts: NoticeFacts, publicUrl: string): Letter => letterFrom(contentOf(language, news, facts, publicUrl));

export function contentOf(language: Language, news: NoticeNews, facts: NoticeFacts, publicUrl: string): Content {
  const w = wordingIn(language);
  const over = facts.state === 'resolved';
  const told: NoticeNews = over && news !== 'resolved' ? 'passed' : news === 'passed' && !over ? 'opened' : news;
  const what = whatOf(w, facts);
  const where = whereShort(w, facts);
  const subject = `${facts.demo ? w.say('demo') : ''}${w.say(`news_${told}`)}${where === null ? w.say('subject_alone', { what }) : w.say('subject', { what, where })}`;
  return {
    language,
    subject,
    tone: told === 'resolved' || told === 'passed' ? 'over' : 'trouble',
    title: subject,
    paragraphs: paragraphsOf(w, told, facts),
    facts: factsOf(w, told, facts),
    lists: membersOf(w, facts, publicUrl),
    act: { label: w.say('open'), url: `${incidentUrl(publicUrl, facts.id)}${mayBeTaken(told, facts) ? '?act=acknowledge' : ''}` },
    footer: w.say('footer'),
  };
}

export function whatOf(w: Wording, facts: NoticeFacts): string {
  const many = `many_${facts.kind}`;
  return facts.group !== null && isNoticeKey(many) ? w.say(many, { n: facts.sites }) : w.say(`kind_${facts.kind}`);
}

const placeName = (w: Wording, named: { fr: string; ar: string }): string => (w.language === 'ar' ? named.ar : named.fr);
const siteName = (w: Wording, site: NoticeSite): string => w.name(w.language === 'ar' && site.nameAr !== null ? site.nameAr : site.name);

/** Null for the platform's own. */
export function whereShort(w: Wording, facts: NoticeFacts): string | null {
  if (facts.site !== null) return siteName(w, facts.site);
  if (facts.group === null) return null;
  const { by, key, name } = facts.group;
  if (by === 'fleet') return w.say('by_fleet');
  if (by === 'province') return w.say('by_province', { name: name === null ? w.name(key) : placeName(w, name) });
  if (by === 'technology') return w.say('by_technology', { name: technologyName(w, key) });
  return w.say('by_carrier', { name: w.name(key) });
}

function technologyName(w: Wording, key: string): string {
  const word = `tech_${key}`;
  return isNoticeKey(word) ? w.say(word) : w.name(key);
}

function paragraphsOf(w: Wording, told: NoticeNews, facts: NoticeFacts): string[] {
  const since = w.at(facts.sinceAt);
  const said = facts.group === null ? w.say(`said_${facts.kind}`, { since, machine: w.name(facts.machineName ?? '') }) : w.say('said_many', { n: facts.sites, of: Math.max(facts.expectedSites, facts.sites), since });
  const end = facts.endAt ?? facts.resolvedAt ?? facts.sinceAt;
  const times = { since, end: w.at(end), elapsed: w.duration(end - facts.sinceAt), open: w.duration(facts.openMs) };
  const taken = facts.acknowledgedBy === null ? [] : [w.say('said_taken', { by: w.name(facts.acknowledgedBy) })];
  switch (told) {
    case 'opened':
      return [said, ...taken];
    case 'reopened':
      return [w.say('said_reopened'), said, ...taken];
    case 'escalated':
      return [...(facts.acknowledgedBy === null ? [w.say('said_escalated', { opened: w.at(facts.openedAt ?? facts.sinceAt) })] : taken), said];
    case 'flapping':
      return [w.say('said_flapping', { since }), ...taken];
    case 'steady':
      return [w.say('said_steady', { since }), ...taken];
    case 'resolved':
      return [w.say(facts.group === null ? 'said_resolved' : 'said_resolved_many', times)];
    case 'passed':
      return [w.say('said_passed', times)];
    default:
      return told satisfies never;
  }
}

const areasOf = (w: Wording, site: NoticeSite): string => [site.province, site.region].flatMap((area) => (area === null ? [] : [placeName(w, area)])).join(' · ');

function factsOf(w: Wording, told: NoticeNews, facts: NoticeFacts): Content['facts'] {
  const { site } = facts;
  const rows: [NoticeKey, string | null][] = [
    ['where', site === null ? whereShort(w, facts) : [siteName(w, site), site.id, areasOf(w, site)].filter((part) => part !== '').map((part) => w.say('subject_alone', { what: part })).join(' · ')],
    ['since', w.at(facts.sinceAt)],
    ['until', told === 'resolved' || told === 'passed' ? w.at(facts.endAt ?? facts.resolvedAt ?? facts.sinceAt) : null],
    ['extent', facts.sites === 0 ? null : facts.sites === 1 ? w.say('extent_one', { pcs: facts.pcs }) : w.say('extent_many', { n: facts.sites, pcs: facts.pcs })],
    ['cause', causeOf(w, facts.cause)],
    ['call', callOf(w, facts)],
    ['ticket', ticketOf(w, facts)],
  ];
  return rows.flatMap(([key, value]) => (value === null || value === '' ? [] : [{ label: w.say(key), value }]));
}

function causeOf(w: Wording, cause: string): string {
  const key = `cause_${cause}`;
  return w.say(isNoticeKey(key) ? key : 'cause_other');
}

/** The telephone of the site, then the line and its carrier; of a group, its carrier where it is what the sites share. */
function callOf(w: Wording, facts: NoticeFacts): string | null {
  const { site, group } = facts;
  if (site === null) return group?.by === 'carrier' ? w.say('call_carrier', { carrier: w.name(group.key) }) : null;
  const parts = [
    site.dutyPhone === null ? null : w.say('call_site', { phone: w.name(site.dutyPhone) }),
    site.carrier === null ? null : w.say('call_carrier', { carrier: w.name(site.carrier) }),
    site.lineNumber === null ? null : w.say('call_line', { line: w.name(site.lineNumber) }),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

function ticketOf(w: Wording, { ticket, promisedAt }: NoticeFacts): string | null {
  if (ticket === null) return promisedAt === null ? null : w.say('promised', { at: w.at(promisedAt) });
  return promisedAt === null ? w.say('subject_alone', { what: w.name(ticket) }) : w.say('ticket_promised', { ticket: w.name(ticket), at: w.at(promisedAt) });
}

function membersOf(w: Wording, { members, membersSeen }: NoticeFacts, publicUrl: string): Content['lists'] {
  if (members.length === 0) return [];
  const items = members.map((site) => ({ text: [siteName(w, site), ...(site.province === null ? [] : [placeName(w, site.province)])].map((part) => w.say('subject_alone', { what: part })).join(' · '), url: `${publicUrl}/#/site/${encodeURIComponent(site.id)}` }));
  return [{ title: w.say('members'), items, more: membersSeen > members.length ? w.say('members_more', { n: membersSeen - members.length }) : null }];
}
