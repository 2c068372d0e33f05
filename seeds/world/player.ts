/**
 * Plays a world in accelerated time. Each PC has the real agent core, the real journal on files that know power cuts, and the real sending;
 * only clocks, wires and disks are made up, from the facts of the moment. The clock jumps from one thing that happens to the next.
 */
import { nowOf, startMinutes, stepMinute, WATCH_MS, type MinuteEffect, type MinuteEvent, type MinuteStep } from '@cac/agent/core/minute.ts';
import { createUplink, serverAnswers, type UplinkEvent } from '@cac/agent/core/uplink.ts';
import { deliver, viewOf, type Command } from '@cac/agent/journal/courier.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import type { Ack } from '@cac/shared/messages.ts';
import { random as randomOf } from '../random.ts';
import { instOf } from '../simulator/routine.ts';
import { apply, type Act, type PcNews } from './acts.ts';
import { createAgenda, type Agenda } from './agenda.ts';
import { reachesBroker, wallAt } from './facts.ts';
import { labelOf, siteLabelOf, type SiteLabel } from './labels.ts';
import type { Drama } from './mix.ts';
import { copyDisk, crashDisk, diskOf, journalOn, type Line, type Pc, type Process } from './pc.ts';
import { answerOf, connectFailure, interfaceAt, roundMs, TARGETS, type Answer } from './probes.ts';
import type { Transport } from './transport.ts';

/** What is true of a PC from an instant on. */
export interface Label {
  at: number;
  word: string;
}

export interface Played {
  /** By site, then by PC, in the order of time. */
  labels: Label[][][];
  /** By site: its mains, its line, how many PCs are on. */
  siteLabels: (SiteLabel & { at: number })[][];
  heartbeats: number;
  records: number;
  messages: number;
  connections: number;
}

type Happening =
  | { kind: 'act'; act: Act }
  | { kind: 'tick' | 'timer'; process: Process }
  | { kind: 'probed'; process: Process; results: Record<string, Answer> }
  | { kind: 'connected'; process: Process; conn: number }
  | { kind: 'closed'; process: Process; conn: number }
  | { kind: 'srv'; process: Process; line: Line }
  | { kind: 'ack'; process: Process; line: Line; ack: Ack }
  /** The agent said its last word, and leaves. */
  | { kind: 'leaves'; process: Process }
  /** The agent's keepalive, or the broker's, notices that a line is broken since `brokenAt`. */
  | { kind: 'noticed'; process: Process; line: Line; brokenAt: number }
  | { kind: 'given_up'; line: Line; brokenAt: number }
  | { kind: 'minute' };

interface Show {
  drama: Drama;
  transport: Transport;
  agenda: Agenda<Happening>;
  sites: Pc[][];
  played: Played;
  /** When the first message that waits for a commit came. */
  waitingSince: number;
  now: number;
}

/** Mostly thrifty lines. */
const BATCH_MINUTES = [5, 15, 15, 30, 30, 30] as const;
const WAY_MS = 40;
/** The server commits what came within this. */
const GROUP_MS = 20;
/** The timers of usual batches ring up to so much late, as timers may: what many PCs send then comes together, as one group. */
const LATE_MS = 20_000;
const KEEPALIVE_MS = 60_000;
const MINUTE_MS = 60_000;
const LEAVES_MS = 1_500;

/** `onDay` is told at each midnight of the play. */
export async function play(drama: Drama, transport: Transport, seed: number, onDay: (day: number) => Promise<void> = () => Promise.resolve()): Promise<Played> {
  const show = curtain(drama, transport, seed);
  const { agenda } = show;
  let day = 0;
  for (;;) {
    const at = agenda.nextAt();
    if (show.waitingSince + GROUP_MS < at) {
      show.now = show.waitingSince + GROUP_MS;
      show.waitingSince = Infinity;
      await transport.commit(show.now);
      continue;
    }
    if (at >= drama.toAt) break;
    const { what } = agenda.take()!;
    show.now = at;
    if (what.kind === 'minute') {
      await everyMinute(show);
      if (at >= drama.fromAt + (day + 1) * 24 * 60 * MINUTE_MS) await onDay((day += 1));
    } else if (what.kind === 'act' && what.act.of === 'nation' && what.act.act.do === 'server') {
      if (what.act.act.up) await transport.serverStarts(at);
      happen(show, what);
      if (!what.act.act.up) await transport.serverStops(at);
    } else happen(show, what);
  }
  return show.played;
}

