/** The simple signs of a site, fetched when its panel is first opened. */
import { lazy } from '../lazy.tsx';

export const PingSources = lazy<{ siteId: string; mayEdit: boolean }>(async () => (await import('./ping-sources.tsx')).PingSources, 2);
