/** Places that are watched, on a fake clock: PCs that are heard every minute while they are on, the sweep and the watch twice a minute, and what came of it. */
import type { Store } from '@cac/server/store/store.ts';
import { announceDays } from '@cac/server/usecases/announce-days.ts';
import { noteSigns } from '@cac/server/usecases/note-signs.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { setHours } from '@cac/server/usecases/set-hours.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { watchSites } from '@cac/server/usecases/watch-sites.ts';
import type { SiteDraft } from '@cac/shared/api.ts';
import { ADMIN, siteWithMachines } from '../fixtures.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';
import { at, MINUTE } from './told-past.ts';

const WAITING = { livenessMs: MINUTE, spreadMs: MINUTE };
const AUTHOR = { ...ADMIN, role: 'administrator' } as const;
const NINE_TO_FIVE = [{ from: 9 * 60, to: 17 * 60 }];

export interface Place {
  site: string;
  pcs: (ScriptedPc & { on: boolean })[];
}

export interface Stage {
  /** A site open from nine to five, Monday to Friday; its PCs are enrolled and off. */
  place(site: string, pcs: number, over?: Partial<SiteDraft>): Promise<Place>;
  on(place: Place, when: number, pcs?: readonly number[]): Promise<void>;
  /** Shut down by somebody. */
  off(place: Place, when: number, pcs?: readonly number[]): Promise<void>;
  /** Lost without a word. */
  lose(place: Place, pcs?: readonly number[]): void;
  /** The same boot is heard again, with what it wrote meanwhile. */
  back(place: Place, when: number, pcs?: readonly number[]): Promise<void>;
  link(place: Place, when: number, link: string): Promise<void>;
  /** From where the clock stands to `until`. `deaf`: the server takes nothing in, and knows it. */
  play(until: number, options?: { deaf?: boolean }): Promise<void>;
  incidents(): Promise<{ id: number; kind: string; state: string; site: string | null; group: string | null; sites: number; told: boolean; cause: string; opened: number; ended: number | null; flapping: number; reopened: number }[]>;
  /** `event kind-of-channel address`, in the order in which they were written. */
  messages(): Promise<string[]>;
  events(incident: number): Promise<string[]>;
  now(): number;
  /** Time passes, and nobody looks. */
  jump(when: number): void;
}

