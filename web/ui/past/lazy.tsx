/** The pages about the past, fetched when one of them is first opened. */
import { lazy } from '../lazy.tsx';

export const PastPage = lazy(async () => (await import('./past-page.tsx')).PastPage);
export const AvailabilityPage = lazy(async () => (await import('./availability-page.tsx')).AvailabilityPage);
