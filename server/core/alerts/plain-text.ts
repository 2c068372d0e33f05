/** An incident as plain text to be passed on in a messaging app: what its messages say, without the line that tells their receivers why they get them. Pure. */
import type { Language } from '@cac/shared/people.ts';
import type { NoticeFacts } from '../notices/facts.ts';
import { textOf } from '../notices/letter-text.ts';
import { contentOf } from '../notices/letter.ts';

export const plainText = (language: Language, facts: NoticeFacts, publicUrl: string): string =>
  textOf({ ...contentOf(language, facts.state === 'resolved' ? 'resolved' : 'opened', facts, publicUrl), footer: '' }).trimEnd();
