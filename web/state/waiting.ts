/** How many PCs wait for a person's agreement: the number in the menu, read anew now and then. */
import type { List } from '@cac/shared/api.ts';
import type { EnrolRequestRow } from '@cac/shared/field.ts';
import { signal } from '@preact/signals';
import { request, V1 } from '../api.ts';

export const waitingPcs = signal(0);
const EVERY_MS = 60_000;

/** A failure leaves the number as it is: whoever opens the list is told. */
export const refreshWaiting = (): Promise<void> => request<List<EnrolRequestRow>>('GET', `${V1}/enrol-requests?limit=100`).then(({ items }) => void (waitingPcs.value = items.length), () => {});

/** Until the returned function is called. */
export function followWaiting(): () => void {
  void refreshWaiting();
  const timer = setInterval(() => void refreshWaiting(), EVERY_MS);
  return () => clearInterval(timer);
}
