/**
 * The running agent: once a minute it observes, journals and lets the sender send. Steps of `startAgent`:
 * 1 lock, 2 identity and fingerprint, 3 journal, 4 `boot` and `agent_start`, 5 sender, 6 minutes (core/minute.ts decides what is written).
 */
import { mkdirSync } from 'node:fs';
import { release } from 'node:os';
import type { TimedDraft } from '../core/beat.ts';
import { compareFingerprints } from '../core/fingerprint.ts';
import { nowOf, startMinutes, stepMinute, WATCH_MS, type MinuteEvent } from '../core/minute.ts';
import { bootDraft, type Start } from '../core/opening.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { readTargets } from '../probes/table.ts';
import { fingerprintOf, readHardware } from '../uplink/hardware.ts';
import { addressOf, discardIdentity, readIdentity, type Identity } from '../uplink/identity.ts';
import { readBoot } from './boot-name.ts';
import { openByteCount } from './byte-count.ts';
import { askRunning, takeLock } from './lock.ts';
import type { Log } from './log.ts';
import { monotonicMs, newInst } from './machine-clock.ts';
import { createObserver } from './observer.ts';
import { reEnrol } from './re-enrol.ts';
import { startSender, type Sender } from './sender.ts';
import { whyStopped } from './shutdown.ts';
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
  stop(signal: NodeJS.Signals): Promise<void>;
}

export type Started = { kind: 'running'; agent: RunningAgent } | { kind: 'already_running'; pid: number | null } | { kind: 'no_identity' } | { kind: 'other_machine' } | { kind: 'journal'; reason: string };

const STOP_MS = 3_000;

export async function startAgent(dir: string, settings: AgentSettings, log: Log): Promise<Started> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  let running: RunningAgent | null = null;
  const lock = await takeLock(dir, () => running?.status() ?? ({ pid: process.pid } as StatusDocument));
  if (!lock) return { kind: 'already_running', pid: (await askRunning(dir))?.pid ?? null };
  const refuse = (start: Started): Started => {
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
  const startedAt = Date.now();
  const startM = monotonicMs();
  const boot = readBoot(dir, startedAt);
  const start: Start = { boot, version: AGENT_VERSION, m: startM, wall: startedAt };
  const store = openStore(dir, bootDraft(start), log);
  const bytes = openByteCount(dir);
  const targets = readTargets(settings.targets);
  const address = addressOf(identity);
  const inst = newInst();
  const ver = { agent: AGENT_VERSION, os: `${process.platform} ${release()}`.slice(0, 64), arch: process.arch, node: process.version };
  let sender: Sender | null = null;
  let timer: NodeJS.Timeout | undefined;
  let probedAt: number | null = null;

  const opened = startMinutes(store.journal().past(), start, targets.length);
  let minutes = opened.state;
  const observe = createObserver({ targets, server: address, serverUrl: identity.server, uplink: () => sender?.state(), tell });

  function journal(drafts: readonly TimedDraft[]): void {
    if (drafts.length === 0) return;
    if (store.append(drafts)) sender?.reopened();
    else sender?.appended(drafts.some((d) => d.kind !== 'hb' && d.kind !== 'sample'));
  }

  function tell(event: MinuteEvent): void {
    if (event.kind === 'probed') probedAt = Date.now();
    const before = minutes.minute;
    const step = stepMinute(minutes, event, { m: monotonicMs(), wall: Date.now() });
    minutes = step.state;
    if (step.drafts.some((d) => d.kind === 'net')) log(`link ${minutes.seen.link}, interface ${minutes.seen.kind}`);
    journal(step.drafts);
    for (const effect of step.effects) void observe(effect);
    if (minutes.minute !== before) everyMinute();
  }

  function everyMinute(): void {
    if (store.retry()) sender?.reopened();
    sender?.countBytes();
    if (minutes.minute % 10 === 0) bytes.save();
  }

  function watch(): void {
    tell({ kind: 'tick' });
    timer = setTimeout(watch, Math.min(WATCH_MS, Math.max(50, minutes.beat.nextM - monotonicMs())));
  }

  journal(opened.drafts);
  sender = startSender({
    identity, inst, store, log, eager: settings.eager,
    settings: { batchEveryMs: settings.batchEveryMs, keepaliveS: settings.keepaliveS },
    facts: (conn, hello) => {
      const m = monotonicMs();
      const now = nowOf(minutes, m, store.flags());
      return { inst, conn, boot, w: Date.now(), m, ...(now && { now }), ...(hello && { ver, fp }) };
    },
    onBytes: (count) => bytes.add(count, Date.now()),
    onReport: () => tell({ kind: 'report' }),
    onTime: (t, roundTripMs) => tell({ kind: 'time', t, roundTripMs }),
    onReEnrol: () => void reEnrol(dir, identity, log),
  });
  log(`agent ${AGENT_VERSION} started: machine ${identity.machine}, site ${identity.site.id}, epoch ${store.journal().ep()}, ${store.journal().hi() - store.journal().mark().W} records waiting`);
  for (const effect of opened.effects) void observe(effect);
  watch();

  function status(): StatusDocument {
    const { seen } = minutes;
    const held = store.journal();
    const state = sender!.state();
    const ago = (m: number | null): number | null => (m === null ? null : Date.now() - (monotonicMs() - m));
    sender!.countBytes();
    return {
      pid: process.pid, version: AGENT_VERSION, startedAt, now: Date.now(), machine: identity.machine, site: identity.site, server: identity.server,
      mqtt: `${address.tls ? 'mqtts' : 'mqtt'}://${address.host}:${address.port}`, connection: state.link, lastFailure: sender!.lastFailure(), refusal: state.refusal,
      lastAckAt: ago(state.lastAckAt), roundTripMs: state.roundTripMs, backlog: held.hi() - held.mark().W, lo: held.lo(), hi: held.hi(), journalBytes: held.bytes(),
      flags: store.flags(), link: seen.link, interface: seen.kind, probes: seen.results, probedAt, bytesToday: bytes.today(Date.now()), badAcks: state.badAcks,
    };
  }

  return {
    status,
    async stop(signal) {
      clearTimeout(timer);
      tell({ kind: 'stop', why: await whyStopped(signal) });
      await sender?.stop(STOP_MS);
      bytes.save();
      lock.release();
      log('agent stopped');
    },
  };
}
