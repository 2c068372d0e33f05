/**
 * A server for the played world: its own use cases over a store in a scratch directory, on the world's clock. What an embedded broker would do
 * in between (pings noted, wills told) is done here; everything else is the product.
 */
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { SiteDraft } from '../../shared/api.ts';
import type { EnrolRequest, Ack } from '../../shared/messages.ts';
import type { MachineId } from '../../shared/ids.ts';
import type { LocalDay } from '../../shared/wall-time.ts';
import type { Drama } from '../../seeds/world/mix.ts';
import type { Transport } from '../../seeds/world/transport.ts';
import { openStore, type Store } from '../../server/store/store.ts';
import { addSites } from '../../server/usecases/add-sites.ts';
import { createEnrolDoor } from '../../server/usecases/enrol.ts';
import { issueVouchers } from '../../server/usecases/issue-vouchers.ts';
import { loadReference } from '../../server/usecases/load-reference.ts';
import { createSignBook, flushSigns, receiveWill } from '../../server/usecases/note-signs.ts';
import { receiveReports, type Report } from '../../server/usecases/receive-reports.ts';
import { ALIVE_EVERY_MS, markAlive, wake } from '../../server/usecases/stay-awake.ts';
import { announceDays } from '../../server/usecases/announce-days.ts';
import { createEar } from '../../server/usecases/mind-deafness.ts';
import { setHours } from '../../server/usecases/set-hours.ts';
import { createAccount } from '../../server/usecases/sign-in.ts';
import { sweep } from '../../server/usecases/sweep.ts';
import { noteAbsence, noteDeafness } from '../../server/usecases/watch-platform.ts';
import { watchSites } from '../../server/usecases/watch-sites.ts';

export interface Wired {
  store: Store;
  transport: Transport;
  /** What the server did, ms and counts. */
  spent: { commitMs: number; groups: number; records: number; rejected: number };
  close(): Promise<void>;
}

/** Days on which a site keeps other hours than usual, and says so; null: it stays closed. */
export interface Watched {
  announced: readonly { site: number; from: LocalDay; to: LocalDay; hours: { from: number; to: number } | null }[];
}

/** Where syncing costs nothing: the store keeps `synchronous=FULL`. */
const IN_MEMORY = '/dev/shm';
const LIVENESS_MS = 60_000;
const SPREAD_MS = 30_000;
const PATIENCE = { livenessMs: LIVENESS_MS, spreadMs: SPREAD_MS };
const AUTHOR = { name: 'truth', scope: { kind: 'all' } } as const;
const SEEDS = resolve(import.meta.dirname, '../../seeds');

/** `watched`: sites have the hours that their people mean to keep, somebody is told of outages, and the server knows when it is deaf. */
export async function wireServer(drama: Drama, watched: Watched | null = null): Promise<Wired> {
  const dataDir = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'cac-truth-'));
  const tidy = (): void => rmSync(dataDir, { recursive: true, force: true });
  process.once('exit', tidy); // interrupted: nothing stays in memory
  const store = await openStore({ dataDir });
  await loadReference(store, SEEDS, drama.fromAt);
  const machines = await enrolAll(store, drama);
  if (watched !== null) await prepareWatch(store, drama, watched);
  let watch = watched === null ? null : createWatch(store, drama.fromAt);
  const book = createSignBook();
  const spent: Wired['spent'] = { commitMs: 0, groups: 0, records: 0, rejected: 0 };
  let waiting: { report: Report; settle: (ack: Ack | null) => void }[] = [];
  let wills: { machine: MachineId; inst: string; conn: number; at: number }[] = [];
  let run = 1;
  const server = (): { sid: string; dbi: string } => ({ sid: `s${run}`, dbi: store.dbi });

  const tellWills = async (): Promise<void> => {
    const told = wills;
    wills = [];
    for (const { machine, inst, conn, at } of told) {
      book.forget(machine);
      await receiveWill(store, machine, { inst, conn }, at);
    }
  };

  const transport: Transport = {
    machines,
    srv: (at) => ({ ...server(), t: at, spread: SPREAD_MS }) as ReturnType<Transport['srv']>,
    publish({ machine }, payload, receivedAt, settle) {
      watch?.hear(machine, receivedAt);
      waiting.push({ report: { machine: machine as MachineId, payload, receivedAt, livenessMs: LIVENESS_MS }, settle });
    },
    sign(machine, at) {
      watch?.hear(machine, at);
      book.note(machine as MachineId, at);
    },
    will: ({ machine, inst, conn }, at) => void wills.push({ machine: machine as MachineId, inst, conn, at }),
    async commit(at) {
      const group = waiting;
      waiting = [];
      if (group.length === 0) return;
      const began = performance.now();
      const outcome = await receiveReports(store, group.map((w) => w.report), at, server());
      spent.commitMs += performance.now() - began;
      spent.groups += 1;
      spent.records += outcome.records;
      spent.rejected += outcome.rejected;
      for (const [i, { settle }] of group.entries()) settle(outcome.acks[i] ?? null);
    },
    async minute(at) {
      // All else here is done at once: signals are heard between two hours of the play.
      if (at % 3_600_000 === 0) await setImmediate();
      await tellWills();
      const flush = async (): Promise<void> => void (await flushSigns(store, book, at));
      if (watch === null) await sweep(store, at, flush);
      else await watch.minute(at, flush);
    },
    async serverStops(at) {
      waiting = [];
      wills = [];
      await flushSigns(store, book, at);
      await markAlive(store, Math.floor(at / ALIVE_EVERY_MS) * ALIVE_EVERY_MS);
    },
    async serverStarts(at) {
      run += 1;
      const woke = await wake(store, at, PATIENCE);
      if (watch !== null) {
        await noteAbsence(store, woke?.window ?? null, at);
        watch = createWatch(store, at);
      }
    },
  };
  return {
    store,
    transport,
    spent,
    async close() {
      await store.close();
      process.off('exit', tidy);
      tidy();
    },
  };
}

