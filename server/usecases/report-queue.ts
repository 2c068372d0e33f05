/**
 * Groups what brokers bring: one transaction for up to 500 reports or 5 ms of waiting. A group that fails is tried
 * again machine by machine, so that one machine's trouble is not the others'. While the database fails nobody gets
 * an ack: agents keep their records and come again.
 */
import type { MachineId } from '@cac/shared/ids.ts';
import type { Ack } from '@cac/shared/messages.ts';
import type { Store } from '../store/store.ts';
import { receiveReports, type Report, type ServerIdentity } from './receive-reports.ts';
import { createReportRate } from './report-rate.ts';

export interface ReportQueueOptions {
  store: Store;
  server: ServerIdentity;
  now: () => number;
  /** How long evidence is kept. */
  retentionMs?: number;
  /** After each commit that changed a state. */
  onChanged(): void;
  /** After the commit: machines that said hello, and are to be told what waits for them. */
  onHellos?(machines: readonly MachineId[]): void;
  onFailure(error: unknown, reports: readonly Report[]): void;
}

export type Settle = (ack: Ack | null) => void;

export interface ReportQueue {
  /** `settle` is called once, after the commit, with the ack to send; with null when there is none. */
  push(report: Report, settle: Settle): void;
  /** Commits what waits; afterwards `push` settles with null at once. */
  close(): Promise<void>;
  stats(): QueueStats;
}

export interface QueueStats {
  reports: number;
  records: number;
  rejected: number;
  groups: number;
  failedGroups: number;
  waiting: number;
  /** Reports not taken because their machine sends too many. */
  slowed: number;
  /** The last group failed: nothing is being acknowledged. */
  failing: boolean;
  lastError: unknown;
}

const GROUP_REPORTS = 500;
const GROUP_WAIT_MS = 5;
const NOTHING = new Uint8Array(0);

interface Waiting {
  report: Report;
  settle: Settle;
  /** Too many from this machine: it is answered in its turn, and not taken. */
  slow: boolean;
}

export function createReportQueue(options: ReportQueueOptions): ReportQueue {
  const stats: QueueStats = { reports: 0, records: 0, rejected: 0, groups: 0, failedGroups: 0, waiting: 0, slowed: 0, failing: false, lastError: null };
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  const rate = createReportRate(options.now);

  const schedule = (): void => {
    if (running || timer || waiting.length === 0) return;
    if (waiting.length >= GROUP_REPORTS) return start();
    timer = setTimeout(start, GROUP_WAIT_MS);
  };

  const start = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (running) return;
    const group = waiting.splice(0, GROUP_REPORTS);
    if (group.length === 0) return;
    running = commit(group).finally(() => {
      running = null;
      stats.waiting = waiting.length;
      schedule();
    });
  };

  const commit = async (group: Waiting[]): Promise<void> => {
    stats.groups += 1;
    try {
      await commitTogether(group);
      stats.failing = false;
    } catch (error) {
      stats.failedGroups += 1;
      if (machinesOf(group).size > 1) await commitApart(group);
      else fail(error, group);
    }
  };

  const commitTogether = async (group: Waiting[]): Promise<void> => {
    const taken = group.filter(({ slow }) => !slow).map(({ report }) => report);
    if (taken.length === 0) {
      for (const w of group) w.settle(rate.slow(w.report.machine));
      return;
    }
    const outcome = await receiveReports(options.store, taken, options.now(), options.server, options.retentionMs);
    stats.reports += taken.length;
    stats.records += outcome.records;
    stats.rejected += outcome.rejected;
    if (outcome.changed) options.onChanged();
    if (outcome.hellos.length > 0) options.onHellos?.(outcome.hellos);
    let i = 0;
    for (const w of group) {
      const ack = w.slow ? rate.slow(w.report.machine) : (outcome.acks[i++] ?? null);
      if (ack) rate.note(w.report.machine, ack);
      w.settle(ack);
    }
  };

  /** Machine by machine; three failures in a row are the database's trouble, not a machine's. */
  const commitApart = async (group: Waiting[]): Promise<void> => {
    let inARow = 0;
    for (const own of machinesOf(group).values()) {
      if (inARow >= 3) {
        for (const w of own) w.settle(null);
        continue;
      }
      try {
        await commitTogether(own);
        stats.failing = false;
        inARow = 0;
      } catch (error) {
        inARow += 1;
        fail(error, own);
      }
    }
  };

  const fail = (error: unknown, group: Waiting[]): void => {
    stats.failing = true;
    stats.lastError = error;
    options.onFailure(
      error,
      group.map((w) => w.report),
    );
    for (const w of group) w.settle(null);
  };

  return {
    push(report, settle) {
      if (closed) return settle(null);
      const slow = !rate.allows(report.machine);
      if (slow) stats.slowed += 1;
      // In its turn: a broker confirms what it was sent in that order [MQTT-4.6.0-2].
      waiting.push({ report: slow ? { ...report, payload: NOTHING } : report, settle, slow });
      stats.waiting = waiting.length;
      schedule();
    },
    async close() {
      closed = true;
      while (running || waiting.length > 0) {
        start();
        await running;
      }
    },
    stats: () => ({ ...stats }),
  };
}

function machinesOf(group: readonly Waiting[]): Map<string, Waiting[]> {
  const byMachine = new Map<string, Waiting[]>();
  for (const w of group) {
    const own = byMachine.get(w.report.machine);
    if (own) own.push(w);
    else byMachine.set(w.report.machine, [w]);
  }
  return byMachine;
}
