/** What a site shows: the best that one of its machines proves. Opening hours are no matter here. */
import type { MachineCounts } from '@cac/shared/api.ts';
import type { MachineState, SiteState } from '@cac/shared/states.ts';

export type CountName = keyof MachineCounts;

/** Under which count a machine's state falls; null for machines that no longer count. */
export function countOf(state: MachineState): CountName | null {
  switch (state.kind) {
    case 'unseen':
      return 'unseen';
    case 'on':
      // A record that reached us proves a link: our own address failing from there is our fault, not the site's.
      return state.link === 'ok' || state.link === 'server' ? 'on' : 'onFailing';
    case 'off':
    case 'asleep':
      return 'off';
    case 'agent_dead':
    case 'unreachable':
      return 'unreachable';
    case 'removed':
      return null;
    default:
      return state satisfies never;
  }
}

export function siteStateOf(counts: MachineCounts): SiteState {
  if (counts.on > 0) return 'connected';
  if (counts.onFailing > 0) return 'no_internet';
  if (counts.unreachable > 0) return 'unreachable';
  return counts.off > 0 ? 'off' : 'unseen';
}

export const totalOf = (counts: MachineCounts): number =>
  counts.on + counts.onFailing + counts.unreachable + counts.off + counts.unseen;
