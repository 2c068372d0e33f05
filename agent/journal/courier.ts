/**
 * The sender of one machine: the pure uplink (core/uplink.ts) and a journal, joined. It carries out what concerns the journal and
 * returns what is left for a transport to do. The agent and the simulator share it; each brings its own MQTT client and timer.
 */
import { buildHello, buildUp, type Sender, type UpMessage } from '../core/batch.ts';
import { stepUplink, type JournalView, type UplinkEffect, type UplinkEvent, type UplinkState } from '../core/uplink.ts';
import type { Journal } from './journal.ts';

/** What the transport has to do. `publish` goes to the machine's `up` topic, QoS 1. */
export type Command = Extract<UplinkEffect, { kind: 'connect' | 'disconnect' | 'subscribe' | 'reEnrol' | 'report' | 'time' }> | { kind: 'publish'; message: UpMessage };

export interface Post {
  journal: Journal;
  /** Who sends, now. `hello`: with versions and fingerprint. */
  sender: (conn: number, hello: boolean) => Sender;
  random: () => number;
}

export const viewOf = (journal: Journal): JournalView => ({ ep: journal.ep(), hi: journal.hi(), W: journal.mark().W, dbi: journal.mark().dbi });

/** Hands one event to the uplink. Set a timer for `state.nextAt` afterwards. Throws if the journal's directory is gone. */
export function deliver(state: UplinkState, event: UplinkEvent, post: Post, now: number): { state: UplinkState; commands: Command[] } {
  const { journal } = post;
  const commands: Command[] = [];
  const events: UplinkEvent[] = [event];
  for (let next = events.shift(); next; next = events.shift()) {
    const step = stepUplink(state, next, now, post.random());
    state = step.state;
    for (const effect of step.effects) {
      switch (effect.kind) {
        case 'hello':
          commands.push({ kind: 'publish', message: buildHello(journal, post.sender(state.conn, true)) });
          break;
        case 'batch': {
          const batch = buildUp(journal, post.sender(state.conn, false), effect.share);
          if (batch) commands.push({ kind: 'publish', message: batch.message });
          events.push({ kind: 'sent', to: batch?.to ?? null, single: batch?.single ?? false });
          break;
        }
        case 'mark':
          journal.acknowledge(effect.W, effect.dbi);
          break;
        case 'rewind':
          journal.rewind(effect.W, effect.dbi);
          break;
        case 'drop':
          journal.drop(effect.seq, 'too_big');
          events.push({ kind: 'appended', hi: journal.hi(), urgent: true });
          break;
        case 'newEpoch':
          journal.openEpoch();
          events.push({ kind: 'epoch', view: viewOf(journal) });
          break;
        case 'connect':
        case 'disconnect':
        case 'subscribe':
        case 'reEnrol':
        case 'report':
        case 'time':
          commands.push(effect);
          break;
        default:
          effect satisfies never;
      }
    }
  }
  return { state, commands };
}