function curtain(drama: Drama, transport: Transport, seed: number): Show {
  const agenda = createAgenda<Happening>();
  const sites = drama.world.sites.map((place, site) =>
    place.pcs.map((facts, index): Pc => {
      const batchEveryMs = BATCH_MINUTES[site % BATCH_MINUTES.length]! * MINUTE_MS;
      const random = randomOf(Math.imul(seed + 1, 2_654_435_761) ^ (site * 64 + index));
      return { site, index, place, facts, machine: transport.machines[site]![index]!, random, tellsSleep: random.chance(drama.tellsSleep), batchEveryMs, files: memoryFiles(), image: null, process: null };
    }),
  );
  const show: Show = {
    drama, transport, agenda, sites, waitingSince: Infinity, now: drama.fromAt,
    played: { labels: sites.map((pcs) => pcs.map(() => [])), siteLabels: sites.map(() => []), heartbeats: 0, records: 0, messages: 0, connections: 0 },
  };
  for (const act of drama.acts) agenda.put(act.at, { kind: 'act', act });
  agenda.put(drama.fromAt + MINUTE_MS, { kind: 'minute' });
  for (const pcs of sites) for (const pc of pcs) label(show, pc);
  for (const site of sites.keys()) labelSite(show, site);
  return show;
}

function happen(show: Show, what: Exclude<Happening, { kind: 'minute' }>): void {
  switch (what.kind) {
    case 'act':
      return perform(show, what.act);
    case 'tick':
      if (awake(what.process) && what.process.tickAt === show.now) tick(show, what.process);
      return;
    case 'timer':
      if (awake(what.process) && what.process.timerAt === show.now) send(show, what.process, { kind: 'timer' });
      return;
    case 'probed':
      if (awake(what.process)) tell(show, what.process, { kind: 'probed', results: what.results });
      return;
    case 'connected':
      return connected(show, what.process, what.conn);
    case 'closed':
      if (awake(what.process) && what.process.uplink.conn === what.conn) lineLost(show, what.process);
      return;
    case 'srv':
      if (awake(what.process) && what.process.line === what.line) send(show, what.process, { kind: 'srv', srv: show.transport.srv(show.now) });
      return;
    case 'ack':
      if (awake(what.process) && what.process.line === what.line && what.line.brokenAt === null) send(show, what.process, { kind: 'ack', ack: what.ack });
      return;
    case 'leaves':
      if (what.process.over) return;
      hangUp(what.process);
      return end(what.process);
    case 'noticed':
      if (awake(what.process) && what.process.line === what.line && what.line.brokenAt === what.brokenAt) lineLost(show, what.process);
      return;
    case 'given_up':
      if (!what.line.open || what.line.brokenAt !== what.brokenAt) return;
      what.line.open = false;
      return show.transport.will(what.line, show.now);
    default:
      what satisfies never;
  }
}

const late = (at: number): number => Math.ceil(at / LATE_MS) * LATE_MS;
const awake = (process: Process): boolean => !process.over && !process.asleep;

// ---- acts

