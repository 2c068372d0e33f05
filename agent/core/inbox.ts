/** What the server sent, by topic, as an event of the uplink. Pure. */
import { SERVER_TOPIC } from '@cac/shared/topics.ts';
import { readAck, readDown, readJson, readSrv } from './ack.ts';
import type { UplinkEvent } from './uplink.ts';

/** Null: another topic, or a `dn` that cannot be read. */
export function eventOf(topic: { ack: string; dn: string }, from: string, payload: Uint8Array): UplinkEvent | null {
  if (from === topic.ack) return { kind: 'ack', ack: readAck(readJson(payload)) };
  if (from === SERVER_TOPIC) return { kind: 'srv', srv: readSrv(readJson(payload)) };
  const down = from === topic.dn ? readDown(readJson(payload)) : null;
  return down && { kind: 'down', hello: down.hello === true, report: down.cmd === 'report_now' };
}
