/**
 * One simulated PC: the agent's own journal, batches and uplink over real MQTT; only its life is made up. It arrives in
 * the state it is given, changes when it is told to, and lives on minute by minute. All its timing is one alarm on the
 * fleet's wheel.
 */
import type { TimedDraft } from '@cac/agent/core/beat.ts';
import { openJournal, type Journal } from '@cac/agent/journal/journal.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import type { Random } from '../random.ts';
import { SAMPLE_EVERY, append, beatAfter, beatsDue, end, startRun, wake, type Identity, type Pc, type Run } from './agent-run.ts';
import { boots, epochOf, firstDrafts, probeResults, stopDraft, type Boot } from './routine.ts';
import type { Wheel } from './wheel.ts';

export type { Identity } from './agent-run.ts';

/** on: running, with this link; off: properly shut down; silent: cut off without a word. */
export type Presence = { kind: 'on'; link: LinkWord } | { kind: 'off' } | { kind: 'silent' };

export interface Life {
  presence: Presence;
  /** Since when it has been on; absent: for some hours. */
  boot?: Boot;
  /** It has a past: until `tell`, nothing is journaled and only its present is known. For one that is on. */
  holdsBack?: boolean;
  /** It is off or silent, and the platform knows: it stays so until it is to change. */
  dormant?: boolean;
  /** The journal's epoch, and what an earlier process had journaled in it. */
  epoch?: string;
  journaled?: readonly TimedDraft[];
  /** All that is journaled is acknowledged, and it is what it was to become: called after the start and each change. */
  onSettled(): void;
}

export interface SimulatedMachine {
  presence(): Presence;
  /** Links fail or recover; it shuts down, is cut off, or boots again: whatever it takes. */
  change(to: Presence): void;
  /** Journals the past, a portion once the server has the one before; the last one reaches to the present. */
  tell(portions: Iterator<TimedDraft[]>, onTold: () => void): void;
  records(): number;
  /** Says goodbye and does nothing more. */
  stop(): void;
}

const BATCH_EVERY_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** How long a PC takes from its switch to its agent. */
const BOOTING_MS = 45_000;

/** A machine's state, from one run to the next. */
interface Machine {
  readonly pc: Pc;
  readonly life: Life;
  presence: Presence;
  run: Run | null;
  past: { portions: Iterator<TimedDraft[]>; onTold(): void } | null;
  settled: boolean;
}

/** Starts at once. `random` is this machine's own, and no process's before. */
export function startMachine(identity: Identity, wheel: Wheel, random: Random, life: Life): SimulatedMachine {
  const journal = emptyJournal(random, life.epoch);
  const settings = { batchEveryMs: Math.round(BATCH_EVERY_MS * (0.8 + 0.4 * random.next())) };
  const link = life.presence.kind === 'on' ? life.presence.link : 'ok';
  const pc: Pc = { identity, wheel, random, journal, settings, link, results: probeResults(random, link), minute: random.int(SAMPLE_EVERY) };
  const machine: Machine = { pc, life, presence: life.presence, run: null, past: null, settled: false };
  arrive(machine);

  return {
    presence: () => machine.presence,
    change: (to) => change(machine, to),
    tell(portions, onTold) {
      machine.past = { portions, onTold };
      if (machine.run) wake(machine.run);
    },
    records: () => journal.hi(),
    stop: () => leave(machine, true),
  };
}

function emptyJournal(random: Random, epoch: string | undefined): Journal {
  const opened = openJournal(memoryFiles(), { newEpoch: () => epoch ?? epochOf(random), keepAckedMs: 0, reserveBytes: 0 });
  if (opened.kind !== 'open') throw new Error(`journal: ${opened.reason}`);
  return opened.journal;
}

function arrive(machine: Machine): void {
  const { pc, life } = machine;
  if (life.journaled) pc.journal.append(life.journaled);
  if (!life.dormant) boot(machine, life.boot ?? boots(pc.random, (0.3 + 8 * pc.random.next()) * HOUR_MS, Date.now()), life.holdsBack === true);
}

/** The PC is on, and its agent starts. One that is to be off says so with its first records. */
function boot(machine: Machine, at: Boot, quiet: boolean): void {
  const { pc, presence } = machine;
  const now = Date.now();
  if (!quiet) {
    pc.journal.append(firstDrafts(pc.random, at, pc.link, now));
    if (presence.kind === 'off') pc.journal.append([stopDraft(at, now)]);
  }
  machine.run = startRun(pc, at, quiet ? null : beatAfter(at, now - at.bootAt), (run) => goOn(machine, run));
  wake(machine.run);
}

function leave(machine: Machine, goodbye: boolean): void {
  if (machine.run) end(machine.run, goodbye);
  machine.run = null;
}

/** All that is journaled is with the server: what comes next? */
function goOn(machine: Machine, run: Run): void {
  if (machine.past && tellMore(machine, run, machine.past)) return;
  if (machine.presence.kind !== 'on') leave(machine, machine.presence.kind === 'off');
  if (machine.settled) return;
  machine.settled = true;
  machine.life.onSettled();
}

/** Journals the next portion of its past; false: all is told, and from here on its heart beats. */
function tellMore(machine: Machine, run: Run, { portions, onTold }: NonNullable<Machine['past']>): boolean {
  const { value, done } = portions.next();
  if (!done) {
    append(run, value, true);
    return true;
  }
  machine.past = null;
  const { journal } = machine.pc;
  const last = [...journal.read(journal.hi())].at(-1);
  if (last?.kind === 'record') run.beat = beatAfter(run, last.record[2]);
  onTold();
  return false;
}

function change(machine: Machine, to: Presence): void {
  const { pc, run } = machine;
  const at = Date.now();
  const due = run ? beatsDue(run, at) : [];
  machine.presence = to;
  machine.settled = false;
  if (to.kind === 'on') pc.link = to.link;
  pc.results = probeResults(pc.random, pc.link);
  if (!run) return void (to.kind !== 'silent' && boot(machine, boots(pc.random, BOOTING_MS, at), false));
  if (to.kind === 'silent') return leave(machine, false);
  const m = at - run.bootAt;
  if (to.kind === 'off') append(run, [...due, stopDraft(run, at)], true);
  else append(run, [...due, { kind: 'net', m, w: at, body: { link: pc.link, if: 'wired' } }, { kind: 'sample', m, w: at, body: pc.results }], true);
}
