/** A short message through a gateway's HTTP interface: `{to}`, `{text}`, `{key}` and `{token}` are put into a template, escaped as each place needs. */
import type { ChannelDoor, Finding } from '../core/notices/channel.ts';
import { resultOf, type SafeRequester } from './safe-request.ts';
import { urlFindings } from './url-findings.ts';

interface SmsSettings {
  url: string;
  method: 'GET' | 'POST';
  contentType: 'application/x-www-form-urlencoded' | 'application/json';
  body: string;
  headers: { name: string; value: string }[];
}

type Parts = Readonly<Record<string, string>>;
const PLACES = new Set(['to', 'text', 'key', 'token']);

const put = (template: string, parts: Parts, escape: (value: string) => string): string => template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (PLACES.has(name) ? escape(parts[name] ?? '') : whole));
/** Inside the quotes of a JSON text. */
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1);
/** A header ends at a line's end. */
const inHeader = (value: string): string => value.replaceAll(/[\p{Cc}]/gu, ' ');

export const smsChannel = (request: SafeRequester): ChannelDoor => ({
  check(given) {
    const settings = given as unknown as SmsSettings;
    const filled = { to: '+212600000000', text: 'x', key: 'k', token: 't' };
    const findings: Finding[] = urlFindings(put(settings.url, filled, encodeURIComponent));
    // A place in the host would let whoever is told decide who is called.
    if (/^[a-z]+:\/\/[^/?#]*\{/i.test(settings.url)) findings.push({ field: 'url', code: 'url', message: 'Places such as {to} may stand after the host only.' });
    const everywhere = [settings.url, settings.method === 'POST' ? settings.body : '', ...settings.headers.map(({ value }) => value)].join('\n');
    for (const place of ['to', 'text']) if (!everywhere.includes(`{${place}}`)) findings.push({ field: settings.method === 'POST' ? 'body' : 'url', code: 'template', message: `The template nowhere has {${place}}.` });
    const strange = [...everywhere.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).find((name) => !PLACES.has(name));
    if (strange !== undefined) findings.push({ field: settings.body.includes(`{${strange}}`) ? 'body' : 'url', code: 'template', message: `There is no place {${strange}}: use {to}, {text}, {key} and {token}.` });
    if (settings.method === 'POST' && settings.contentType === 'application/json' && !isJson(put(settings.body, filled, inJson))) findings.push({ field: 'body', code: 'template', message: 'With its places filled in this is no JSON.' });
    if (settings.headers.some(({ name }) => /^(host|content-length|transfer-encoding|connection)$/i.test(name))) findings.push({ field: 'headers', code: 'header', message: 'Host, Content-Length, Transfer-Encoding and Connection are set by us.' });
    return findings;
  },
  async send({ settings: given, secret }, message) {
    const settings = given as unknown as SmsSettings;
    const parts: Parts = { to: message.to, text: message.short, key: message.id, token: secret ?? '' };
    const headers: Record<string, string> = { 'idempotency-key': message.id };
    for (const { name, value } of settings.headers) headers[name.toLowerCase()] = inHeader(put(value, parts, (text) => text));
    const post = settings.method === 'POST';
    if (post) headers['content-type'] = settings.contentType;
    const answer = await request({
      url: put(settings.url, parts, encodeURIComponent),
      method: settings.method,
      headers,
      ...(post && { body: put(settings.body, parts, settings.contentType === 'application/json' ? inJson : encodeURIComponent) }),
    });
    const result = resultOf(answer);
    // Gateways like to repeat what they were sent.
    return secret === null ? result : { ...result, answer: result.answer.replaceAll(secret, '…') };
  },
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
