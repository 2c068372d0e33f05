/** The page about coverage, fetched when it is first opened. */
import { lazy } from '../lazy.tsx';

export const CoveragePage = lazy(async () => (await import('./coverage-page.tsx')).CoveragePage, 12);
