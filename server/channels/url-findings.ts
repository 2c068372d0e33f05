/** What is wrong with an address that requests are to go to, before it is ever called. */
import { isIP } from 'node:net';
import type { Finding } from '../core/notices/channel.ts';
import { plainAddress } from './targets.ts';

const found = (message: string): Finding[] => [{ field: 'url', code: 'url', message }];

/** Names are judged when they are called: what they mean may change. */
export function urlFindings(url: string): Finding[] {
  if (!URL.canParse(url)) return found('This is no address.');
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return found('An address begins with https:// or http://.');
  if (username !== '' || password !== '') return found('A name and a password do not belong into an address: they would be shown. Use the secret.');
  if (isIP(plainAddress(hostname)) === 0 && !hostname.includes('.') && hostname !== 'localhost') return found('This name has no domain.');
  return [];
}
