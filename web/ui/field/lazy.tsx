/** What concerns agents in the field, each part fetched when it is first shown. */
import { lazy } from '../lazy.tsx';

export const MachineFieldPart = lazy(async () => (await import('./machine-field.tsx')).MachineFieldPart, 5);
export const DataCard = lazy(async () => (await import('./data-card.tsx')).DataCard, 2);
export const SiteWaiting = lazy(async () => (await import('./site-waiting.tsx')).SiteWaiting, 1);
export const SiteRules = lazy(async () => (await import('./site-rules.tsx')).SiteRules, 3);
export const WaitingPage = lazy(async () => (await import('./waiting-page.tsx')).WaitingPage);
export const AgentsPage = lazy(async () => (await import('./agents-page.tsx')).AgentsPage);
export const CodeDialog = lazy(async () => (await import('./code-dialog.tsx')).CodeDialog, 4);