function perform(show: Show, act: Act): void {
  const { drama, agenda, sites } = show;
  if (act.of === 'pc' && (act.act.do === 'standby' || act.act.do === 'hibernate')) beforeSleep(show, sites[act.site]![act.pc]!);
  const { news, follow } = apply(drama.world, act, act.of === 'nation' ? sites[0]![0]!.random : sites[act.site]![0]!.random);
  for (const next of follow) agenda.put(next.at, { kind: 'act', act: next });
  for (const { site, pc, news: one } of news) notice(show, sites[site]![pc]!, one);
  const touched = act.of === 'nation' ? sites.flat() : act.of === 'site' ? sites[act.site]! : [sites[act.site]![act.pc]!];
  for (const pc of touched) {
    label(show, pc);
    if (act.of !== 'pc' && pc.process?.line) wire(show, pc.process, pc.process.line, act.of === 'nation' && act.act.do !== 'carrier');
  }
  for (const site of new Set(touched.map((pc) => pc.site))) labelSite(show, site);
}

function labelSite({ drama, played, now }: Show, site: number): void {
  const own = played.siteLabels[site]!;
  const last = own.at(-1);
  const next = siteLabelOf(drama.world.sites[site]!, drama.world.nation);
  if (!last || last.powered !== next.powered || last.online !== next.online || last.line !== next.line || last.on !== next.on) own.push({ ...next, at: now });
}

function label(show: Show, pc: Pc): void {
  const own = show.played.labels[pc.site]![pc.index]!;
  const word = labelOf(pc.facts, pc.place, show.drama.world.nation);
  if (own.at(-1)?.word !== word) own.push({ at: show.now, word });
}

/** What the software of a PC, or its disk, lives through. */
function notice(show: Show, pc: Pc, news: PcNews): void {
  const { process } = pc;
  switch (news.kind) {
    case 'agent_starts':
      return begin(show, pc);
    case 'agent_stops':
      if (!process) return;
      tell(show, process, { kind: 'stop', why: news.why });
      show.agenda.put(show.now + LEAVES_MS, { kind: 'leaves', process });
      return;
    case 'agent_killed':
      if (!process) return;
      // The system closes the socket: the broker knows at once, if the line carries it.
      if (process.line?.open && process.line.brokenAt === null) {
        process.line.open = false;
        show.transport.will(process.line, show.now + WAY_MS);
      }
      return end(process);
    case 'power_lost':
      if (!process) return;
      breakLine(show, process, process.line);
      end(process);
      return crashDisk(pc);
    case 'sleeps':
      if (!process) return;
      process.asleep = true;
      return breakLine(show, process, process.line);
    case 'wakes':
      return process ? wakeUp(show, process) : undefined;
    case 'journal_lost':
      pc.files = memoryFiles();
      return;
    case 'image_saved':
      pc.image = copyDisk(pc);
      return;
    case 'image_restored':
      if (pc.image) pc.files = diskOf(pc.image);
      return;
    default:
      news satisfies never;
  }
}

// ---- the agent's process

function begin(show: Show, pc: Pc): void {
  if (pc.process) end(pc.process);
  const { now } = show;
  const boot = pc.facts.boot!;
  const journal = journalOn(pc);
  const m = now - boot.at;
  const start = { boot: boot.id, version: '0.1.0', m, wall: wallAt(pc.facts, now) };
  const opened = startMinutes(journal.past(), start, TARGETS);
  const uplink = createUplink(viewOf(journal), { batchEveryMs: pc.batchEveryMs }, m, m, pc.random.next());
  const process: Process = { pc, inst: instOf(pc.random), boot: boot.id, bootAt: boot.at, journal, minutes: opened.state, uplink, line: null, tickAt: 0, tickedAt: now, timerAt: 0, asleep: false, over: false };
  pc.process = process;
  carry(show, process, opened);
  send(show, process, { kind: 'timer' });
  nextTick(show, process, process.minutes.beat.nextM + boot.at);
}

function end(process: Process): void {
  process.over = true;
  if (process.pc.process === process) process.pc.process = null;
}

function nextTick(show: Show, process: Process, at: number): void {
  process.tickAt = Math.max(at, show.now + 1);
  show.agenda.put(process.tickAt, { kind: 'tick', process });
}

/** The agent ticks each WATCH_MS; of those ticks only the one that a heartbeat is due at, and the last before a sleep, make a difference. */
function tick(show: Show, process: Process): void {
  process.tickedAt = show.now;
  tell(show, process, { kind: 'tick' });
  nextTick(show, process, process.minutes.beat.nextM + process.bootAt);
}

