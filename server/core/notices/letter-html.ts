/** A message as HTML that mail readers of twenty years show alike: no tables, no images, no style sheets; right to left in Arabic. */
import { escaped, hasRtl } from './clean-text.ts';
import type { Content } from './letter.ts';

const BAR = { trouble: '#a8322a', over: '#0f5f57', plain: '#566660' } as const;
const FONT = `font-family:'Segoe UI',Tahoma,'Noto Sans','Noto Sans Arabic',Arial,sans-serif`;

export function htmlOf(content: Content): string {
  const rtl = content.language === 'ar';
  const dir = rtl ? 'rtl' : 'ltr';
  const start = rtl ? 'right' : 'left';
  const box = (style: string, inside: string): string => `<div dir="${dir}" style="text-align:${start};${style}">${inside}</div>`;
  const parts = [
    box('font-size:19px;line-height:1.35;font-weight:600;color:#1b2b28;margin:0 0 12px', shown(content.title)),
    ...content.paragraphs.map((text) => box('font-size:15px;line-height:1.6;color:#1b2b28;margin:0 0 10px', shown(text))),
    ...content.facts.map(({ label, value }) => box(`font-size:14px;line-height:1.5;color:#1b2b28;padding:7px 0;border-top:1px solid #e3e1d8`, `<div style="font-size:12px;color:#566660">${shown(label)}</div>${shown(value)}`)),
    ...content.lists.map(({ title, items, more }) =>
      box('font-size:14px;line-height:1.6;color:#1b2b28;padding:9px 0 3px;border-top:1px solid #e3e1d8', `${title === '' ? '' : `<div style="font-weight:600;margin:0 0 4px">${shown(title)}</div>`}${items.map(({ text, url }) => `<div style="padding:2px 0">${url === null ? shown(text) : `<a href="${escaped(url)}" style="color:#0f5f57;text-decoration:none">${shown(text)}</a>`}</div>`).join('')}${more === null ? '' : `<div style="color:#566660;padding:2px 0">${shown(more)}</div>`}`),
    ),
    content.act === null ? '' : box('margin:18px 0 4px', `<a href="${escaped(content.act.url)}" style="display:inline-block;background:#0f5f57;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none;padding:11px 20px;border-radius:8px">${shown(content.act.label)}</a>`),
  ];
  return `<!doctype html>
<html lang="${content.language}" dir="${dir}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light"><title>${shown(content.title)}</title></head>
<body dir="${dir}" style="margin:0;padding:20px 12px;background:#f7f5f0;${FONT}">
<div style="max-width:600px;margin:0 auto;background:#ffffff;border:1px solid #e3e1d8;border-top:5px solid ${BAR[content.tone]};border-radius:10px;padding:22px 24px;${FONT}">
${parts.filter((part) => part !== '').join('\n')}
</div>
<div dir="${dir}" style="max-width:600px;margin:12px auto 0;text-align:${start};font-size:12px;line-height:1.5;color:#566660;${FONT}">${shown(content.footer)}</div>
</body>
</html>
`;
}

/** Escaped; isolates become elements, which more readers understand. */
const shown = (text: string): string =>
  escaped(text)
    .replaceAll(/\u2068([^\u2068\u2069]*)\u2069/g, (_, inner: string) => isolatedElement(inner))
    // The outer ones of those that stood within each other.
    .replaceAll(/\u2068([^\u2068\u2069]*)\u2069/g, (_, inner: string) => isolatedElement(inner))
    .replaceAll(/[\u2066-\u2069]/g, '');
const isolatedElement = (inner: string): string => `<bdi dir="${hasRtl(inner) ? 'rtl' : 'ltr'}">${inner}</bdi>`;
