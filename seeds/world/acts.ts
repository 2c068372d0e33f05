/**
 * What happens: acts of people, of the mains, of carriers, on arbitrary seconds; and what physically follows from each. An act changes facts and
 * returns what the software on a PC would notice (`news`), and acts that follow by themselves (a boot brings up its service).
 */
import type { Random } from '../random.ts';
import type { PcFacts, SiteFacts, World } from './facts.ts';

export type PcAct =
  /** The power button: boots, or wakes. Without mains nothing happens. */
  | { do: 'press' }
  | { do: 'shutdown' }
  | { do: 'reboot' }
  | { do: 'force_off' }
  | { do: 'standby' }
  | { do: 'hibernate' }
  /** The service manager has reached the agent. */
  | { do: 'agent_up'; boot: string }
  | { do: 'kill_agent' }
  | { do: 'stop_agent' }
  | { do: 'start_agent' }
  | { do: 'set_clock'; aheadMs: number }
  | { do: 'drift'; ppm: number }
  | { do: 'disk'; full: boolean }
  | { do: 'lose_journal' }
  | { do: 'save_image' }
  | { do: 'restore_image' }
  /** The disk of another PC, copied onto this one's. */
  | { do: 'clone'; of: number };

export type SiteAct = { do: 'mains' | 'lan' | 'router' | 'line' | 'resolver' | 'transit'; up: boolean } | { do: 'captive'; up: boolean };
export type NationAct = { do: 'carrier'; province: string; up: boolean } | { do: 'server' | 'broker'; up: boolean };

export type Act = { at: number } & ({ of: 'pc'; site: number; pc: number; act: PcAct } | { of: 'site'; site: number; act: SiteAct } | { of: 'nation'; act: NationAct });

/** What the software of one PC, or its disk, lives through. */
export type PcNews =
  | { kind: 'agent_starts' }
  /** The system ends it; `why` as the system says it. */
  | { kind: 'agent_stops'; why: 'shutdown' | 'reboot' | 'service' }
  | { kind: 'agent_killed' }
  | { kind: 'power_lost' }
  | { kind: 'sleeps' }
  | { kind: 'wakes' }
  | { kind: 'journal_lost' }
  | { kind: 'image_saved' }
  | { kind: 'image_restored' };

export interface News {
  site: number;
  pc: number;
  news: PcNews;
}

const BOOTS_IN_MS = { least: 20_000, most: 70_000 };
const REBOOTS_IN_MS = { least: 15_000, most: 50_000 };

export function apply(world: World, act: Act, random: Random): { news: News[]; follow: Act[] } {
  switch (act.of) {
    case 'pc': {
      const { at, site, pc } = act;
      const place = world.sites[site]!;
      const done = applyToPc(place.pcs[pc]!, place, act.act, at, random);
      return { news: done.news.map((news) => ({ site, pc, news })), follow: done.follow.map(({ afterMs, act: next }) => ({ at: at + afterMs, of: 'pc', site, pc, act: next })) };
    }
    case 'site':
      return { news: applyToSite(world.sites[act.site]!, act.act).map((pc) => ({ site: act.site, pc, news: { kind: 'power_lost' } })), follow: [] };
    case 'nation': {
      const { nation } = world;
      if (act.act.do === 'carrier') {
        if (act.act.up) nation.carrierDown.delete(act.act.province);
        else nation.carrierDown.add(act.act.province);
      } else nation[act.act.do] = act.act.up;
      return { news: [], follow: [] };
    }
    default:
      return act satisfies never;
  }
}

/** Returns the PCs that lost power. What hibernates does not mind. */
function applyToSite(site: SiteFacts, act: SiteAct): number[] {
  site[act.do] = act.up;
  if (site.mains) return [];
  const lost: number[] = [];
  for (const [i, pc] of site.pcs.entries()) {
    if (pc.power !== 'on' && pc.power !== 'standby') continue;
    Object.assign(pc, { power: 'off', wentOff: 'unclean' });
    lost.push(i);
  }
  return lost;
}

