/** Letters that tell of no incident: an invitation, a new password, the test of a channel. */
import type { Language } from '@cac/shared/people.ts';
import { letterFrom, type Letter } from './letter.ts';
import { wordingIn } from './wording.ts';

export interface LinkLetter {
  url: string;
  expiresAt: number;
  name: string;
}

export function linkLetter(language: Language, event: 'invitation' | 'password_reset', { url, expiresAt, name }: LinkLetter): Letter {
  const w = wordingIn(language);
  const subject = w.say(`${event}_subject`);
  return letterFrom({
    language, subject, tone: 'plain', title: subject, paragraphs: [w.say(`${event}_said`, { name: w.name(name), at: w.at(expiresAt) })], facts: [], lists: [], act: { label: w.say(`${event}_act`), url }, footer: w.say('letter_footer'),
  });
}

export function testLetter(language: Language, now: number, publicUrl: string): Letter {
  const w = wordingIn(language);
  const subject = w.say('test_subject');
  return letterFrom({ language, subject, tone: 'plain', title: subject, paragraphs: [w.say('test_said', { at: w.at(now) })], facts: [], lists: [], act: { label: w.say('open_list'), url: `${publicUrl}/` }, footer: w.say('letter_footer') });
}
