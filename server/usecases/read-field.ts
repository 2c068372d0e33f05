/** What a coordinator reads of a machine in the field, and of a site's bytes. */
import { detectionS, type Context, type DataUse, type MachineField } from '@cac/shared/field.ts';
import type { Scope } from '@cac/shared/api.ts';
import { commandsOf, logAt, useOfMachine, useOfSite } from '../store/machine-field.ts';
import { heldOf } from '../store/identities.ts';
import { findMachine } from '../store/machines.ts';
import { findSite } from '../store/sites.ts';
import type { Store } from '../store/store.ts';
import { configsOf, monthOf } from './greet-machines.ts';

/** Null: no such machine in scope. */
export async function readMachineField({ db }: Store, scope: Scope, id: string, now: number): Promise<MachineField | null> {
  const machine = await findMachine(db, scope, id);
  if (!machine) return null;
  const row = await db.selectFrom('machines').select(['enrolled_at', 'context', 'context_at', 'cfg_version', 'secret_changed_at', 'replaced_by']).where('id', '=', id).executeTakeFirstOrThrow();
  const config = (await configsOf(db, [machine.siteId], now)).get(machine.siteId)!;
  const days = await useOfMachine(db, id, monthOf(now));
  return {
    enrolledAt: row.enrolled_at,
    context: row.context === null ? null : (JSON.parse(row.context) as Context),
    contextAt: row.context_at,
    bytes: { today: days.find(({ day }) => day === dayOf(now))?.bytes ?? 0, month: days.reduce((sum, { bytes }) => sum + bytes, 0) },
    config,
    configVersion: row.cfg_version,
    detectionS: detectionS(config.keepaliveS),
    commands: await commandsOf(db, id),
    logAt: await logAt(db, id),
    held: await heldOf(db, id),
    secretChangedAt: row.secret_changed_at,
    replacedBy: row.replaced_by as MachineField['replacedBy'],
  };
}

const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** Null: no such site in scope. */
export async function readDataUse({ db }: Store, scope: Scope, id: string, now: number): Promise<DataUse | null> {
  if (!(await findSite(db, scope, id))) return null;
  const { cap_mb, metered } = await db.selectFrom('sites').select(['cap_mb', 'metered']).where('id', '=', id).executeTakeFirstOrThrow();
  const { days, machines } = await useOfSite(db, id, monthOf(now));
  const usedBytes = days.reduce((sum, { bytes }) => sum + bytes, 0);
  const { keepaliveS } = (await configsOf(db, [id], now)).get(id)!;
  return { month: monthOf(now).slice(0, 7), capMb: cap_mb, metered: metered === 1, usedBytes, days, machines, keepaliveS, detectionS: detectionS(keepaliveS), forecastBytes: forecast(days, now) };
}

/** What was used, and the rest of the month at the pace since its first counted day; null before a whole day was counted. */
function forecast(days: DataUse['days'], now: number): number | null {
  const today = new Date(now).getUTCDate();
  const whole = days.filter(({ day }) => day !== dayOf(now));
  if (whole.length === 0) return null;
  const since = Number(whole[0]!.day.slice(8));
  const pace = whole.reduce((sum, { bytes }) => sum + bytes, 0) / (today - since);
  const date = new Date(now);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const used = days.reduce((sum, { bytes }) => sum + bytes, 0);
  return Math.round(used + pace * (length - today));
}
