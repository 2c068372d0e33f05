/**
 * The running agent: once a minute it observes, journals and lets the sender send. Steps of `startAgent`:
 * 1 lock, 2 identity and fingerprint, 3 journal, 4 `boot` and `agent_start`, 5 sender, 6 minutes.
 */
import { mkdirSync } from 'node:fs';
import { release } from 'node:os';
import { createBeat, tick, wallOf, type BeatState, type TimedDraft } from '../core/beat.ts';
import { compareFingerprints } from '../core/fingerprint.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { readTargets } from '../probes/table.ts';
import { fingerprintOf, readHardware } from '../uplink/hardware.ts';
import { addressOf, discardIdentity, readIdentity, type Identity } from '../uplink/identity.ts';
import { openByteCount } from './byte-count.ts';
import { keepBoot, readKnownBoot } from './known-boot.ts';
import { askRunning, takeLock } from './lock.ts';
import type { Log } from './log.ts';
import { monotonicMs, newInst, readBoot } from './machine-clock.ts';
import { createObserver } from './observer.ts';
import { reEnrol } from './re-enrol.ts';
import { startSender, type Sender } from './sender.ts';
import { goingDown } from './shutdown.ts';
import type { StatusDocument } from './status.ts';
import { openStore } from './store.ts';

export interface AgentSettings {
  /** How often heartbeats and samples are sent. */
  batchEveryMs: number;
  keepaliveS: number;
  targets: string | undefined;
  eager: boolean;
}

interface RunningAgent {
  status(): StatusDocument;
  /** Whether the operating system goes down too is found out here. */
  stop(): Promise<void>;
}

export type Start = { kind: 'running'; agent: RunningAgent } | { kind: 'already_running'; pid: number | null } | { kind: 'no_identity' } | { kind: 'other_machine' } | { kind: 'journal'; reason: string };

const STOP_MS = 3_000;

export async function startAgent(dir: string, settings: AgentSettings, log: Log): Promise<Start> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let running: RunningAgent | null = null;
  const lock = await takeLock(dir, () => running?.status() ?? ({ pid: process.pid } as StatusDocument));
  if (!lock) return { kind: 'already_running', pid: (await askRunning(dir))?.pid ?? null };
  const refuse = (start: Start): Start => {
    lock.release();
    return start;
  };
  const identity = readIdentity(dir);
  if (!identity) return refuse({ kind: 'no_identity' });
  const fp = fingerprintOf(identity.salt, await readHardware());
  if (compareFingerprints(identity.fp, fp) === 'other') {
    discardIdentity(dir);
    return refuse({ kind: 'other_machine' });
  }
  try {
    running = beginMinutes(dir, settings, identity, fp, lock, log);
  } catch (error) {
    return refuse({ kind: 'journal', reason: error instanceof Error ? error.message : String(error) });
  }
  return { kind: 'running', agent: running };
}

function beginMinutes(dir: string, settings: AgentSettings, identity: Identity, fp: (string | null)[], lock: { release: () => void }, log: Log): RunningAgent {
  const store = openStore(dir, log);
  const bytes = openByteCount(dir);
  const targets = readTargets(settings.targets);
  const address = addressOf(identity);
  const inst = newInst();
  const startedAt = Date.now();
  const startM = monotonicMs();
  const knownBoot = readKnownBoot(dir);
  const boot = readBoot(knownBoot, startedAt);
  const ver = { agent: AGENT_VERSION, os: `${process.platform} ${release()}`.slice(0, 64), arch: process.arch, node: process.version };
  let beat: BeatState = createBeat(startM, startedAt);
  let minute = 0;
  let timer: NodeJS.Timeout | undefined;
  let sender: Sender | null = null;

  const draft = (what: string, body: Record<string, unknown>, m = monotonicMs()): TimedDraft => ({ kind: what, m, w: wallOf(beat, m), body });

  function record(drafts: TimedDraft[]): void {
    if (drafts.length === 0) return;
    if (store.append(drafts)) sender?.reopened();
    else sender?.appended(drafts.some((d) => d.kind !== 'hb' && d.kind !== 'sample'));
  }

  const { seen, observe } = createObserver({
    targets, server: address, log,
    minute: () => minute,
    uplink: () => sender?.state(),
    record: (entries) => record(entries.map(([what, body]) => draft(what, body))),
  });

  function everyMinute(): void {
    const step = tick(beat, monotonicMs(), Date.now(), { link: seen.link ?? 'ok' });
    beat = step.beat;
    if (store.retry()) sender?.reopened();
    record(step.drafts.filter((d) => d.kind !== 'hb' || seen.link !== null));
    minute += 1;
    sender?.countBytes();
    if (minute % 10 === 0) bytes.save();
    void observe(step.drafts.some((d) => d.kind === 'resume'));
    schedule();
  }

  const schedule = (): void => void (timer = setTimeout(everyMinute, Math.max(50, beat.nextM - monotonicMs())));

  const opening = [draft('agent_start', { ver: AGENT_VERSION, up: startM }, startM)];
  if (knownBoot !== boot) opening.unshift(draft('boot', { boot, up: startM }, startM));
  record(opening);
  if (knownBoot !== boot) keepBoot(dir, boot);

  sender = startSender({
    identity, inst, store, log, eager: settings.eager,
    settings: { batchEveryMs: settings.batchEveryMs, keepaliveS: settings.keepaliveS },
    facts: (conn, hello) => {
      const m = monotonicMs();
      const flags = store.flags();
      const { link, kind, results } = seen;
      const now = link === null ? null : { link, up: m, ...(kind && { if: kind }), p: results, ...(flags.length > 0 && { flags }) };
      return { inst, conn, boot, w: Date.now(), m, ...(now && { now }), ...(hello && { ver, fp }) };
    },
    onBytes: (count) => bytes.add(count, Date.now()),
    onReport: () => void observe(true),
    onReEnrol: () => void reEnrol(dir, identity, log),
  });
  log(`agent ${AGENT_VERSION} started: machine ${identity.machine}, site ${identity.site.id}, epoch ${store.journal().ep()}, ${store.journal().hi() - store.journal().mark().W} records waiting`);
  void observe(true);
  schedule();

  function status(): StatusDocument {
    const journal = store.journal();
    const state = sender!.state();
    const ago = (m: number | null): number | null => (m === null ? null : Date.now() - (monotonicMs() - m));
    sender!.countBytes();
    return {
      pid: process.pid, version: AGENT_VERSION, startedAt, now: Date.now(), machine: identity.machine, site: identity.site, server: identity.server,
      mqtt: `${address.tls ? 'mqtts' : 'mqtt'}://${address.host}:${address.port}`, connection: state.link, lastFailure: sender!.lastFailure(), refusal: state.refusal,
      lastAckAt: ago(state.lastAckAt), roundTripMs: state.roundTripMs, backlog: journal.hi() - journal.mark().W, lo: journal.lo(), hi: journal.hi(), journalBytes: journal.bytes(),
      flags: store.flags(), link: seen.link, interface: seen.kind, probes: seen.results, probedAt: seen.probedAt, bytesToday: bytes.today(Date.now()), badAcks: state.badAcks,
    };
  }

  return {
    status,
    async stop() {
      clearTimeout(timer);
      const down = await goingDown();
      record([down ? draft('stop', { why: down }) : draft('agent_stop', { why: 'signal' })]);
      await sender?.stop(STOP_MS);
      bytes.save();
      lock.release();
      log('agent stopped');
    },
  };
}
