/**
 * One enrolment, in the caller's transaction. In this order:
 *
 *   1. the same request again (its nonce): the machine that it made;        4. a use of the voucher is taken;
 *   2. one that a person was asked about: as was decided;                   5. none left: a person is asked.
 *   3. a PC that comes back, by its hardware: the machine it was, no use counted; while that is being heard, a person is asked;
 */
import type { MachineId } from '@cac/shared/ids.ts';
import { comesBack } from '@cac/shared/fingerprint.ts';
import type { WAIT_WHYS } from '@cac/shared/field.ts';
import type { EnrolRequest } from '@cac/shared/messages.ts';
import { randomBytes } from 'node:crypto';
import { USUAL_LIVENESS_MS } from '../core/blindness.ts';
import { deadlineAfter } from '../core/machine-state.ts';
import { writeAudit } from '../store/accounts.ts';
import { askPerson, closeRequest, requestByNonce, waitingOfVoucher } from '../store/enrol-requests.ts';
import { hardwareOfSite, takeIdentityOver, type KnownHardware } from '../store/identities.ts';
import type { Handle, Store } from '../store/store.ts';
import { insertMachine, machineByNonce, takeUse, type UsableVoucher } from '../store/vouchers.ts';
import type { MachineChange } from './change-states.ts';
import { finishMove, isForTwin, movedBy } from './move-machine.ts';

export interface Enrolment {
  request: EnrolRequest;
  voucher: UsableVoucher;
  now: number;
}

export type EnrolOutcome =
  | { kind: 'machine'; machine: MachineId }
  /** Another PC used this nonce. */
  | { kind: 'conflict' }
  | { kind: 'waiting'; why: (typeof WAIT_WHYS)[number] }
  /** Somebody said no, or too many wait already. */
  | { kind: 'refused' };

/** The old identity of a PC that comes back was not heard for so long. */
const SILENT_MS = 10 * 60_000;
/** Time for a first connection: half a minute after a boot, and some tries. */
const JUST_CAME_MS = 2 * 60_000;
/** Of one voucher: a code that leaked fills no list. */
const MOST_WAITING = 50;

export async function enrolMachine(store: Store, tx: Handle, { request, voucher, now }: Enrolment, changes: MachineChange[]): Promise<EnrolOutcome> {
  const fingerprint = JSON.stringify(request.fp);
  const earlier = await machineByNonce(tx, voucher.id, request.nonce);
  if (earlier) return earlier.fingerprint === fingerprint && earlier.secret_hash === request.secretHash ? { kind: 'machine', machine: earlier.id as MachineId } : { kind: 'conflict' };

  const moved = movedBy(voucher.created_by);
  const asked = await requestByNonce(tx, voucher.id, request.nonce);
  if (asked && (asked.fingerprint !== fingerprint || asked.secret_hash !== request.secretHash)) return { kind: 'conflict' };
  if (asked?.state === 'refused') return { kind: 'refused' };
  if (asked?.state === 'accepted') {
    const machine = await addMachine(tx, { request, voucher, now }, changes);
    await closeRequest(tx, asked.id, machine);
    if (moved !== null) await finishMove(store, tx, moved, machine, changes, now);
    return { kind: 'machine', machine };
  }

  const known = isForTwin(voucher.created_by) ? undefined : (await hardwareOfSite(tx, voucher.site_id))
    .filter((one) => comesBack(one.fp, request.fp))
    .toSorted((a, b) => (b.last_sign_at ?? 0) - (a.last_sign_at ?? 0))[0];
  if (known && isSilent(known, now)) {
    store.memory.forget([known.id]);
    await takeIdentityOver(tx, known.id, { voucher_id: voucher.id, nonce: request.nonce, fingerprint, secret_hash: request.secretHash }, now);
    if (asked) await closeRequest(tx, asked.id, known.id);
    if (moved !== null) await finishMove(store, tx, moved, known.id, changes, now);
    await writeAudit(tx, { at: now, who: 'constat', act: 'machine_came_back', subject: known.id, detail: voucher.site_id });
    return { kind: 'machine', machine: known.id as MachineId };
  }
  if (!known && (await takeUse(tx, voucher.id))) {
    const machine = await addMachine(tx, { request, voucher, now }, changes);
    if (asked) await closeRequest(tx, asked.id, machine);
    if (moved !== null) await finishMove(store, tx, moved, machine, changes, now);
    return { kind: 'machine', machine };
  }

  const why = known ? 'same_hardware' : 'used_up';
  if (!asked && (await waitingOfVoucher(tx, voucher.id)) >= MOST_WAITING) return { kind: 'refused' };
  await askPerson(tx, { voucher_id: voucher.id, site_id: voucher.site_id, nonce: request.nonce, fingerprint, secret_hash: request.secretHash, name: request.name, agent: request.agent, os: request.os, why, like_machine: known?.id ?? null, asked_at: now });
  return { kind: 'waiting', why };
}

/** One that has just come is not silent: else each of thirty clones would take the identity from the one before, which has not connected yet. */
const isSilent = ({ last_sign_at, came_at, liveness_ms }: KnownHardware, now: number): boolean =>
  now - (last_sign_at ?? 0) > Math.max(SILENT_MS, deadlineAfter(0, liveness_ms)) && now - came_at > JUST_CAME_MS;

async function addMachine(tx: Handle, { request, voucher, now }: Enrolment, changes: MachineChange[]): Promise<MachineId> {
  const id = machineId();
  await insertMachine(tx, {
    id,
    site_id: voucher.site_id,
    name: request.name,
    secret_hash: request.secretHash,
    fingerprint: JSON.stringify(request.fp),
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
    old_secret_hash: null,
    old_secret_until: null,
    secret_changed_at: null,
    cfg_version: null,
    context: null,
    context_at: null,
    replaced_by: null,
    restarts_at: null,
  });
  changes.push({ machineId: id, siteId: voucher.site_id, from: null, to: { state: { kind: 'unseen' }, sinceAt: now, provisional: false, deadlineAt: null, cause: 'enrolled' } });
  return id;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

function machineId(): MachineId {
  let id = '';
  // Bytes of 252 and above would favour the first letters: skip them.
  while (id.length < 20) for (const byte of randomBytes(32)) if (byte < 252 && id.length < 20) id += ALPHABET[byte % 36];
  return id as MachineId;
}
