/** What agents say beside their records, written in ingest's transaction: configuration in force, context, bytes, a new secret, their log, commands carried out. */
import type { Up } from '@cac/shared/messages.ts';
import { changeSecret } from '../store/identities.ts';
import { writeAudit } from '../store/accounts.ts';
import { closeCommand, openCommands, raiseUse, writeConfigVersion, writeContext, writeLog } from '../store/machine-field.ts';
import type { Handle } from '../store/store.ts';

export interface Spoken {
  machine: string;
  up: Up;
}

/** Of most messages nothing: heartbeats carry none of it. */
export const speaks = ({ cfg, ctx, use, sh, log, done }: Up): boolean => cfg !== undefined || ctx !== undefined || use !== undefined || sh !== undefined || log !== undefined || done !== undefined;

export async function hearAgents(tx: Handle, spoken: readonly Spoken[], now: number): Promise<void> {
  const bytes = new Map<string, { machine_id: string; day: string; bytes: number }>();
  for (const { machine, up } of spoken) {
    if (up.cfg !== undefined) await writeConfigVersion(tx, machine, up.cfg);
    if (up.ctx !== undefined) await writeContext(tx, machine, up.ctx, now);
    if (up.sh !== undefined) await takeSecret(tx, machine, up.sh, now);
    if (up.log !== undefined) await writeLog(tx, machine, up.log, now);
    if (up.done !== undefined) await closeCommand(tx, machine, up.done, now);
    for (const [day, count] of up.use ?? []) if (isNear(day, now)) bytes.set(`${machine} ${day}`, { machine_id: machine, day, bytes: count });
  }
  await raiseUse.run(tx, [...bytes.values()]);
}

/** Only where it was asked for: else whoever holds a copied identity could lock the PC out with a secret of his own. */
async function takeSecret(tx: Handle, machine: string, hash: string, now: number): Promise<void> {
  if (!(await openCommands(tx, [machine])).some(({ kind }) => kind === 'rotate_secret')) return;
  await changeSecret(tx, machine, hash, now);
  await writeAudit(tx, { at: now, who: 'constat', act: 'secret_changed', subject: machine, detail: '' });
}

const DAY_MS = 86_400_000;

/** A PC whose clock is years off fills no month but its own. */
function isNear(day: string, now: number): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return at > now - 40 * DAY_MS && at < now + 2 * DAY_MS;
}
