/** A PC whose life is written down, minute by minute, and handed in when the test says so: as batches of one journal, with their chain. */
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import type { Report } from '@cac/server/usecases/receive-reports.ts';
import { bytesOf, type TestMachine } from './fixtures.ts';

const MINUTE = 60_000;

export interface ScriptedPc {
  machine: TestMachine;
  /** The power button: the agent runs half a minute later and finds the link five seconds after that. */
  boot(at: number, link?: string): void;
  /** Heartbeats up to this instant. */
  until(at: number): void;
  /** The link changes; heartbeats follow it. */
  link(at: number, link: string): void;
  write(at: number, kind: string, body?: Record<string, unknown>): void;
  /** What was not handed in yet (or all of it, from `from` on), as batches of at most `size` records, all received at this instant. */
  batches(receivedAt: number, options?: { from?: number; size?: number }): Report[];
}

export function scriptedPc(machine: TestMachine, ep = 'abcdefghij012345'): ScriptedPc {
  const records: (WireRecord & { boot?: never })[] = [];
  const boots: string[] = [];
  const chains = [CHAIN_START];
  let bootAt = 0;
  let beatAt = 0;
  let link = 'ok';
  let conn = 0;
  let sent = 0;

  const write = (at: number, kind: string, body: Record<string, unknown> = {}): void => {
    const record: WireRecord = [records.length + 1, kind, at - bootAt, at, body];
    records.push(record);
    boots.push(`boot-${bootAt}`);
    chains.push(nextChain(chains.at(-1)!, record));
  };
  const until = (at: number): void => {
    for (; beatAt <= at; beatAt += MINUTE) write(beatAt, 'hb', { link });
  };
  return {
    machine,
    until,
    write,
    boot(at, first = 'ok') {
      bootAt = at;
      link = first;
      const m = 30_000;
      write(at + m, 'boot', { boot: `boot-${at}`, up: m });
      write(at + m, 'agent_start', { ver: '1', up: m });
      write(at + m + 5_000, 'net', { link, if: 'wired' });
      beatAt = at + m + MINUTE;
    },
    link(at, next) {
      until(at - 1);
      link = next;
      write(at, 'net', { link, if: 'wired' });
    },
    batches(receivedAt, { from = sent + 1, size = 90 } = {}) {
      conn += 1;
      const found: Report[] = [];
      for (let first = from; first <= records.length; first += size) {
        const last = Math.min(records.length, first + size - 1);
        const message = {
          v: 1, ep, inst: '00000000000000aa', conn, boot: boots.at(-1), w: receivedAt, m: receivedAt - bootAt, lo: 1, hi: records.length,
          now: { link, up: receivedAt - bootAt }, chain: chains[first - 1], r: records.slice(first - 1, last),
        };
        found.push({ machine: machine.id, payload: bytesOf(message), receivedAt, livenessMs: MINUTE });
      }
      sent = records.length;
      return found;
    },
  };
}
