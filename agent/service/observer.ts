/** Reads the network and runs the probes that core/minute.ts asks for, and hands back what they say. Decides nothing. */
import { burstOf } from '../core/budget.ts';
import type { MinuteEffect, MinuteEvent } from '../core/minute.ts';
import { serverAnswers, type UplinkState } from '../core/uplink.ts';
import { createNameCache } from '../probes/names.ts';
import { readNetwork, readSignal } from '../probes/network.ts';
import { runProbes, tryTargets, type Target } from '../probes/table.ts';
import type { Road } from '../uplink/road.ts';
import { monotonicMs } from './machine-clock.ts';

export interface ObserverOptions {
  targets: () => readonly Target[];
  /** Where the present way leads; null before there is one. */
  server: () => Target | null;
  road: Road;
  uplink: () => UplinkState | undefined;
  /** Why the last connection failed; null: it stands. */
  failure: () => string | null;
  /** Is a burst, and the signal, due in this round? */
  burst: () => boolean;
  /** Bytes that probes cost, by the stated model. */
  spent: (bytes: number) => void;
  tell: (event: MinuteEvent) => void;
}

export function createObserver(options: ObserverOptions): (effect: MinuteEffect) => Promise<void> {
  const { road, uplink, tell, spent } = options;
  let gateway: string | null = null;
  let kind = 'none';
  const names = createNameCache(spent);
  const answering = (): UplinkState | null => {
    const state = uplink();
    return state && serverAnswers(state, monotonicMs()) ? state : null;
  };
  return async (effect) => {
    switch (effect.kind) {
      case 'look': {
        const network = await readNetwork();
        gateway = network.gateway;
        kind = network.interface;
        return tell({ kind: 'network', interface: network.interface, serverAnswers: answering() !== null });
      }
      case 'probe': {
        const targets = options.targets();
        const isDue = options.burst();
        const results = await runProbes(effect.names, { gateway, targets, names, spent, server: options.server(), road, roundTripMs: answering()?.roundTripMs ?? null, failure: options.failure() });
        // Small and seldom: five tries to the first target that answers, while nothing fails.
        const target = isDue && answering() ? targets.find((_, i) => typeof results[`net${i + 1}`] === 'number') : undefined;
        const burst = target ? burstOf(await tryTargets(target, 5, { names, spent })) : {};
        const wifi = isDue && kind === 'wifi' ? await readSignal() : null;
        return tell({ kind: 'probed', results: { ...results, ...burst, ...(wifi !== null && { wifi }) } });
      }
      default:
        effect satisfies never;
    }
  };
}