function beforeSleep(show: Show, { process, tellsSleep }: Pc): void {
  if (!process || !awake(process)) return;
  const last = process.tickedAt + Math.floor((show.now - process.tickedAt) / WATCH_MS) * WATCH_MS;
  if (last > process.tickedAt) tellAt(show, process, { kind: 'tick' }, last);
  if (tellsSleep) tell(show, process, { kind: 'suspend' });
}

function wakeUp(show: Show, process: Process): void {
  const { pc, line } = process;
  process.asleep = false;
  if (line?.open && line.brokenAt !== null) {
    if (reachesBroker(pc.place, show.drama.world.nation)) line.brokenAt = null;
    else show.agenda.put(show.now + KEEPALIVE_MS, { kind: 'noticed', process, line, brokenAt: line.brokenAt });
  } else if (line) show.agenda.put(show.now + 2_000, { kind: 'closed', process, conn: line.conn });
  nextTick(show, process, show.now + pc.random.int(WATCH_MS));
  setTimer(show, process);
}

const tell = (show: Show, process: Process, event: MinuteEvent): void => tellAt(show, process, event, show.now);

function tellAt(show: Show, process: Process, event: MinuteEvent, at: number): void {
  const step = stepMinute(process.minutes, event, { m: at - process.bootAt, wall: wallAt(process.pc.facts, at) });
  process.minutes = step.state;
  carry(show, process, step);
}

function carry(show: Show, process: Process, { drafts, effects }: MinuteStep): void {
  if (drafts.length > 0) {
    const { records } = process.journal.append(drafts);
    show.played.records += records.length;
    let urgent = false;
    for (const { kind } of drafts) {
      if (kind === 'hb') show.played.heartbeats += 1;
      else if (kind !== 'sample') urgent = true;
    }
    send(show, process, { kind: 'appended', hi: process.journal.hi(), urgent });
  }
  for (const effect of effects) observe(show, process, effect);
}

function observe(show: Show, process: Process, effect: MinuteEffect): void {
  const { place, random } = process.pc;
  const { nation } = show.drama.world;
  const answers = serverAnswers(process.uplink, show.now - process.bootAt);
  switch (effect.kind) {
    case 'look':
      return tell(show, process, { kind: 'network', interface: interfaceAt(place), serverAnswers: answers });
    case 'probe': {
      const results = Object.fromEntries(effect.names.map((name) => [name, answerOf(name, place, nation, answers ? process.uplink.roundTripMs : null, random.next())]));
      return show.agenda.put(show.now + roundMs(Object.values(results)), { kind: 'probed', process, results });
    }
    default:
      return effect satisfies never;
  }
}

// ---- sending

function send(show: Show, process: Process, event: UplinkEvent): void {
  const { pc, inst, boot, bootAt, journal } = process;
  const at = show.now;
  const m = at - bootAt;
  const sender = (conn: number) => {
    const now = nowOf(process.minutes, m, pc.facts.diskFull ? ['disk_full'] : []);
    return { inst, conn, boot, w: wallAt(pc.facts, at), m, ...(now && { now }) };
  };
  const done = deliver(process.uplink, event, { journal, sender, random: () => pc.random.next() }, m);
  process.uplink = done.state;
  for (const command of done.commands) obey(show, process, command);
  setTimer(show, process);
}

function setTimer(show: Show, process: Process): void {
  const { nextAt, link, inFlight, helloAt } = process.uplink;
  if (nextAt === null || process.over) return void (process.timerAt = 0);
  const dueAt = Math.max(nextAt + process.bootAt, show.now + 1);
  const at = link === 'ready' && !inFlight && helloAt === null ? late(dueAt) : dueAt;
  if (at === process.timerAt && at > show.now) return;
  process.timerAt = at;
  show.agenda.put(at, { kind: 'timer', process });
}