interface Watch {
  hear(machine: string, at: number): void;
  minute(at: number, flush: () => Promise<void>): Promise<void>;
}

/** What the server's ticks do each second is done once a minute here. */
function createWatch(store: Store, startedAt: number): Watch {
  const ear = createEar(store, PATIENCE, startedAt);
  return {
    hear: (machine, at) => ear.hear(machine, at),
    async minute(at, flush) {
      const deaf = await ear.mind(at);
      await noteDeafness(store, deaf?.since ?? null, at);
      const holds = deaf?.holds ?? false;
      if (!holds) await sweep(store, at, flush);
      for (let more = true; more; ) ({ more } = await watchSites(store, at, { waiting: PATIENCE, holds }));
      // Each message leaves within the minute; sending is proven elsewhere.
      await store.db.updateTable('outbox').set({ state: 'sent', closed_at: at }).where('state', '=', 'queued').execute();
    },
  };
}

/** Hours as the plans have them, a carrier for each province, days that were announced, and somebody to tell. */
async function prepareWatch(store: Store, { plans, fromAt }: Drama, { announced }: Watched): Promise<void> {
  const author = { ...AUTHOR, role: 'administrator' } as const;
  for (const plan of plans) {
    const hours = [{ from: plan.opens, to: plan.closes }];
    const week = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, plan.closedOn.includes(day) ? [] : hours])) as never;
    await setHours(store, author, { scope: { kind: 'site', id: idOf(plan.site) as never }, season: 'usual', from: null, to: null, week, confirmed: true, source: 'plan' }, fromAt);
    await store.db.updateTable('sites').set({ carrier: `Carrier ${plan.province}`, technology: 'adsl' }).where('id', '=', idOf(plan.site)).execute();
  }
  for (const { site, from, to, hours } of announced) {
    const rule = { from, to, effect: hours === null ? ('closed' as const) : ('hours' as const), hours: hours === null ? [] : [hours], why: 'other' as const, label: { fr: 'Annoncé', ar: 'معلن' }, confirmed: true, source: 'plan' };
    await announceDays(store, author, { scope: { kind: 'site', id: idOf(site) as never }, ...rule }, fromAt);
  }
  await store.db.insertInto('channels').values({ kind: 'email', name: 'SMTP', settings: '{}', secrets: null, enabled: 1, author: 'truth', written_at: fromAt, deleted_at: null }).execute();
  await createAccount(store, { name: 'operator', role: 'operator', scope: { kind: 'all' }, password: 'nobody signs in here', mustChange: false }, fromAt);
  await store.db.updateTable('accounts').set({ email: 'operator@example.ma' }).where('name', '=', 'operator').execute();
}

const idOf = (site: number): string => `T-${String(site).padStart(4, '0')}`;

async function enrolAll(store: Store, { plans, fromAt }: Drama): Promise<string[][]> {
  const regionOf = new Map((await store.db.selectFrom('provinces').select(['code', 'region']).execute()).map((p) => [p.code, p.region]));
  const ids = plans.map(({ site }) => idOf(site));
  const drafts = plans.map(({ site, province }) => ({
    id: ids[site]!, name: `Site ${site}`, programme: 'CAC', kind: 'centre', region: regionOf.get(province)!, province, commune: null, lat: 34, lon: -6.8, zone: 'dense',
    hostPremises: null, equipment: null, declaredConnectedAt: null, declaredSource: null, countsTowardsTarget: true,
  })) as unknown as SiteDraft[];
  for (let from = 0; from < drafts.length; from += 500) await addSites(store, AUTHOR, drafts.slice(from, from + 500), { many: true, demo: false }, fromAt);
  const vouchers = await issueVouchers(store, AUTHOR, plans.map(({ site, pcs }) => ({ siteId: ids[site]! as SiteDraft['id'], uses: pcs.length, days: 10 })), fromAt);
  const door = createEnrolDoor(store);
  const machines: string[][] = [];
  for (const [site, { pcs }] of plans.entries()) {
    machines.push(await Promise.all(pcs.map(async (_, pc) => machineOf(await door.enrol(requestOf(vouchers[site]!.code, site, pc), '127.0.0.1', fromAt)))));
  }
  return machines;
}

function requestOf(voucher: string, site: number, pc: number): EnrolRequest {
  const derive = (what: string): string => createHmac('sha256', 'truth').update(`${what} ${site} ${pc}`).digest('hex');
  return { v: 1, voucher, secretHash: createHash('sha256').update(derive('secret')).digest('hex'), nonce: derive('nonce').slice(0, 32), fp: [null, null, null], name: `PC ${pc + 1}`, agent: '0.1.0', os: 'linux' } as EnrolRequest;
}

function machineOf(answer: Awaited<ReturnType<ReturnType<typeof createEnrolDoor>['enrol']>>): string {
  if ('pending' in answer) throw new Error('a made-up PC may not enrol');
  return answer.machine;
}