interface Done {
  news: PcNews[];
  follow: { afterMs: number; act: PcAct }[];
}

function applyToPc(pc: PcFacts, site: SiteFacts, act: PcAct, at: number, random: Random): Done {
  const done = (...news: PcNews[]): Done => ({ news, follow: [] });
  const off = (wentOff: PcFacts['wentOff'], news: PcNews): Done => {
    const ran = pc.agent === 'running';
    Object.assign(pc, { power: 'off', wentOff });
    return done(...(ran ? [news] : []));
  };
  const isOn = pc.power === 'on';
  switch (act.do) {
    case 'press':
      return press(pc, site, at, random);
    case 'shutdown':
      return isOn ? off('clean', { kind: 'agent_stops', why: 'shutdown' }) : done();
    case 'reboot':
      if (!isOn) return done();
      return { ...off('rebooting', { kind: 'agent_stops', why: 'reboot' }), follow: [{ afterMs: between(random, REBOOTS_IN_MS), act: { do: 'press' } }] };
    case 'force_off':
      return isOn || pc.power === 'standby' ? off('unclean', { kind: 'power_lost' }) : done();
    case 'standby':
    case 'hibernate':
      if (!isOn) return done();
      pc.power = act.do === 'standby' ? 'standby' : 'hibernated';
      return done(...(pc.agent === 'running' ? [{ kind: 'sleeps' } as const] : []));
    case 'agent_up':
      if (!isOn || pc.boot?.id !== act.boot || pc.agent === 'running') return done();
      return startAgent(pc);
    case 'start_agent':
      return isOn && pc.agent !== 'running' ? startAgent(pc) : done();
    case 'kill_agent':
      if (!isOn || pc.agent !== 'running') return done();
      pc.agent = 'killed';
      return done({ kind: 'agent_killed' });
    case 'stop_agent':
      if (!isOn || pc.agent !== 'running') return done();
      pc.agent = 'stopped';
      return done({ kind: 'agent_stops', why: 'service' });
    case 'set_clock':
      pc.clock = { ...pc.clock, aheadMs: act.aheadMs, since: at };
      return done();
    case 'drift':
      pc.clock = { ...pc.clock, ppm: act.ppm, since: at };
      return done();
    case 'disk':
      pc.diskFull = act.full;
      return done();
    case 'lose_journal':
      return isOn ? done() : done({ kind: 'journal_lost' });
    case 'save_image':
      return isOn ? done() : done({ kind: 'image_saved' });
    case 'restore_image':
      return isOn ? done() : done({ kind: 'image_restored' });
    case 'clone':
      if (!isOn) pc.foreignDisk = true;
      return done();
    default:
      return act satisfies never;
  }
}

function press(pc: PcFacts, site: SiteFacts, at: number, random: Random): Done {
  if (!site.mains || pc.power === 'on') return { news: [], follow: [] };
  if (pc.power !== 'off') {
    pc.power = 'on';
    const late: Done['follow'] = pc.agent === 'coming' ? [{ afterMs: between(random, BOOTS_IN_MS), act: { do: 'agent_up', boot: pc.boot!.id } }] : [];
    return { news: pc.agent === 'running' ? [{ kind: 'wakes' }] : [], follow: late };
  }
  const id = `b${(at % 1e10).toString(36)}${random.int(36 ** 6).toString(36)}`;
  const known = pc.agent !== 'absent';
  Object.assign(pc, { power: 'on', boot: { id, at }, agent: known ? 'coming' : 'absent' });
  return { news: [], follow: [{ afterMs: between(random, BOOTS_IN_MS), act: { do: 'agent_up', boot: id } }] };
}

/** A foreign disk: the agent finds that it is elsewhere, and leaves. */
function startAgent(pc: PcFacts): Done {
  pc.agent = pc.foreignDisk ? 'stopped' : 'running';
  return { news: pc.foreignDisk ? [] : [{ kind: 'agent_starts' }], follow: [] };
}

const between = (random: Random, { least, most }: { least: number; most: number }): number => least + random.int(most - least);
