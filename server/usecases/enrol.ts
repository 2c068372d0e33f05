/**
 * A PC gets its identity with a site's voucher. Unknown, expired, revoked and exhausted codes get the same answer;
 * only failed tries are counted, per address and over all, so that thirty PCs behind one address enrol freely.
 */
import type { EnrolAnswer, EnrolRequest, VoucherAnswer } from '@cac/shared/messages.ts';
import type { MachineId } from '@cac/shared/ids.ts';
import { readVoucherCode } from '@cac/shared/voucher-code.ts';
import { randomBytes } from 'node:crypto';
import { USUAL_LIVENESS_MS } from '../core/blindness.ts';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import type { Handle, Store } from '../store/store.ts';
import { insertMachine, machineByNonce, takeUse, voucherByCode, type UsableVoucher } from '../store/vouchers.ts';
import { changeStates, type MachineChange } from './change-states.ts';
import { createTries } from './tries.ts';

export interface EnrolDoor {
  check(typed: string, address: string, now: number): Promise<VoucherAnswer>;
  /** Throws `voucher_refused`, `too_many_tries` or `enrol_conflict`. */
  enrol(request: EnrolRequest, address: string, now: number): Promise<Omit<EnrolAnswer, 'mqtt'>>;
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
    async check(typed, address, now) {
      const voucher = await open(typed, address, now);
      return { site: { id: voucher.site_id, name: voucher.site_name }, salt: saltOf(voucher.site_id, store.salt) };
    },

    async enrol(request, address, now) {
      const voucher = await open(request.voucher, address, now);
      const outcome = await together({ request, voucher, now });
      if (outcome === 'conflict') {
        throw problem('enrol_conflict', 'Another PC has enrolled with the same request number.', { where: 'nonce', todo: 'Enrol again: the agent makes a new request.' });
      }
      if (outcome === 'used_up') {
        perAddress.fail(address, now);
        overall.fail('all', now);
        throw refused();
      }
      return { machine: outcome, site: { id: voucher.site_id, name: voucher.site_name }, dbi: store.dbi };
    },
  };
}

interface Enrolment {
  request: EnrolRequest;
  voucher: UsableVoucher;
  now: number;
}

type Outcome = MachineId | 'conflict' | 'used_up';

const GROUP = 32;

/** Enrolments that come at the same time share a transaction: it is the commit that costs. If it fails, each gets one of its own. */
function groupsOf(store: Store): (enrolment: Enrolment) => Promise<Outcome> {
  let waiting: { enrolment: Enrolment; settle(outcome: Promise<Outcome>): void }[] = [];
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
async function enrolAll(store: Store, group: readonly Enrolment[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const order = [...group.keys()].sort((a, b) => group[a]!.voucher.id - group[b]!.voucher.id);
  await store.db.transaction().execute(async (tx) => {
    const changes: MachineChange[] = [];
    for (const i of order) outcomes[i] = await enrolOne(tx, group[i]!, changes);
    await changeStates(tx, changes, Math.max(...group.map((enrolment) => enrolment.now)));
  });
  return outcomes;
}

async function enrolOne(tx: Handle, { request, voucher, now }: Enrolment, changes: MachineChange[]): Promise<Outcome> {
  const fingerprint = JSON.stringify(request.fp);
  const earlier = await machineByNonce(tx, voucher.id, request.nonce);
  if (earlier) return earlier.fingerprint === fingerprint && earlier.secret_hash === request.secretHash ? (earlier.id as MachineId) : 'conflict';
  if (!(await takeUse(tx, voucher.id))) return 'used_up';
  const id = machineId();
  await insertMachine(tx, {
    id,
    site_id: voucher.site_id,
    name: request.name,
    secret_hash: request.secretHash,
    fingerprint,
    voucher_id: voucher.id,
    nonce: request.nonce,
    enrolled_at: now,
    begins_at: now,
    revoked_at: null,
    state: 'unseen',
    since_at: now,
    provisional: 0,
    deadline_at: null,
    last_sign_at: null,
    liveness_ms: USUAL_LIVENESS_MS,
    link: 'ok',
    ep: null,
    inst: null,
    conn: null,
    boot: null,
    booted_at: null,
    probes: '[]',
    flags: '[]',
    skew_ms: null,
    clone_suspect_at: null,
    interface: null,
    versions: null,
  });
  changes.push({ machineId: id, siteId: voucher.site_id, from: null, to: { state: { kind: 'unseen' }, sinceAt: now, provisional: false, deadlineAt: null, cause: 'enrolled' } });
  return id;
}

const refused = () =>
  problem('voucher_refused', 'This installation code is not accepted.', {
    where: 'voucher',
    todo: 'Check each of the 16 characters. If they are right, ask your coordinator for a new code: this one may have expired or be used up.',
  });

/** Fingerprints are salted per site, so that the same hardware cannot be recognised elsewhere. */
const saltOf = (site: string, installation: string): string => hashOf(`fingerprint ${site} ${installation}`).slice(0, 32);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

function machineId(): MachineId {
  let id = '';
  // Bytes of 252 and above would favour the first letters: skip them.
  while (id.length < 20) for (const byte of randomBytes(32)) if (byte < 252 && id.length < 20) id += ALPHABET[byte % 36];
  return id as MachineId;
}
