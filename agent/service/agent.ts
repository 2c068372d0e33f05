/**
 * The running agent: once a minute it observes, journals and lets the sender send. Steps of `startAgent`:
 * 1 lock, 2 identity and fingerprint, 3 journal, 4 `boot` and `agent_start`, 5 sender, 6 minutes (core/minute.ts decides what is written).
 */
import { mkdirSync, rmSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import type { AgentConfig } from '@cac/shared/field.ts';
import type { Up } from '@cac/shared/messages.ts';
import type { TimedDraft } from '../core/beat.ts';
import { compareFingerprints } from '@cac/shared/fingerprint.ts';
import { isOpen, spendingOf, type Spending } from '../core/budget.ts';
import { nowOf, startMinutes, stepMinute, WATCH_MS, type MinuteEvent } from '../core/minute.ts';
import { bootDraft, type Start } from '../core/opening.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { keepRequest } from '../install/kept-request.ts';
import { isUninstalling } from '../install/last-word.ts';
import { readTargets, type Target } from '../probes/table.ts';
import { fingerprintOf, readHardware } from '../uplink/hardware.ts';
import { discardIdentity, readIdentity, roadOf, type Identity } from '../uplink/identity.ts';
import { readBoot } from './boot-name.ts';
import { openByteCount } from './byte-count.ts';
import { createContextReader } from './context.ts';
import { createDesk } from './desk.ts';
import { claimJournal } from './journal-owner.ts';
import { askRunning, takeLock } from './lock.ts';
import type { Log } from './log.ts';
import { monotonicMs, newInst } from './machine-clock.ts';
import { createObserver } from './observer.ts';
import { becomeAnother, reEnrol } from './re-enrol.ts';
import { startSender, type Sender } from './sender.ts';
import { keepConfig, keptConfig, type Overrides } from './settings.ts';
import { whyStopped } from './shutdown.ts';
import type { StatusDocument } from './status.ts';
import { openStore } from './store.ts';

export interface AgentSettings extends Overrides {
  eager: boolean;
}

interface RunningAgent {
  status(): StatusDocument;
  /** Whether the operating system goes down too is found out here. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

export type Started = { kind: 'running'; agent: RunningAgent } | { kind: 'already_running'; pid: number | null } | { kind: 'no_identity' } | { kind: 'other_machine' } | { kind: 'journal'; reason: string };

const STOP_MS = 3_000;
/** Within the day that the voucher is good for; the server makes another one. */
const LEAVING_MS = 6 * 3_600_000;
/** Minutes between two tellings of where the PC stands, and between two bursts. */
const TOLD_EVERY = 60;
const BURST_EVERY = 60;
/** Of each hour's minutes: not among the first, when a room's PCs are busy with starting. */
const BURST_AT = 30;

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
  const hardware = await readHardware();
  const fp = fingerprintOf(identity.salt, hardware);
  if (compareFingerprints(identity.fp, fp) === 'other') {
    // C-01: a copied disk. Its journal is the other PC's; this one asks for an identity of its own, with the voucher that came along.
    const { server, proxy, ca } = roadOf(identity);
    if (identity.voucher !== '') keepRequest(dir, { server, voucher: identity.voucher, ...(proxy && { proxy }), ...(ca && { ca }), hardware });
    rmSync(join(dir, 'journal'), { recursive: true, force: true });
    rmSync(join(dir, 'journal-of'), { force: true });
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
  claimJournal(dir, identity.machine, log);
  const store = openStore(dir, bootDraft(start), log);
  const bytes = openByteCount(dir);
  let config = keptConfig(dir);
  /** Bytes counted when the configuration came: what was spent since counts against what was left then. */
  let countedThen = bytes.total();
  const targetsOf = (): Target[] => readTargets(settings.targets ?? config.targets.join(','));
  const spending = (): Spending => spendingOf(config, (bytes.total() - countedThen) / 1e6);
  const batchEveryMs = (): number => settings.batchEveryMs ?? spending().batchEveryMs;
  const keepaliveS = (): number => settings.keepaliveS ?? config.keepaliveS;
  const context = createContextReader(dir);
  let also: Pick<Up, 'ctx' | 'use'> = {};
  let alsoDue = true;
  let postponed = spending().postponed;
  const inst = newInst();
  const ver = { agent: AGENT_VERSION, os: `${process.platform} ${release()}`.slice(0, 64), arch: process.arch, node: process.version };
  let sender: Sender | null = null;
  let timer: NodeJS.Timeout | undefined;
  let probedAt: number | null = null;
  let firstAckAt: number | null = null;

  const opened = startMinutes(store.journal().past(), start, targetsOf().length);
  let minutes = opened.state;
  const observe = createObserver({
    targets: targetsOf, server: () => sender?.way() ?? null, road: roadOf(identity), uplink: () => sender?.state(), failure: () => sender?.lastFailure() ?? null,
    burst: () => spending().bursts && isOpen(config.open, Date.now()) && minutes.minute % BURST_EVERY === BURST_AT, spent: (count) => bytes.add(count, Date.now()), tell,
  });

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
    if (minutes.minute % TOLD_EVERY === 0) void readContext();
    if (spending().postponed !== postponed) inForce();
  }

  /** Read once an hour, and told with the next batch. */
  async function readContext(): Promise<void> {
    const way = sender?.way();
    const waits = spending().postponed;
    also = { ctx: { ...(await context.read()), ...(way && { way: way.kind }), proxy: identity.proxy ? 1 : 0, ...(waits && { postponed: waits }) } };
    alsoDue = true;
  }

  /** What was set, or what is left, changes what is sent when. */
  function inForce(): void {
    const { postponed: waits, sampleEvery } = spending();
    if (waits !== postponed) log(waits === null ? 'nothing is postponed any more' : `postponed: ${waits}`);
    postponed = waits;
    tell({ kind: 'config', version: config.version, targets: targetsOf().length, every: sampleEvery });
    sender?.settings(batchEveryMs(), keepaliveS());
    void readContext();
  }

  function configure(next: AgentConfig): void {
    const isNew = next.version !== config.version;
    config = next;
    countedThen = bytes.total();
    keepConfig(dir, next);
    if (!isNew) return;
    log(`settings ${next.version}: keepalive ${next.keepaliveS} s, batch ${next.batchS} s, ${next.targets.length} targets${next.capMb === null ? '' : `, cap ${next.capMb} MB`}${next.metered ? ', metered' : ''}`);
    inForce();
    sender?.hello();
  }

  let leaving = false;

  /** What this machine still has to tell goes first: once it is another one, nobody takes it any more. Of a held process nothing is taken up anyway. */
  async function leave(voucher: string | null): Promise<void> {
    if (leaving || !sender) return;
    leaving = true;
    if (sender.state().held || (await sender.drained(LEAVING_MS))) await becomeAnother(dir, identity, voucher, log);
    else log('no other identity yet: records of this one wait to be sent');
    leaving = false;
  }

  const desk = createDesk({
    dir, identity, log,
    version: () => config.version,
    onConfig: configure,
    sayHello: () => sender?.hello(),
    onReport: () => tell({ kind: 'report' }),
    onEnrol: (voucher) => void leave(voucher),
  });

  function watch(): void {
    tell({ kind: 'tick' });
    timer = setTimeout(watch, Math.min(WATCH_MS, Math.max(50, minutes.beat.nextM - monotonicMs())));
  }

  journal(opened.drafts);
  sender = startSender({
    identity, inst, store, log, eager: settings.eager,
    settings: { batchEveryMs: batchEveryMs(), keepaliveS: keepaliveS() },
    facts: (conn, hello) => {
      const m = monotonicMs();
      const now = nowOf(minutes, m, store.flags());
      const words = { ...(hello && desk.words()), ...((hello || alsoDue) && { ...also, use: bytes.days(Date.now()) }) };
      alsoDue = false;
      return { inst, conn, boot, w: Date.now(), m, ...(now && { now }), also: words, ...(hello && { ver, fp }) };
    },
    onBytes: (count) => bytes.add(count, Date.now()),
    onReport: () => tell({ kind: 'report' }),
    onTime: (t, roundTripMs) => tell({ kind: 'time', t, roundTripMs }),
    onReEnrol: () => void reEnrol(dir, identity, log),
    onDown: desk.take,
    onHelloAcked() {
      firstAckAt ??= Date.now();
      desk.acked();
    },
  });
  void readContext();
  log(`agent ${AGENT_VERSION} started: machine ${identity.machine}, site ${identity.site.id}, epoch ${store.journal().ep()}, ${store.journal().hi() - store.journal().mark().W} records waiting`);
  for (const effect of opened.effects) void observe(effect);
  watch();

  function status(): StatusDocument {
    const { seen } = minutes;
    const held = store.journal();
    const state = sender!.state();
    const way = sender!.way();
    const ago = (m: number | null): number | null => (m === null ? null : Date.now() - (monotonicMs() - m));
    sender!.countBytes();
    return {
      pid: process.pid, version: AGENT_VERSION, startedAt, now: Date.now(), machine: identity.machine, site: identity.site, server: identity.server,
      mqtt: `${way.kind}://${way.host}:${way.port}${identity.proxy ? ` (proxy)` : ''}`, connection: state.link, lastFailure: sender!.lastFailure(), refusal: state.refusal,
      lastAckAt: ago(state.lastAckAt), firstAckAt, roundTripMs: state.roundTripMs, backlog: held.hi() - held.mark().W, lo: held.lo(), hi: held.hi(), journalBytes: held.bytes(),
      flags: store.flags(), link: seen.link, interface: seen.kind, probes: seen.results, probedAt, bytesToday: bytes.today(Date.now()), bytesTotal: bytes.total(), badAcks: state.badAcks,
      held: state.held, configVersion: config.version, keepaliveS: keepaliveS(), batchEveryMs: batchEveryMs(), capMb: config.capMb, postponed: spending().postponed,
    };
  }

  return {
    status,
    async stop(signal) {
      clearTimeout(timer);
      tell({ kind: 'stop', why: isUninstalling(dir) ? 'uninstall' : await whyStopped(signal) });
      await sender?.stop(STOP_MS);
      bytes.save();
      lock.release();
      log('agent stopped');
    },
  };
}
