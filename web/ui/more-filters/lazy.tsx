/** The rarer questions of the filter, fetched when they are first unfolded. */
import { lazy } from '../lazy.tsx';

export const MoreFilters = lazy(async () => (await import('./more-filters.tsx')).MoreFilters, 4);
