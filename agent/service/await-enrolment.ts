/**
 * An installed agent without identity, whose answers were kept (an enrolment file, no link on the day, a coordinator who is asked): it
 * asks the server again and again, and says so to `status`. The lock is held meanwhile: one agent per directory.
 */
import { randomInt } from 'node:crypto';
import { BACKOFF, enrolDelay } from '../core/backoff.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { enrolWith } from '../install/enrol-with.ts';
import { dropRequest, readKeptRequest } from '../install/kept-request.ts';
import { readIdentity } from '../uplink/identity.ts';
import { askRunning, takeLock } from './lock.ts';
import type { Log } from './log.ts';
import { monotonicMs } from './machine-clock.ts';
import type { StatusDocument } from './status.ts';

export type Awaited = { kind: 'go_on' } | { kind: 'stopped' } | { kind: 'already_running'; pid: number | null };

/** Returns at once where there is an identity, or nothing to ask for one with. `asked` resolves when the agent is to stop. */
export async function awaitEnrolment(dir: string, asked: Promise<unknown>, eager: boolean, log: Log): Promise<Awaited> {
  if (readIdentity(dir)) {
    dropRequest(dir);
    return { kind: 'go_on' };
  }
  if (!readKeptRequest(dir)) return { kind: 'go_on' };
  const waiting: Partial<StatusDocument> = { pid: process.pid, version: AGENT_VERSION, enrolment: 'asking' };
  const lock = await takeLock(dir, () => waiting as StatusDocument);
  if (!lock) return { kind: 'already_running', pid: (await askRunning(dir))?.pid ?? null };
  let stopped = false;
  const stop = asked.then(() => void (stopped = true));
  try {
    // A room's PCs are switched on together: as with the first connection, they do not all come at once.
    if (!eager && monotonicMs() < BACKOFF.freshBootMs) await waitFor(randomInt(BACKOFF.firstConnectMs), stop);
    for (let failures = 1; !stopped; failures += 1) {
      const request = readKeptRequest(dir);
      if (!request || readIdentity(dir)) break; // somebody enrolled this PC by hand meanwhile
      const outcome = await enrolWith(dir, request, () => Promise.resolve(true));
      if (outcome.kind === 'enrolled' || outcome.kind === 'cancelled') {
        log(`enrolled: machine ${readIdentity(dir)?.machine}`);
        break;
      }
      waiting.enrolment = `${outcome.kind}: ${outcome.fault.code}`;
      const waitMs = enrolDelay(outcome.kind, failures, randomInt(2 ** 32) / 2 ** 32);
      log(`not enrolled yet: ${outcome.fault.code}: ${outcome.fault.message}; next in ${Math.round(waitMs / 1000)} s`);
      await waitFor(waitMs, stop);
    }
  } finally {
    lock.release();
  }
  if (stopped) return { kind: 'stopped' };
  dropRequest(dir);
  return { kind: 'go_on' };
}

function waitFor(ms: number, stop: Promise<void>): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    void stop.then(() => {
      clearTimeout(timer);
      done();
    });
  });
}
