/**
 * The demonstration: the registry, and a simulated fleet that arrives and lives on.
 *   node --import tsx seeds/demo.ts --server URL --mqtt-port P --dir DIR [--machines N] [--seed S] [--history N] [--days D]
 * The administrator's password comes in CAC_DEMO_PASSWORD; CAC_DEMO_SINCE (ms UTC) is when the whole began.
 *
 *   1. sites, 2. vouchers, 3. enrolment; 4. each machine connects as soon as it has an identity: those that are to fall
 *   silent before all others, for silence takes half a minute to tell; 5. what the map shows is read from the platform;
 *   then, for as long as it runs, 6. pasts are told, a few at a time, and 7. a few PCs a minute change.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import type { TimedDraft } from '@cac/agent/core/beat.ts';
import type { MachineState, SiteState } from '@cac/shared/states.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import { demoCommuneDrafts } from './demo-communes.ts';
import { demoWords } from './demo-ladder.ts';
import { readDemoOptions } from './demo-options.ts';
import { readFleet, writeFleet, type FleetFile, type Past } from './fleet-file.ts';
import { whoBringsPasts } from './fleet-pasts.ts';
import { MOST_PER_SITE, planFleet, type PlannedMachine } from './fleet-plan.ts';
import { createProgress } from './progress.ts';
import { random as randomOf, type Random } from './random.ts';
import { demoRegistry, type DemoRegistry } from './registry.ts';
import { startMachine, type Life, type SimulatedMachine } from './simulator/machine.ts';
import { startMovement } from './simulator/movement.ts';
import { newKey, papersOf, signIn, type Platform } from './simulator/platform.ts';
import { epochOf, portionsOf, sessionsOf, type Character } from './simulator/routine.ts';
import { createWheel } from './simulator/wheel.ts';

/** Enrolments, first connections and pasts at the same time. */
const ENROLLING = 64;
const ARRIVING = 200;
const TELLING = 3;
const PAST_EVERY_MS = 400;
const SAVE_EVERY_MS = 2_000;
const VOUCHERS_GOOD_MS = 25 * 86_400_000;
const WILL_TAKES_MS = 31_000;

interface Member {
  planned: PlannedMachine;
  machine: SimulatedMachine;
  /** Its past, until it has told it. */
  tell: { past: Past; portions(until: number): Iterator<TimedDraft[]> } | null;
}

const options = readDemoOptions(process.argv.slice(2));
const progress = createProgress();
const since = Number(process.env['CAC_DEMO_SINCE']) || performance.timeOrigin;
const elapsed = (): string => `${Math.round((Date.now() - since) / 1000)} s`;
const count = (n: number): string => n.toLocaleString('en');
const wheel = createWheel(() => performance.now());
const running: Member[] = [];
let stopping = false;
const alive = randomOf(Math.floor(Math.random() * 2 ** 32));

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    stopping = true;
    wheel.stop();
    for (const { machine } of running) machine.stop();
    // The goodbyes are in the sockets by then.
    setTimeout(() => process.exit(0), 500);
  });
}

/** Sites and vouchers, unless an earlier start has seen to them. */
async function prepare(platform: Platform, { communes, sites }: DemoRegistry, fleet: readonly PlannedMachine[], known: FleetFile | null, seed: number): Promise<FleetFile> {
  if (!known) {
    await platform.addCommunes(demoCommuneDrafts(communes, seed));
    await platform.addSites(sites);
    await platform.addWords(demoWords(sites, seed, localDayOf(Date.now())));
    progress.done(`${count(sites.length)} sites in the registry after ${elapsed()}`);
  }
  const file: FleetFile = known ?? { version: 2, seed, key: newKey(), vouchers: {}, vouchersAt: Date.now(), machines: [], pasts: {} };
  const missing = fleet.filter(({ index }) => !file.machines[index]);
  if (missing.length > 0 && Date.now() - file.vouchersAt > VOUCHERS_GOOD_MS) Object.assign(file, { vouchers: {}, vouchersAt: Date.now() });
  const siteIds = [...new Set(missing.map(({ siteId }) => siteId))].filter((id) => !file.vouchers[id]);
  const codes = await platform.issueVouchers(siteIds, MOST_PER_SITE);
  for (const [i, id] of siteIds.entries()) file.vouchers[id] = codes[i]!;
  for (const { index } of fleet) file.machines[index] ??= null;
  writeFleet(options.dir, file);
  return file;
}

/** Silence takes longest to tell, and a shutdown comes after a start. */
const ARRIVAL = { silent: 0, off: 1, on: 2 } as const;

