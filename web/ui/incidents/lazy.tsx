/** The pages of incidents, silences and the hand-over, each fetched when it is first opened. */
import { lazy } from '../lazy.tsx';

export const IncidentsPage = lazy(async () => (await import('./incidents-page.tsx')).IncidentsPage, 10);
export const SilencesPage = lazy(async () => (await import('./silences-page.tsx')).SilencesPage);
export const HandoverPage = lazy(async () => (await import('./handover-page.tsx')).HandoverPage);
export const SiteIncidents = lazy<{ id: string }>(async () => (await import('./site-incidents.tsx')).SiteIncidents, 2);
