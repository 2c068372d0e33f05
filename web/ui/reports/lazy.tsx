/** Reports and the list of work, fetched when one of them is first opened. */
import { lazy } from '../lazy.tsx';

export const ReportsPage = lazy(async () => (await import('./reports-page.tsx')).ReportsPage);
export const WorkPage = lazy(async () => (await import('./work-page.tsx')).WorkPage);
export const Indicators = lazy(async () => (await import('./indicators.tsx')).Indicators);
