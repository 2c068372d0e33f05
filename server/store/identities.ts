/** Who a machine is: its hardware, its secrets, what took its place, and the processes held apart from it. */
import type { HeldProcess } from '@cac/shared/field.ts';
import type { Handle } from './store.ts';

export interface KnownHardware {
  id: string;
  fp: (string | null)[];
  last_sign_at: number | null;
  /** When it enrolled, or was given back: it has said something then. */
  came_at: number;
  liveness_ms: number;
}

/** Of the site's machines that still count. */
export const hardwareOfSite = async (db: Handle, site: string): Promise<KnownHardware[]> =>
  (await db.selectFrom('machines').select(['id', 'fingerprint', 'last_sign_at', 'enrolled_at', 'secret_changed_at', 'liveness_ms']).where('site_id', '=', site).where('revoked_at', 'is', null).execute()).map(({ id, fingerprint, last_sign_at, enrolled_at, secret_changed_at, liveness_ms }) => ({
    id, last_sign_at, liveness_ms, came_at: Math.max(enrolled_at, secret_changed_at ?? 0), fp: JSON.parse(fingerprint) as (string | null)[],
  }));

/** A PC that lost its identity has it again, with a secret of its own making. */
export const takeIdentityOver = (tx: Handle, id: string, row: { voucher_id: number; nonce: string; fingerprint: string; secret_hash: string }, now: number): Promise<unknown> =>
  tx.updateTable('machines').set({ ...row, old_secret_hash: null, old_secret_until: null, secret_changed_at: now, clone_suspect_at: null }).where('id', '=', id).execute();

/** So long the secret before is good beside the new one. */
const BOTH_GOOD_MS = 24 * 3_600_000;

/** The same hash again changes nothing. */
export const changeSecret = (tx: Handle, id: string, hash: string, now: number): Promise<unknown> =>
  tx
    .updateTable('machines')
    .set((eb) => ({ old_secret_hash: eb.ref('secret_hash'), old_secret_until: now + BOTH_GOOD_MS, secret_hash: hash, secret_changed_at: now }))
    .where('id', '=', id)
    .where('secret_hash', '!=', hash)
    .execute();

export const markReplaced = (tx: Handle, id: string, by: string): Promise<unknown> => tx.updateTable('machines').set({ replaced_by: by }).where('id', '=', id).execute();

// ---- processes held apart

/** Of one machine, more than a room of clones: a stolen identity that makes up a new process at each connection fills no table. */
export const MOST_HELD = 100;

/** Notes that it was met; what a person decided of it, `held` while nobody has. */
export async function holdProcess(tx: Handle, machine: string, inst: string, at: number, address: string): Promise<string> {
  const known = await tx.updateTable('held_processes').set({ last_at: at, address }).where('machine_id', '=', machine).where('inst', '=', inst).returning('state').executeTakeFirst();
  if (known) return known.state;
  const { n } = await tx.selectFrom('held_processes').select((eb) => eb.fn.countAll<number>().as('n')).where('machine_id', '=', machine).executeTakeFirstOrThrow();
  if (Number(n) >= MOST_HELD) return 'held';
  await tx
    .insertInto('held_processes')
    .values({ machine_id: machine, inst, since_at: at, last_at: at, address, os: null, state: 'held', decided_at: null, decided_by: null })
    .onConflict((c) => c.columns(['machine_id', 'inst']).doNothing())
    .execute();
  return 'held';
}

export async function heldOf(db: Handle, machine: string): Promise<HeldProcess[]> {
  const rows = await db.selectFrom('held_processes').selectAll().where('machine_id', '=', machine).where('state', '=', 'held').orderBy('since_at').limit(100).execute();
  return rows.map((row) => ({ inst: row.inst as HeldProcess['inst'], since: row.since_at, lastAt: row.last_at, address: row.address, os: row.os }));
}

/** Of a machine one process at most is the PC: the one last said to be. False: it is held no longer. */
export const decideHeld = async (tx: Handle, machine: string, inst: string, state: 'new_machine' | 'is_the_pc', by: string, now: number): Promise<boolean> => {
  const done = await tx.updateTable('held_processes').set({ state, decided_by: by, decided_at: now }).where('machine_id', '=', machine).where('inst', '=', inst).where('state', '=', 'held').executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  // Two that both are the PC would take the identity from each other without end.
  if (state === 'is_the_pc') await tx.updateTable('held_processes').set({ state: 'held', decided_at: null, decided_by: null }).where('machine_id', '=', machine).where('inst', '!=', inst).where('state', '=', 'is_the_pc').execute();
  return true;
};

/** All that are held, the last met of a machine last. */
export const heldInsts = (db: Handle): Promise<{ machine_id: string; inst: string }[]> =>
  db.selectFrom('held_processes').select(['machine_id', 'inst']).where('state', '=', 'held').orderBy('last_at').execute();
