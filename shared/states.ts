/** The states of a machine: one union, used on the wire, in the store, in the API and on screen. */
import * as v from 'valibot';

/** The layer at which the way to the Internet breaks; `server` alone still counts as connected. */
export const LINK_LAYERS = ['lan', 'gateway', 'dns', 'portal', 'internet', 'server'] as const;
export const LinkLayer = v.picklist(LINK_LAYERS, 'link_layer');
export type LinkLayer = v.InferOutput<typeof LinkLayer>;

/** A link as one word, as journals carry it: `ok` or the layer that fails. */
export const LINK_WORDS = ['ok', ...LINK_LAYERS] as const;
export const LinkWord = v.picklist(LINK_WORDS, 'link');
export type LinkWord = v.InferOutput<typeof LinkWord>;

export const MachineState = v.variant('kind', [
  v.object({ kind: v.literal('unseen') }),
  v.object({ kind: v.literal('on'), link: LinkWord }),
  v.object({ kind: v.literal('off'), how: v.picklist(['clean', 'unclean', 'rebooting']) }),
  v.object({ kind: v.literal('asleep') }),
  v.object({ kind: v.literal('agent_dead'), how: v.picklist(['stopped', 'killed']) }),
  v.object({ kind: v.literal('unreachable') }),
  v.object({ kind: v.literal('removed') }),
]);
export type MachineState = v.InferOutput<typeof MachineState>;

export const MACHINE_FLAGS = ['clone_suspect', 'clock_skew', 'disk_full', 'journal_unavailable', 'flapping'] as const;
export const MachineFlag = v.picklist(MACHINE_FLAGS);
export type MachineFlag = v.InferOutput<typeof MachineFlag>;

/** A state as one word (`on`, `on:dns`, `off:clean` ...): how the store keeps it and logs print it. */
export function stateWord(state: MachineState): string {
  switch (state.kind) {
    case 'on':
      return state.link === 'ok' ? 'on' : `on:${state.link}`;
    case 'off':
    case 'agent_dead':
      return `${state.kind}:${state.how}`;
    case 'unseen':
    case 'asleep':
    case 'unreachable':
    case 'removed':
      return state.kind;
    default:
      return state satisfies never;
  }
}

/** The dozen states there are, each as one frozen value: ingest asks with every report. */
const statesByWord = new Map<string, MachineState>();

/** The state a word stands for. Words come from our own store: an unknown one is a broken invariant. */
export function stateOfWord(word: string): MachineState {
  const known = statesByWord.get(word);
  if (known) return known;
  const [kind, detail] = word.split(':');
  const candidate = kind === 'on' ? { kind, link: detail ?? 'ok' } : detail === undefined ? { kind } : { kind, how: detail };
  const state = Object.freeze(v.parse(MachineState, candidate));
  statesByWord.set(word, state);
  return state;
}

/** What a site shows on the map: the best that one of its machines proves. Nothing here judges opening hours. */
export const SITE_STATES = ['connected', 'no_internet', 'unreachable', 'off', 'unseen'] as const;
export const SiteState = v.picklist(SITE_STATES);
export type SiteState = v.InferOutput<typeof SiteState>;
