/** What decides when somebody is told: one JSON text of the database; absent, or of an older shape, it is the usual one. */
import { AlertSettings, USUAL_ALERTS } from '@cac/shared/incidents.ts';
import * as v from 'valibot';
import { readMeta, writeMeta } from './meta.ts';
import type { Handle } from './store.ts';

const KEY = 'alert_settings';

/** Fields that an older version did not write stand as usual. */
export async function readAlertSettings(db: Handle): Promise<AlertSettings> {
  const text = await readMeta(db, KEY);
  if (text === null) return USUAL_ALERTS;
  const parsed = v.safeParse(AlertSettings, { ...USUAL_ALERTS, ...(JSON.parse(text) as object) });
  return parsed.success ? parsed.output : USUAL_ALERTS;
}

export const writeAlertSettings = (db: Handle, settings: AlertSettings): Promise<void> => writeMeta(db, KEY, JSON.stringify(settings));
