/**
 * A webhook: the news as JSON, signed. `X-Constat-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 of `SECONDS.BODY` with the channel's secret;
 * `Idempotency-Key` is the same at every try.
 */
import { createHmac } from 'node:crypto';
import type { ChannelDoor } from '../core/notices/channel.ts';
import { resultOf, type SafeRequester } from './safe-request.ts';
import { urlFindings } from './url-findings.ts';

export const signatureOf = (secret: string, seconds: number, body: string): string => createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');

export const webhookChannel = (request: SafeRequester, now: () => number): ChannelDoor => ({
  check: (settings) => urlFindings(String(settings['url'])),
  async send({ settings, secret }, message) {
    const body = JSON.stringify({ id: message.id, ...message.facts });
    const seconds = Math.floor(now() / 1000);
    const headers: Record<string, string> = { 'content-type': 'application/json', 'idempotency-key': message.id };
    if (secret !== null) headers['x-constat-signature'] = `t=${seconds},v1=${signatureOf(secret, seconds, body)}`;
    return resultOf(await request({ url: String(settings['url']), method: 'POST', headers, body }));
  },
});
