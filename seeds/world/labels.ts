/**
 * What is true of a machine and of its site at an instant: one table from facts to words, and nothing else. Truth is checked against it, so it
 * shares no line with what is checked.
 */
import { gatewayAnswers, lineCarries, namesResolve, reachesInternet, type NationFacts, type PcFacts, type SiteFacts } from './facts.ts';

interface Row {
  name: string;
  when: (pc: PcFacts, site: SiteFacts, nation: NationFacts) => boolean;
  word: string;
}

/** The first line that holds. The layer named is the first that a person at that PC would find broken. */
export const LABELS: readonly Row[] = [
  { name: 'no agent was ever started here', when: (pc) => pc.agent === 'absent', word: 'unseen' },
  { name: 'standing by, or hibernating', when: (pc) => pc.power === 'standby' || pc.power === 'hibernated', word: 'asleep' },
  { name: 'between two boots of one reboot', when: (pc) => pc.power === 'off' && pc.wentOff === 'rebooting', word: 'off:rebooting' },
  { name: 'switched off by its system', when: (pc) => pc.power === 'off' && pc.wentOff === 'clean', word: 'off:clean' },
  { name: 'without power from one moment to the next', when: (pc) => pc.power === 'off', word: 'off:unclean' },
  { name: 'on, its agent was stopped by hand', when: (pc) => pc.agent === 'stopped', word: 'agent_dead:stopped' },
  { name: 'on, its agent was killed', when: (pc) => pc.agent === 'killed', word: 'agent_dead:killed' },
  { name: 'no network plugged in', when: (_, site) => !site.lan || !site.mains, word: 'on:lan' },
  { name: 'the router does not answer', when: (_, site) => !gatewayAnswers(site), word: 'on:gateway' },
  { name: 'a portal holds everything back', when: (_, site, nation) => site.captive && lineCarries(site, nation), word: 'on:portal' },
  { name: 'nothing beyond the router, or beyond the carrier, answers', when: (_, site, nation) => !reachesInternet(site, nation), word: 'on:internet' },
  { name: 'addresses answer, names are not resolved', when: (_, site, nation) => !namesResolve(site, nation), word: 'on:dns' },
  { name: 'only the server is away', when: (_, __, nation) => !nation.server || !nation.broker, word: 'on:server' },
  { name: 'all is well', when: () => true, word: 'on' },
];

export function labelOf(pc: PcFacts, site: SiteFacts, nation: NationFacts): string {
  return LABELS.find((row) => row.when(pc, site, nation))!.word;
}

export interface SiteLabel {
  powered: boolean;
  /** The way to the Internet works from its router on. */
  online: boolean;
  line: boolean;
  /** PCs that are on. */
  on: number;
}

export const siteLabelOf = (site: SiteFacts, nation: NationFacts): SiteLabel => ({
  powered: site.mains,
  online: reachesInternet(site, nation) && namesResolve(site, nation),
  line: lineCarries(site, nation),
  on: site.pcs.filter((pc) => pc.power === 'on').length,
});
