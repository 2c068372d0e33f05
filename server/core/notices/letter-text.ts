/** A message as plain text: what every reader shows, and what is left when HTML is refused. */
import type { Content } from './letter.ts';

/** In Arabic each line begins with a mark of its direction: a line that begins with a number would turn round. */
const RLM = '\u200f';

export function textOf(content: Content): string {
  const lines: string[] = [content.title, '', ...content.paragraphs];
  if (content.facts.length > 0) lines.push('', ...content.facts.map(({ label, value }) => `${label}${content.language === 'fr' ? ' : ' : ': '}${value}`));
  for (const { title, items, more } of content.lists) {
    lines.push(...(title === '' ? [''] : ['', title]), ...items.map(({ text }) => `- ${text}`));
    if (more !== null) lines.push(more);
  }
  if (content.act !== null) lines.push('', content.act.label, content.act.url);
  lines.push('', content.footer);
  return `${lines.map((line) => (content.language === 'ar' && line !== '' && !line.startsWith('http') ? `${RLM}${line}` : line)).join('\n')}\n`;
}
