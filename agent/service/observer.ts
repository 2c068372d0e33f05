/** Reads the network and runs the probes that core/minute.ts asks for, and hands back what they say. Decides nothing. */
import type { MinuteEffect, MinuteEvent } from '../core/minute.ts';
import { serverAnswers, type UplinkState } from '../core/uplink.ts';
import { readNetwork } from '../probes/network.ts';
import { runProbes, type Target } from '../probes/table.ts';
import { monotonicMs } from './machine-clock.ts';

export interface ObserverOptions {
  targets: readonly Target[];
  server: Target;
  serverUrl: string;
  uplink: () => UplinkState | undefined;
  tell: (event: MinuteEvent) => void;
}

export function createObserver({ targets, server, serverUrl, uplink, tell }: ObserverOptions): (effect: MinuteEffect) => Promise<void> {
  let gateway: string | null = null;
  const answering = (): UplinkState | null => {
    const state = uplink();
    return state && serverAnswers(state, monotonicMs()) ? state : null;
  };
  return async (effect) => {
    switch (effect.kind) {
      case 'look': {
        const network = await readNetwork();
        gateway = network.gateway;
        return tell({ kind: 'network', interface: network.interface, serverAnswers: answering() !== null });
      }
      case 'probe':
        return tell({ kind: 'probed', results: await runProbes(effect.names, { gateway, targets, server, serverUrl, roundTripMs: answering()?.roundTripMs ?? null }) });
      default:
        effect satisfies never;
    }
  };
}
