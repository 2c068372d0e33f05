/**
 * The physical world of the scenarios: what is so, whoever knows it. Its facts are its own: nothing here comes from the server, and nothing
 * from what an agent judges. Instants are true time, ms UTC, on arbitrary seconds.
 */

export type Power = 'on' | 'off' | 'standby' | 'hibernated';

export interface PcFacts {
  power: Power;
  /** How it last went off. */
  wentOff: 'clean' | 'unclean' | 'rebooting';
  /** The operating system's boot; null before the first. */
  boot: { id: string; at: number } | null;
  /** `absent`: no agent was ever started here. `coming`: the system is up, its service is not yet. */
  agent: 'absent' | 'coming' | 'running' | 'stopped' | 'killed';
  /** The PC's clock: ahead of true time by `aheadMs`, and drifting by `ppm` since `since`. */
  clock: { aheadMs: number; ppm: number; since: number };
  diskFull: boolean;
  /** Another PC's disk was copied onto this one: the agent finds foreign hardware and does not start. */
  foreignDisk: boolean;
}

export interface SiteFacts {
  province: string;
  mains: boolean;
  /** The local network's switch, and the router behind it: both need mains. */
  lan: boolean;
  router: boolean;
  /** The line from the router to the carrier. */
  line: boolean;
  /** The resolver that its PCs ask. */
  resolver: boolean;
  /** A captive portal holds everything back. */
  captive: boolean;
  /** What lies beyond the carrier, as seen from here. */
  transit: boolean;
  pcs: PcFacts[];
}

export interface NationFacts {
  /** Provinces whose carrier is down. */
  carrierDown: Set<string>;
  server: boolean;
  broker: boolean;
}

export interface World {
  nation: NationFacts;
  sites: SiteFacts[];
}

export const newPc = (): PcFacts => ({ power: 'off', wentOff: 'clean', boot: null, agent: 'absent', clock: { aheadMs: 0, ppm: 0, since: 0 }, diskFull: false, foreignDisk: false });

export const newSite = (province: string, pcs: number): SiteFacts => ({
  province, mains: true, lan: true, router: true, line: true, resolver: true, captive: false, transit: true, pcs: Array.from({ length: pcs }, newPc),
});

/** The PC's own clock at a true instant, ms UTC as it believes. */
export const wallAt = ({ clock: { aheadMs, ppm, since } }: PcFacts, at: number): number => Math.round(at + aheadMs + ((at - since) * ppm) / 1e6);

export const gatewayAnswers = (site: SiteFacts): boolean => site.mains && site.lan && site.router;

/** Packets get from the router to the Internet and back. */
export const lineCarries = (site: SiteFacts, nation: NationFacts): boolean => gatewayAnswers(site) && site.line && !nation.carrierDown.has(site.province);

/** Names are resolved: the resolver is the carrier's. */
export const namesResolve = (site: SiteFacts, nation: NationFacts): boolean => lineCarries(site, nation) && site.resolver;

/** Packets get anywhere. */
export const reachesInternet = (site: SiteFacts, nation: NationFacts): boolean => lineCarries(site, nation) && !site.captive && site.transit;

/** A standing connection to the server's broker lives. */
export const reachesBroker = (site: SiteFacts, nation: NationFacts): boolean => reachesInternet(site, nation) && nation.server && nation.broker;
