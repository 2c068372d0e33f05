/** What the server sent, by topic, as an event of the uplink. Pure. */
import { SERVER_TOPIC } from '@cac/shared/topics.ts';
import type { Down } from '@cac/shared/messages.ts';
import { readAck, readDown, readJson, readSrv } from './ack.ts';
import type { UplinkEvent } from './uplink.ts';

/** Null: another topic, or a `dn` that cannot be read. */
export function eventOf(topic: { ack: string; dn: string }, from: string, payload: Uint8Array): { event: UplinkEvent; down: Down | null } | null {
  if (from === topic.ack) return { event: { kind: 'ack', ack: readAck(readJson(payload)) }, down: null };
  if (from === SERVER_TOPIC) return { event: { kind: 'srv', srv: readSrv(readJson(payload)) }, down: null };
  const down = from === topic.dn ? readDown(readJson(payload)) : null;
  return down && { event: { kind: 'down', hello: down.hello === true, report: down.cmd === 'report_now', held: down.held ?? null }, down };
}
