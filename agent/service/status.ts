/** What a running agent says of itself, as plain data; `judge` turns it into one line that a technician acts on. Pure. */
import type { LinkLayer, LinkWord, MachineFlag } from '@cac/shared/states.ts';

export interface StatusDocument {
  pid: number;
  version: string;
  startedAt: number;
  now: number;
  machine: string;
  site: { id: string; name: string };
  server: string;
  mqtt: string;
  connection: 'idle' | 'connecting' | 'greeting' | 'ready';
  /** Why the last connection ended or failed; null while none did. */
  lastFailure: string | null;
  /** The server's last word, when it was not ok. */
  refusal: string | null;
  lastAckAt: number | null;
  /** When the server first had something of this process. */
  firstAckAt: number | null;
  roundTripMs: number | null;
  /** Records not yet in the server's database, and the oldest and newest kept. */
  backlog: number;
  lo: number;
  hi: number;
  journalBytes: number;
  flags: MachineFlag[];
  link: LinkWord | null;
  interface: string | null;
  probes: Record<string, number | string>;
  probedAt: number | null;
  bytesToday: number;
  /** Since it started. */
  bytesTotal: number;
  badAcks: number;
  /** Another PC runs with this identity, and was first. */
  held: boolean;
  /** 0: nothing was said yet, the agent's own defaults hold. */
  configVersion: number;
  keepaliveS: number;
  batchEveryMs: number;
  capMb: number | null;
  /** Why something waits; null: nothing does. */
  postponed: string | null;
  /** Of an agent without identity, which waits for one: how the last try ended. All the rest is then missing. */
  enrolment?: string;
}

/** `but`: the agent does its work, and says itself that people here have no Internet. */
export type Verdict = { ok: true; but: Exclude<LinkLayer, 'server'> | null } | { ok: false; todo: 'start' | 'wait' | 'revoked' | 'unknown' | 'upgrade' | 'login' | 'tls' | 'network' | 'server' | 'disk' | 'held' | 'portal' | 'proxy' };

const RECENT_MS = 15 * 60_000;

/** The first thing that is wrong; ok once the server has answered lately. */
export function judge(status: StatusDocument | null): Verdict {
  if (!status) return { ok: false, todo: 'start' };
  if (status.refusal === 'revoked' || status.refusal === 'unknown' || status.refusal === 'upgrade') return { ok: false, todo: status.refusal };
  if (status.flags.includes('journal_unavailable') || status.flags.includes('disk_full')) return { ok: false, todo: 'disk' };
  if (status.held) return { ok: false, todo: 'held' };
  if (status.connection === 'ready' && status.lastAckAt !== null && status.now - status.lastAckAt < RECENT_MS) return { ok: true, but: status.link === 'ok' || status.link === 'server' ? null : status.link };
  if (status.lastFailure === 'not_authorized') return { ok: false, todo: 'login' };
  if (status.lastFailure === 'revoked') return { ok: false, todo: 'revoked' };
  if (status.lastFailure === 'captive_or_proxy') return { ok: false, todo: 'portal' };
  if (status.lastFailure?.startsWith('proxy_')) return { ok: false, todo: 'proxy' };
  if (status.lastFailure?.startsWith('tls_error')) return { ok: false, todo: 'tls' };
  if (status.lastFailure === null) return { ok: false, todo: 'wait' };
  return { ok: false, todo: status.link === null || status.link === 'ok' || status.link === 'server' ? 'server' : 'network' };
}
