/** In the panel of a site: its PCs that wait for agreement. Nothing where none does. */
import type { Machine } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { fcount } from '../../i18n/field/text.ts';
import { fieldApi } from './api.ts';
import { useAnswer } from './use-answer.ts';
import { WaitingList } from './waiting-list.tsx';

const AGAIN_MS = 30_000;

export function SiteWaiting({ id, machines, onChange }: { id: string; machines: readonly Machine[]; onChange: () => void }): JSX.Element | null {
  const { value, reload } = useAnswer(() => fieldApi.waiting(id), id, AGAIN_MS);
  if (value === null || value.items.length === 0) return null;
  return (
    <section class="block" data-testid="site-waiting">
      <h3>{fcount('waiting_here', value.items.length)}</h3>
      <WaitingList requests={value.items} withSite={false} nameOf={(machine) => machines.find((one) => one.id === machine)?.name ?? null} onChange={() => { reload(); onChange(); }} />
    </section>
  );
}