export async function alertStage(store: Store, from: number): Promise<Stage> {
  let now = from;
  let actedAt = from;
  const places: Place[] = [];
  const server = { sid: 's', dbi: store.dbi };
  const chosen = (place: Place, pcs?: readonly number[]) => place.pcs.filter((_, i) => pcs === undefined || pcs.includes(i));
  const hand = async (pcs: readonly ScriptedPc[], when: number): Promise<void> => {
    const reports = pcs.flatMap((pc) => pc.batches(when));
    for (let i = 0; i < reports.length; i += 200) await receiveReports(store, reports.slice(i, i + 200), when, server);
  };
  await store.db.insertInto('channels').values({ kind: 'email', name: 'SMTP', settings: JSON.stringify({ host: '127.0.0.1', port: 2525, security: 'plain', from: 'constat@example.ma', user: null }), secrets: null, enabled: 1, author: 'test', written_at: from, deleted_at: null }).execute();
  const nextDue = async (): Promise<number> => {
    const watch = await store.db.selectFrom('site_watches').select(({ fn }) => [fn.min('due_at').as('due'), fn.min('opens_at').as('opens')]).executeTakeFirst();
    const machine = await store.db.selectFrom('machines').select(({ fn }) => fn.min('deadline_at').as('at')).executeTakeFirst();
    return Math.min(...[watch?.due, watch?.opens, machine?.at].map((instant) => (instant === null || instant === undefined ? Infinity : Number(instant))));
  };
  const play: Stage['play'] = async (until, { deaf = false } = {}) => {
    while (now < until) {
      const on = places.flatMap((place) => place.pcs.filter((pc) => pc.on));
      // A look every three minutes keeps PCs that stay on from being missed; after somebody did something, every minute. While none is on, time goes to what is due.
      const next = await nextDue();
      const usual = now - actedAt < 40 * MINUTE ? MINUTE : on.length > 0 ? 3 * MINUTE : Infinity;
      now = Math.min(now + usual, next > now ? Math.max(next, now + MINUTE) : now + MINUTE, until);
      if (!deaf) {
        await noteSigns(store, on.map((pc) => ({ id: pc.machine.id, at: now })), now);
        await sweep(store, now, async () => {});
      }
      for (let more = true; more; ) ({ more } = await watchSites(store, now, { waiting: WAITING, holds: deaf }));
    }
  };
  return {
    now: () => now,
    jump: (when) => void (now = when),
    async place(site, count, over = {}) {
      const machines = await siteWithMachines(store, site, count, { hostPremises: null, ...over } as Partial<SiteDraft>, now);
      await setHours(store, AUTHOR, { scope: { kind: 'site', id: site as never }, season: 'usual', from: null, to: null, week: { 1: NINE_TO_FIVE, 2: NINE_TO_FIVE, 3: NINE_TO_FIVE, 4: NINE_TO_FIVE, 5: NINE_TO_FIVE, 6: [], 7: [] }, confirmed: true, source: 'test' }, now);
      const place = { site, pcs: machines.map((machine, i) => ({ ...scriptedPc(machine, `ep${String(places.length * 10 + i).padStart(14, '0')}`), on: false })) };
      places.push(place);
      return place;
    },
    async on(place, when, pcs) {
      await play(when);
      actedAt = now;
      for (const pc of chosen(place, pcs)) {
        pc.boot(when - 40_000);
        pc.on = true;
      }
      await hand(chosen(place, pcs), when);
    },
    async off(place, when, pcs) {
      await play(when);
      actedAt = now;
      for (const pc of chosen(place, pcs)) {
        pc.write(when, 'stop', { why: 'shutdown' });
        pc.on = false;
      }
      await hand(chosen(place, pcs), when);
    },
    lose(place, pcs) {
      actedAt = now;
      for (const pc of chosen(place, pcs)) pc.on = false;
    },
    async back(place, when, pcs) {
      await play(when);
      actedAt = now;
      for (const pc of chosen(place, pcs)) {
        pc.until(when);
        pc.on = true;
      }
      await hand(chosen(place, pcs), when);
    },
    async link(place, when, link) {
      await play(when);
      actedAt = now;
      for (const pc of place.pcs) if (pc.on) pc.link(when, link);
      await hand(place.pcs.filter((pc) => pc.on), when);
    },
    play,
    async incidents() {
      const rows = await store.db.selectFrom('incidents').selectAll().orderBy('id').execute();
      return rows.map((row) => ({ id: row.id, kind: row.kind, state: row.state, site: row.site_id, group: row.group_by === null ? null : `${row.group_by} ${row.group_key}`, sites: row.sites, told: row.told_at !== null, cause: row.cause, opened: row.opened_at!, ended: row.end_at, flapping: row.flapping, reopened: row.reopened }));
    },
    async messages() {
      const rows = await store.db.selectFrom('outbox').select(['event', 'channel_kind', 'address', 'state']).orderBy('id').execute();
      return rows.map((row) => `${row.event} ${row.channel_kind} ${row.address}${row.state === 'cancelled' ? ' cancelled' : ''}`);
    },
    async events(incident) {
      return (await store.db.selectFrom('incident_events').select('act').where('incident_id', '=', incident).orderBy('id').execute()).map((row) => row.act);
    },
  };
}

/** Somebody who is told by mail of what happens in these regions. */
export async function operator(store: Store, name: string, regions: readonly string[], language = 'fr', role: 'operator' | 'coordinator' | 'administrator' = 'operator'): Promise<void> {
  await createAccount(store, { name, role, scope: role === 'administrator' ? { kind: 'all' } : { kind: 'regions', regions: regions as never }, password: 'correct horse battery', mustChange: false }, at(0, '00:00'));
  await store.db.updateTable('accounts').set({ email: `${name}@example.ma`, language }).where('name', '=', name).execute();
}

/** A national holiday, announced before it. */
export const holiday = (store: Store, day: string, when: number): Promise<unknown> =>
  announceDays(store, AUTHOR, { scope: { kind: 'national', id: '' }, from: day, to: day, effect: 'closed', hours: [], why: 'public_holiday', label: { fr: 'Jour chômé', ar: 'يوم عطلة' }, confirmed: true, source: 'décret' }, when);

/** All as having been told: what waits was sent. */
export const sendAll = (store: Store, when: number): Promise<unknown> => store.db.updateTable('outbox').set({ state: 'sent', closed_at: when }).where('state', '=', 'queued').execute();