/** Does the platform know already, from an earlier start, that it is off or silent? */
const isKnown = (state: MachineState | undefined, { presence }: PlannedMachine): boolean =>
  (presence.kind === 'silent' && state?.kind === 'unreachable') || (presence.kind === 'off' && state?.kind === 'off');

const IDLE_SHARE = 0.15;
const FLAKY_SHARE = 0.2;

function characterOf(random: Random, { presence }: PlannedMachine): Character {
  if (presence.kind === 'silent') return 'gone';
  if (presence.kind === 'on' && presence.link !== 'ok') return 'no_internet';
  const lot = random.next();
  return lot < FLAKY_SHARE ? 'flaky' : lot < FLAKY_SHARE + IDLE_SHARE ? 'idle' : 'steady';
}

/** The past of a machine: the same each time it is asked for. */
function pastOf(planned: PlannedMachine, { from, days }: Past, seed: number) {
  const { index, rhythm, presence } = planned;
  const random = randomOf(seed * 100_003 + index);
  const link = presence.kind === 'on' ? presence.link : 'ok';
  const character = characterOf(random, planned);
  const epoch = epochOf(random);
  const sessions = sessionsOf(random, character, link, rhythm, days, from);
  return { epoch, boot: sessions.at(-1)!, portions: (until: number) => portionsOf(random, sessions, until) };
}

/** One that brings a past holds it back at first; one that was interrupted while telling it goes on where the platform stands. */
function lifeOf(planned: PlannedMachine, file: FleetFile, brings: boolean): { life: Omit<Life, 'onSettled'>; tell: Member['tell'] } {
  const { index, presence } = planned;
  // Who falls silent at once tells its past before.
  if (brings && presence.kind === 'silent') file.pasts[index] ??= { from: Date.now(), until: Date.now(), days: options.days };
  const begun = file.pasts[index];
  if (begun) {
    const { epoch, portions } = pastOf(planned, begun, file.seed);
    return { life: { presence, epoch, journaled: [...portions(begun.until)].flat() }, tell: null };
  }
  if (!brings || begun === null) return { life: { presence }, tell: null };
  const past = { from: Date.now(), until: 0, days: options.days };
  const { epoch, boot, portions } = pastOf(planned, past, file.seed);
  return { life: { presence, epoch, boot, holdsBack: true }, tell: { past, portions } };
}

/** Enrols whoever has no identity yet; each arrives as soon as it has one. Resolves when the platform knows the present of all. */
async function arrive(platform: Platform, fleet: readonly PlannedMachine[], file: FleetFile, states: ReadonlyMap<string, MachineState>): Promise<void> {
  const bringing = whoBringsPasts(fleet, options.history);
  const host = new URL(options.server).hostname;
  const queue = fleet.toSorted((a, b) => ARRIVAL[a.presence.kind] - ARRIVAL[b.presence.kind]);
  const ready = queue.filter(({ index }) => file.machines[index]);
  const missing = queue.filter(({ index }) => !file.machines[index]);
  const silent = queue.filter(({ presence }) => presence.kind === 'silent').length;
  let arriving = 0;
  let settled = 0;
  let pumping = false;
  let savedAt = performance.now();

  const start = (planned: PlannedMachine): void => {
    const machine = file.machines[planned.index]!;
    const dormant = isKnown(states.get(machine), planned);
    const { life, tell } = lifeOf(planned, file, bringing.has(planned) && !dormant);
    const begun = file.pasts[planned.index];
    let first = true;
    const onSettled = (): void => {
      if (!first) return;
      first = false;
      if (begun) file.pasts[planned.index] = null;
      arriving -= 1;
      settled += 1;
      pump();
    };
    const identity = { machine, secret: papersOf(file.key, planned.index).secret, host, port: options.mqttPort };
    arriving += 1;
    running.push({ planned, tell, machine: startMachine(identity, wheel, randomOf(alive.int(2 ** 32)), { ...life, dormant, onSettled }) });
    if (dormant) onSettled();
  };
  const pump = (): void => {
    // One that settles at once calls here again.
    if (pumping) return;
    pumping = true;
    while (arriving < ARRIVING && ready.length > 0 && !stopping) start(ready.shift()!);
    pumping = false;
  };
  const enrolNext = async (): Promise<void> => {
    for (let planned = missing.shift(); planned && !stopping; planned = missing.shift()) {
      const { index, siteId, name, presence } = planned;
      // A server busy with enrolments takes few connections: the silent ones would come late.
      while (presence.kind !== 'silent' && settled < silent) await after(20);
      file.machines[index] = await platform.enrol(file.vouchers[siteId]!, name, papersOf(file.key, index));
      ready.push(planned);
      pump();
      if (performance.now() - savedAt < SAVE_EVERY_MS) continue;
      savedAt = performance.now();
      writeFleet(options.dir, file);
    }
  };
  pump();
  const watch = async (): Promise<void> => {
    while (settled < fleet.length) {
      progress.now(`${count(settled)} of ${count(fleet.length)} machines have arrived after ${elapsed()}`);
      await after(100);
    }
  };
  await Promise.all([...Array.from({ length: ENROLLING }, enrolNext), watch()]);
  writeFleet(options.dir, file);
}

