/** What probes would find now, in the words of the agent's own (agent/probes): a number is ms, a text is why it failed. From facts alone. */
import { gatewayAnswers, lineCarries, namesResolve, reachesInternet, type NationFacts, type SiteFacts } from './facts.ts';

export type Answer = number | string;

/** Fails only after it has waited for an answer. */
const SLOW: ReadonlySet<Answer> = new Set(['timeout', 'dns_timeout', 'no_answer']);
const ANSWERS_MS = 300;
const GIVES_UP_MS = 5_200;

/** How a PC there is joined to its network. */
export const interfaceAt = (site: SiteFacts): 'wired' | 'none' => (site.mains && site.lan ? 'wired' : 'none');

/** `bare`: the target is an address, not a name. `serverMs`: the last round trip, while connected. `noise` in [0, 1). */
export function answerOf(name: string, site: SiteFacts, nation: NationFacts, serverMs: number | null, noise: number): Answer {
  const took = (ms: number): number => Math.round(ms * (7 + 6 * noise)) / 10;
  const unreached = interfaceAt(site) === 'none' ? 'unreachable' : 'timeout';
  const named = (ms: number): Answer => {
    if (!namesResolve(site, nation)) return interfaceAt(site) === 'none' ? 'unreachable' : 'dns_timeout';
    return reachesInternet(site, nation) ? took(ms) : unreached;
  };
  switch (name) {
    case 'gw':
      if (interfaceAt(site) === 'none') return 'no_route';
      return gatewayAnswers(site) ? took(2) : 'no_answer';
    case 'dns':
      return namesResolve(site, nation) ? took(25) : 'dns_timeout';
    case 'srv': {
      if (serverMs !== null) return serverMs;
      const reached = named(70);
      return typeof reached === 'number' && !(nation.server && nation.broker) ? 'refused' : reached;
    }
    case 'portal':
      if (site.captive && lineCarries(site, nation) && interfaceAt(site) !== 'none') return 'captive';
      return typeof named(80) === 'number' && nation.server ? named(80) : 'no_evidence';
    case BARE_TARGET:
      return reachesInternet(site, nation) ? took(60) : unreached;
    default:
      return named(90);
  }
}

/** Of the three targets the third is an address. */
export const TARGETS = 3;
const BARE_TARGET = 'net3';

/** How long a round of probes took, ms. */
export const roundMs = (answers: Iterable<Answer>): number => ([...answers].some((answer) => SLOW.has(answer)) ? GIVES_UP_MS : ANSWERS_MS);

/** A new TCP connection to the server: how it fails, and after how long; null: it stands. */
export function connectFailure(site: SiteFacts, nation: NationFacts): { reason: string; afterMs: number } | null {
  const answer = answerOf('srv', site, nation, null, 0);
  if (typeof answer === 'number') return null;
  return { reason: answer, afterMs: answer === 'refused' || answer === 'unreachable' ? 100 : lineCarries(site, nation) && !site.captive ? 4_000 : 20_000 };
}
