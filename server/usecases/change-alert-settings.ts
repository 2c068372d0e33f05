/** Changes what decides when somebody is told; who did it, before and after, stays. */
import type { AlertSettings } from '@cac/shared/incidents.ts';
import { writeAudit } from '../store/accounts.ts';
import { readAlertSettings, writeAlertSettings } from '../store/alert-settings.ts';
import type { Store } from '../store/store.ts';
import { hastenWatches } from '../store/watches.ts';

export async function changeAlertSettings(store: Store, who: string, settings: AlertSettings, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const before = await readAlertSettings(tx);
    await writeAlertSettings(tx, settings);
    // Who is in trouble now is judged by the new graces.
    await hastenWatches(tx, null);
    await writeAudit(tx, { at: now, who, act: 'change_alert_settings', subject: 'alert settings', detail: '', before, after: settings });
  });
}