/** Waits until the silence of those who fell silent has been told, and says what the map shows. */
async function sayFirstLight(platform: Platform, sites: number, fleet: readonly PlannedMachine[]): Promise<void> {
  const speaking = new Set(fleet.filter(({ presence }) => presence.kind !== 'silent').map(({ siteId }) => siteId));
  const silent = new Set(fleet.map(({ siteId }) => siteId).filter((id) => !speaking.has(id)));
  let tally = await platform.mapTally();
  for (const until = performance.now() + 2 * WILL_TAKES_MS; tally.unreachable < silent.size && performance.now() < until; tally = await platform.mapTally()) {
    progress.now(`all ${count(fleet.length)} machines have arrived; ${silent.size - tally.unreachable} have gone silent and wait for their verdict, after ${elapsed()}`);
    await after(500);
  }
  const words: Record<SiteState, string> = { connected: 'connected', no_internet: 'without Internet', unreachable: 'unreachable', off: 'off', unseen: 'never seen' };
  progress.done(`${count(sites)} sites, ${count(fleet.length)} machines live after ${elapsed()}`);
  progress.done(`the map shows ${Object.entries(tally).map(([state, n]) => `${count(n)} ${words[state as SiteState]}`).join(', ')}`);
}

/** Tells the pasts in the background, a few at a time and no more than so many a second. */
async function tellPasts(file: FleetFile): Promise<void> {
  const members = running.filter((member) => member.tell);
  if (members.length === 0) return;
  let open = 0;
  let told = 0;
  for (const member of members) {
    while (open >= TELLING) await after(50);
    open += 1;
    const { past, portions } = member.tell!;
    const { index } = member.planned;
    const until = Date.now();
    // First the note, so that whoever goes on after an interruption journals the same.
    file.pasts[index] = { ...past, until };
    writeFleet(options.dir, file);
    member.machine.tell(portions(until), () => {
      file.pasts[index] = null;
      writeFleet(options.dir, file);
      member.tell = null;
      open -= 1;
      told += 1;
    });
    progress.now(`${told} of ${members.length} have told their ${options.days} days`);
    await after(PAST_EVERY_MS);
  }
  while (told < members.length) await after(50);
  progress.done(`${members.length} machines have told their ${options.days} days, after ${elapsed()}; demonstration data throughout`);
}

/** Each machine holds one file open here and one at the server. Infinity where that is not told. */
function openFilesLimit(): number {
  try {
    const found = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return found ? Number(found[1]) - 500 : Infinity;
  } catch {
    return Infinity;
  }
}

async function main(): Promise<void> {
  const known = readFleet(options.dir);
  const seed = options.seed ?? known?.seed ?? 1;
  if (known && known.seed !== seed) throw new Error(`This directory holds the demonstration of seed ${known.seed}. Go on with it, or add --fresh to begin anew with seed ${seed}.`);
  const registry = demoRegistry(seed);
  const { sites } = registry;
  const wanted = planFleet(sites, seed, options.machines ?? Infinity);
  const fleet = wanted.slice(0, Math.max(1, openFilesLimit()));
  if (fleet.length < wanted.length) progress.done(`${count(fleet.length)} of ${count(wanted.length)} machines: no more files may be open at a time (ulimit -n)`);
  const platform = await signIn(options.server, 'admin', process.env['CAC_DEMO_PASSWORD'] ?? '');
  const file = await prepare(platform, registry, fleet, known, seed);
  await arrive(platform, fleet, file, known ? await platform.machineStates() : new Map());
  await sayFirstLight(platform, sites.length, fleet);
  startMovement(running.map((member) => ({ machine: member.machine, planned: member.planned.presence, free: () => member.tell === null })), alive);
  await tellPasts(file);
}

try {
  await main();
} catch (error) {
  progress.done(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
