/**
 * A PC gets its identity with a site's voucher (enrol-machine.ts). Unknown, expired and revoked codes get the same answer;
 * only failed tries are counted, per address and over all, so that thirty PCs behind one address enrol freely.
 */
import type { EnrolAnswer, EnrolRequest, VoucherAnswer } from '@cac/shared/messages.ts';
import type { EnrolPending } from '@cac/shared/field.ts';
import { readVoucherCode } from '@cac/shared/voucher-code.ts';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import type { Store } from '../store/store.ts';
import { voucherByCode, type UsableVoucher } from '../store/vouchers.ts';
import { changeStates, type MachineChange } from './change-states.ts';
import { enrolMachine, type Enrolment, type EnrolOutcome } from './enrol-machine.ts';
import { createTries } from './tries.ts';

export interface EnrolDoor {
  check(typed: string, address: string, now: number): Promise<VoucherAnswer>;
  /** Throws `voucher_refused`, `too_many_tries`, `enrol_conflict` or `enrol_refused`. Beyond what the voucher allows a person is asked meanwhile. */
  enrol(request: EnrolRequest, address: string, now: number): Promise<Omit<EnrolAnswer, 'mqtt'> | EnrolPending>;
  /** The voucher behind a typed code; every refusal counts. Throws `voucher_refused` or `too_many_tries`. */
  open(typed: string, address: string, now: number): Promise<UsableVoucher>;
}

export function createEnrolDoor(store: Store): EnrolDoor {
  const perAddress = createTries({ capacity: 20, refillMs: 20 * 60_000 });
  const overall = createTries({ capacity: 1_000, refillMs: 60 * 60_000 });
  const together = groupsOf(store);

  const open = async (typed: string, address: string, now: number): Promise<UsableVoucher> => {
    const waitMs = Math.max(perAddress.waitMs(address, now), overall.waitMs('all', now));
    if (waitMs > 0) {
      const retryAfterS = Math.ceil(waitMs / 1000);
      throw problem('too_many_tries', 'Too many codes were refused from this address.', { retryAfterS, todo: `Wait ${retryAfterS} s, check the code with your coordinator, then try again.` });
    }
    const code = readVoucherCode(typed);
    const voucher = code === null ? undefined : await voucherByCode(store.db, hashOf(code), now);
    if (voucher) return voucher;
    perAddress.fail(address, now);
    overall.fail('all', now);
    throw refused();
  };

  return {
    open,

    async check(typed, address, now) {
      const voucher = await open(typed, address, now);
      return { site: { id: voucher.site_id, name: voucher.site_name }, salt: saltOf(voucher.site_id, store.salt) };
    },

    async enrol(request, address, now) {
      const voucher = await open(request.voucher, address, now);
      const outcome = await together({ request, voucher, now });
      const site = { id: voucher.site_id, name: voucher.site_name };
      switch (outcome.kind) {
        case 'machine':
          return { machine: outcome.machine, site, dbi: store.dbi };
        case 'waiting':
          return { pending: true, why: outcome.why, site, retryS: RETRY_S };
        case 'conflict':
          throw problem('enrol_conflict', 'Another PC has enrolled with the same request number.', { where: 'nonce', todo: 'Enrol again: the agent makes a new request.' });
        case 'refused':
          throw problem('enrol_refused', 'Your coordinator did not accept this PC, or too many PCs wait with this code.', { where: 'voucher', todo: 'Ask your coordinator for a code for this place.' });
        default:
          return outcome satisfies never;
      }
    },
  };
}

const GROUP = 32;
/** An agent that waits for a person asks again after so long, s. */
const RETRY_S = 60;

/** Enrolments that come at the same time share a transaction: it is the commit that costs. If it fails, each gets one of its own. */
function groupsOf(store: Store): (enrolment: Enrolment) => Promise<EnrolOutcome> {
  let waiting: { enrolment: Enrolment; settle(outcome: Promise<EnrolOutcome>): void }[] = [];
  let running = false;
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      waiting = waiting.slice(GROUP);
      try {
        const outcomes = await enrolAll(store, group.map((w) => w.enrolment));
        for (const [i, w] of group.entries()) w.settle(Promise.resolve(outcomes[i]!));
      } catch {
        for (const w of group) {
          const alone = enrolAll(store, [w.enrolment]).then(([outcome]) => outcome!);
          w.settle(alone);
          await alone.catch(() => {});
        }
      }
    }
    running = false;
  };
  return (enrolment) =>
    new Promise((settle) => {
      waiting.push({ enrolment, settle });
      if (running) return;
      running = true;
      // After what the sockets have brought by now: those requests join in.
      setImmediate(run);
    });
}

/** In one transaction; vouchers in order of their ids, so that two servers never wait for each other crosswise. */
async function enrolAll(store: Store, group: readonly Enrolment[]): Promise<EnrolOutcome[]> {
  const outcomes: EnrolOutcome[] = [];
  const order = [...group.keys()].sort((a, b) => group[a]!.voucher.id - group[b]!.voucher.id);
  await store.db.transaction().execute(async (tx) => {
    const changes: MachineChange[] = [];
    for (const i of order) outcomes[i] = await enrolMachine(store, tx, group[i]!, changes);
    await changeStates(tx, changes, Math.max(...group.map((enrolment) => enrolment.now)));
  });
  return outcomes;
}

const refused = () =>
  problem('voucher_refused', 'This installation code is not accepted.', {
    where: 'voucher',
    todo: 'Check each of the 16 characters. If they are right, ask your coordinator for a new code: this one may have expired or be used up.',
  });

/** Fingerprints are salted per site, so that the same hardware cannot be recognised elsewhere. */
const saltOf = (site: string, installation: string): string => hashOf(`fingerprint ${site} ${installation}`).slice(0, 32);
