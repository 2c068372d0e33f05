/** The page of alerts: the inbox, or one of them opened. */
import type { JSX } from 'preact';
import { route } from '../../state/store.ts';
import { IncidentPage } from './incident-page.tsx';
import { Inbox } from './inbox.tsx';

export function IncidentsPage(): JSX.Element {
  const opened = route.value.site;
  return <div class="past-page incidents-page">{opened === null ? <Inbox /> : <IncidentPage key={opened} id={opened} />}</div>;
}
