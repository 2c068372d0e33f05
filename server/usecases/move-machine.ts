/**
 * A PC that now stands at another site. What it proved stays where it was proven: at its next hello the agent is given a voucher of the new site, enrols there as a new machine,
 * and the old one is removed in that very transaction (enrol-machine.ts).
 */
import { printVoucherCode, voucherCodeOf } from '@cac/shared/voucher-code.ts';
import { stateOfWord } from '@cac/shared/states.ts';
import { randomBytes } from 'node:crypto';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { markReplaced } from '../store/identities.ts';
import { closeMoves, insertCommand } from '../store/machine-field.ts';
import { findMachine, revokeMachine } from '../store/machines.ts';
import { findSite } from '../store/sites.ts';
import type { Handle, Store } from '../store/store.ts';
import { insertVouchers } from '../store/vouchers.ts';
import type { Author } from './add-sites.ts';
import type { MachineChange } from './change-states.ts';

const VOUCHER_MS = 86_400_000;
/** How a voucher says which machine it is to move, or that it is for a PC that a person told apart from its twin. */
const MOVES = 'move:';
const TWIN = 'move:twin';

/** The machine that enrolments with this voucher move; null: none. */
export const movedBy = (createdBy: string): string | null => (createdBy.startsWith(MOVES) && createdBy !== TWIN ? createdBy.slice(MOVES.length) : null);

/** Is it for another PC, whatever its hardware looks like? */
export const isForTwin = (createdBy: string): boolean => createdBy === TWIN;

/** Throws `not_found`, `unknown_site` or `same_site`. A second order takes the place of the first. */
export async function orderMove(store: Store, author: Author, id: string, to: { siteId: string; reason: string }, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const machine = await findMachine(tx, author.scope, id);
    if (!machine || machine.revoked) throw problem('not_found', 'There is no such machine.');
    const site = await findSite(tx, author.scope, to.siteId);
    if (!site) throw problem('unknown_site', `There is no site ${to.siteId}.`, { where: 'siteId' });
    if (to.siteId === machine.siteId) throw problem('same_site', 'This PC is of that site already.', { where: 'siteId', todo: 'Choose another site.' });
    await closeMoves(tx, id, now);
    await insertCommand(tx, { machine_id: id, kind: 'move', detail: to.siteId, asked_by: author.name, asked_at: now });
    await writeAudit(tx, { at: now, who: author.name, act: 'move_machine', subject: id, detail: `${machine.siteId} -> ${to.siteId}: ${to.reason}` });
  });
}

/** One use, one day, for this machine alone. Its code. */
export const moveVoucher = (store: Store, machine: string, site: string, now: number): Promise<string> => voucherFor(store, `${MOVES}${machine}`, site, now);

/** The same, for a held process that is to enrol as a PC of its own. */
export const twinVoucher = (store: Store, site: string, now: number): Promise<string> => voucherFor(store, TWIN, site, now);

async function voucherFor(store: Store, purpose: string, site: string, now: number): Promise<string> {
  const code = voucherCodeOf(randomBytes(10));
  await insertVouchers(store.db, [{ site_id: site, code_hash: hashOf(code), created_at: now, created_by: purpose, expires_at: now + VOUCHER_MS, uses: 1 }]);
  return printVoucherCode(code);
}

/** The old machine goes, as the new one comes. */
export async function finishMove(store: Store, tx: Handle, from: string, to: string, changes: MachineChange[], now: number): Promise<void> {
  const old = await findMachine(tx, { kind: 'all' }, from);
  if (!old || old.revoked || from === to) return;
  store.memory.forget([from]);
  await revokeMachine(tx, from, now);
  await markReplaced(tx, from, to);
  await closeMoves(tx, from, now);
  if (old.state.kind !== 'removed') changes.push({ machineId: from, siteId: old.siteId, from: old.state, to: { state: stateOfWord('removed'), sinceAt: now, provisional: false, deadlineAt: null, cause: 'moved' } });
}
