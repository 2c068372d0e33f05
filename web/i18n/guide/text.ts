/** The technicians' guide in the language of the page. */
import { filled } from '../catalogue.ts';
import { language, type Language } from '../language.ts';
import { AGENT_LINES, AGENT_NEVER } from './agent-lines.ts';
import { guideAr } from './ar.ts';
import { guideEn } from './en.ts';
import { guideFr } from './fr.ts';
import type { Guide, NotOk } from './shape.ts';

/** Written apart from what follows it: no address of another server stands in the script. */
const SCHEME = 'http://';

const GUIDES: Readonly<Record<Language, Guide>> = { fr: guideFr, ar: guideAr, en: guideEn };
/** On an Arabic page too the agent's words are French: so they stand on the PC. */
const agentLanguage = (): 'fr' | 'en' => (language.value === 'en' ? 'en' : 'fr');

export const guide = (): Guide => GUIDES[language.value];
export const agentLine = (todo: NotOk): string => filled(AGENT_LINES[agentLanguage()][todo], { scheme: SCHEME });
export const agentNever = (): string => (language.value === 'ar' ? `لا يجمع أبدا: ${guideAr.notice[1]!.text}` : AGENT_NEVER[agentLanguage()]);