function obey(show: Show, process: Process, command: Command): void {
  const { pc, line } = process;
  switch (command.kind) {
    case 'connect': {
      const failure = connectFailure(pc.place, show.drama.world.nation);
      const conn = command.conn;
      if (failure) show.agenda.put(show.now + failure.afterMs, { kind: 'closed', process, conn });
      else show.agenda.put(show.now + 4 * WAY_MS, { kind: 'connected', process, conn });
      return;
    }
    case 'disconnect':
      return hangUp(process);
    case 'subscribe':
      if (line) show.agenda.put(show.now + 2 * WAY_MS, { kind: 'srv', process, line });
      return;
    case 'publish': {
      if (!line?.open || line.brokenAt !== null) return; // lost; the agent will send it again
      const arrivesAt = show.now + WAY_MS;
      show.played.messages += 1;
      show.waitingSince = Math.min(show.waitingSince, arrivesAt);
      show.transport.publish(line, Buffer.from(JSON.stringify(command.message)), arrivesAt, (ack) => {
        if (ack) show.agenda.put(show.now + WAY_MS, { kind: 'ack', process, line, ack });
      });
      return;
    }
    case 'time':
      return tell(show, process, { kind: 'time', t: command.t, roundTripMs: command.roundTripMs });
    case 'reEnrol':
    case 'report':
      return;
    default:
      command satisfies never;
  }
}

// ---- wires

function connected(show: Show, process: Process, conn: number): void {
  if (!awake(process) || process.uplink.conn !== conn || process.uplink.link !== 'connecting') return;
  if (!reachesBroker(process.pc.place, show.drama.world.nation)) return lineLost(show, process);
  show.played.connections += 1;
  process.line = { machine: process.pc.machine, inst: process.inst, conn, ep: process.uplink.ep, open: true, brokenAt: null, upAt: show.now };
  send(show, process, { kind: 'connected' });
}

/** The agent's side of its connection is gone. */
function lineLost(show: Show, process: Process): void {
  process.line = null;
  send(show, process, { kind: 'closed' });
}

/** With a goodbye: no will. */
function hangUp(process: Process): void {
  if (process.line?.brokenAt === null) process.line.open = false;
  process.line = null;
}

/** Nothing gets through any more: the broker gives up after one and a half keepalives without a ping. */
function breakLine(show: Show, process: Process, line: Line | null): void {
  if (!line || line.brokenAt !== null) return;
  line.brokenAt = show.now;
  const pingedAt = show.now - ((show.now - line.upAt) % KEEPALIVE_MS);
  show.agenda.put(pingedAt + 1.5 * KEEPALIVE_MS, { kind: 'given_up', line, brokenAt: show.now });
  if (awake(process)) show.agenda.put(show.now + KEEPALIVE_MS / 2 + process.pc.random.int(KEEPALIVE_MS), { kind: 'noticed', process, line, brokenAt: show.now });
}

/** A line after something changed. `platform`: the other end itself came or went. */
function wire(show: Show, process: Process, line: Line, platform: boolean): void {
  const reached = reachesBroker(process.pc.place, show.drama.world.nation);
  if (reached && line.brokenAt !== null && line.open) line.brokenAt = null;
  if (reached || line.brokenAt !== null) return;
  if (!platform) return breakLine(show, process, line);
  // A server that goes away says nothing for its clients, and closes their sockets.
  Object.assign(line, { open: false, brokenAt: show.now });
  if (awake(process)) show.agenda.put(show.now + WAY_MS, { kind: 'closed', process, conn: line.conn });
}

async function everyMinute(show: Show): Promise<void> {
  const { agenda, transport, drama, now } = show;
  agenda.put(now + MINUTE_MS, { kind: 'minute' });
  if (!drama.world.nation.server) return;
  for (const pcs of show.sites) {
    for (const { process, machine } of pcs) {
      const line = process?.line;
      if (line?.open && line.brokenAt === null) transport.sign(machine, now - ((now - line.upAt) % KEEPALIVE_MS));
    }
  }
  await transport.minute(now);
}
