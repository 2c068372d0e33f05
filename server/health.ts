/** Is the server well? Not when the database does not answer, nor while reports cannot be committed, nor when nobody would be told of an outage. */
import type { Health } from './http/context.ts';
import { readMeta } from './store/meta.ts';
import type { Store } from './store/store.ts';
import type { QueueStats } from './usecases/report-queue.ts';

export async function healthOf(store: Store, queue: () => QueueStats, version: string, staleLoop: () => string | null, certificateDays: () => number | null = () => null): Promise<Health> {
  const code = await readMeta(store.db, 'dbi').then(
    () => (queue().failing ? failureCode(queue().lastError) : staleLoop() === null ? 'ok' : 'alerts_stale'),
    () => 'database_unavailable',
  );
  const days = certificateDays();
  return { ok: code === 'ok', code, version, ...(days !== null && { warnings: [`certificate_expires_in_days ${days}`] }) };
}

const failureCode = (error: unknown): string => (/SQLITE_FULL|53100|ENOSPC/.test(String((error as { code?: string } | null)?.code)) ? 'disk_full' : 'ingest_failing');
