/** The ways of telling people, by kind: a new one is a file and a line here. */
import type { ChannelTable } from '../core/notices/channel.ts';
import { emailChannel } from './email.ts';
import type { SafeRequester } from './safe-request.ts';
import { smsChannel } from './sms.ts';
import { webhookChannel } from './webhook.ts';

export interface OpenChannels {
  table: ChannelTable;
  close(): void;
}

export function openChannels(request: SafeRequester, now: () => number): OpenChannels {
  const email = emailChannel();
  return { table: { email, webhook: webhookChannel(request, now), sms: smsChannel(request) }, close: email.close };
}
