/** The fleet as the screen knows it: a snapshot, then the events that came after it. Pure. */
import type { FleetSnapshot, Programme, SiteEvent, Zone } from '@cac/shared/api.ts';
import type { Csp, Technology } from '@cac/shared/site-fields.ts';
import type { SiteState } from '@cac/shared/states.ts';

export interface FleetSite {
  readonly id: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly programme: Programme | null;
  readonly region: string | null;
  readonly province: string | null;
  readonly zone: Zone | null;
  readonly state: SiteState;
  /** When it came into this state (ms UTC); null while unseen. */
  readonly since: number | null;
  readonly on: number;
  readonly total: number;
  readonly demo: boolean;
  readonly nameAr: string | null;
  readonly officialCode: string | null;
  readonly carrier: string | null;
  readonly technology: Technology | null;
  /** The dominant category of its commune. */
  readonly csp: Csp | null;
  /** Rungs of the ladder: 0 nothing to 4 connected, 0 nothing to 3 in service. */
  readonly declaredRung: number;
  readonly provenRung: number;
}

export interface Fleet {
  /** The last log number included. */
  readonly cursor: number;
  readonly sites: readonly FleetSite[];
  /** Position of each site in `sites`, by id. */
  readonly index: ReadonlyMap<string, number>;
}

/** An event of the stream with its log number. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: SiteEvent;
}

export interface FleetChange {
  readonly fleet: Fleet;
  /** Positions whose site changed, without repeats. */
  readonly changed: readonly number[];
  /** A site appeared or moved: whatever indexes places must be built anew. */
  readonly moved: boolean;
}

export const NO_FLEET: Fleet = { cursor: 0, sites: [], index: new Map() };

/** Reads the columns of a snapshot. */
export function fleetOf(snapshot: FleetSnapshot): Fleet {
  const { words, columns: c } = snapshot;
  const word = (list: readonly string[], at: number | undefined): string | null => (at === undefined || at < 0 ? null : (list[at] ?? null));
  const index = new Map<string, number>();
  const sites = c.id.map((id, i): FleetSite => {
    index.set(id, i);
    const age = c.age[i] ?? -1;
    return {
      id,
      name: c.name[i] ?? id,
      lat: (c.lat[i] ?? 0) / 1e5,
      lon: (c.lon[i] ?? 0) / 1e5,
      programme: word(words.programme, c.programme[i]) as Programme | null,
      region: word(words.region, c.region[i]),
      province: word(words.province, c.province[i]),
      zone: word(words.zone, c.zone[i]) as Zone | null,
      state: (word(words.state, c.state[i]) ?? 'unseen') as SiteState,
      since: age < 0 ? null : snapshot.at - age * 1000,
      on: c.on[i] ?? 0,
      total: c.total[i] ?? 0,
      demo: (c.demo[i] ?? 0) > 0,
      nameAr: c.nameAr[i] || null,
      officialCode: c.officialCode[i] || null,
      carrier: word(words.carrier, c.carrier[i]),
      technology: word(words.technology, c.technology[i]) as Technology | null,
      csp: word(words.csp, c.csp[i]) as Csp | null,
      declaredRung: c.declared[i] ?? 0,
      provenRung: c.proven[i] ?? 0,
    };
  });
  return { cursor: snapshot.cursor, sites, index };
}

/** Applies events in their order. What the fleet already includes (a number at or below its cursor) is dropped. */
export function applyEvents(fleet: Fleet, events: readonly NumberedEvent[]): FleetChange {
  const sites = [...fleet.sites];
  const changed = new Set<number>();
  let { cursor } = fleet;
  let index: ReadonlyMap<string, number> = fleet.index;
  let moved = false;
  for (const { id, event } of events) {
    if (id <= cursor) continue;
    cursor = id;
    const { site, ...shown } = event;
    let at = index.get(site);
    if (at === undefined) {
      at = sites.length;
      index = new Map(index).set(site, at);
      moved = true;
    }
    const before = sites[at];
    moved ||= before?.lat !== shown.lat || before.lon !== shown.lon;
    sites[at] = { id: site, ...shown };
    changed.add(at);
  }
  if (cursor === fleet.cursor) return { fleet, changed: [], moved: false };
  return { fleet: { cursor, sites, index }, changed: [...changed], moved };
}
