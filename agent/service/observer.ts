/** Probing: what is due, what it says of the link, and what of it goes into the journal. One round at a time. */
import type { InterfaceKind } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { evidenceOf, linkOf } from '../core/link.ts';
import { mergeResults, probesFor, SAMPLE_EVERY } from '../core/rounds.ts';
import type { UplinkState } from '../core/uplink.ts';
import { readNetwork } from '../probes/network.ts';
import { runProbes, type Target } from '../probes/table.ts';
import type { Log } from './log.ts';
import { monotonicMs } from './machine-clock.ts';

/** As last known; null before the first round. */
export interface Observed {
  link: LinkWord | null;
  kind: InterfaceKind | null;
  results: Record<string, number | string>;
  probedAt: number | null;
}

export interface ObserverOptions {
  targets: readonly Target[];
  server: Target;
  minute: () => number;
  uplink: () => UplinkState | undefined;
  record: (entries: [kind: string, body: Record<string, unknown>][]) => void;
  log: Log;
}

const SERVER_QUIET_MS = 15 * 60_000;

/** Probes what is due; a change of link or interface is a transition, with the sample that shows it. */
export function createObserver({ targets, server, minute, uplink, record, log }: ObserverOptions): { seen: Observed; observe: (everything: boolean) => Promise<void> } {
  const seen: Observed = { link: null, kind: null, results: {}, probedAt: null };
  let busy = false;

  async function round(everything: boolean): Promise<void> {
    const state = uplink();
    const answers = state?.link === 'ready' && state.lastAckAt !== null && monotonicMs() - state.lastAckAt < SERVER_QUIET_MS;
    const network = await readNetwork();
    const all = everything || network.interface !== seen.kind;
    const names = probesFor({ minute: minute(), link: all ? null : seen.link, serverAnswers: answers, targets: targets.length });
    if (names.length === 0) return;
    const results = await runProbes(names, { gateway: network.gateway, targets, server, roundTripMs: answers ? (state?.roundTripMs ?? null) : null });
    seen.results = mergeResults(seen.results, results);
    seen.probedAt = Date.now();
    const link = linkOf(evidenceOf(network.interface, seen.results));
    const changed = link !== seen.link || network.interface !== seen.kind;
    if (changed) log(`link ${link}, interface ${network.interface}`);
    seen.link = link;
    seen.kind = network.interface;
    record([...(changed ? [['net', { link, if: seen.kind }] as [string, Record<string, unknown>]] : []), ...(changed || all || minute() % SAMPLE_EVERY === 0 ? [['sample', seen.results] as [string, Record<string, unknown>]] : [])]);
  }

  async function observe(everything: boolean): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      await round(everything);
    } finally {
      busy = false;
    }
  }

  return { seen, observe };
}
