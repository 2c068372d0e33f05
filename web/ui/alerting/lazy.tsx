/** Who is told, fetched when it is first opened. */
import { lazy } from '../lazy.tsx';

export const AlertingPage = lazy(async () => (await import('./alerting-page.tsx')).AlertingPage);
