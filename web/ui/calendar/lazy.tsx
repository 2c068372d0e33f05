/** The parts about calendars, each fetched when it is first shown. */
import { lazy } from '../lazy.tsx';

export const CalendarPage = lazy(async () => (await import('./calendar-page.tsx')).CalendarPage, 10);
export const SiteHours = lazy<{ id: string }>(async () => (await import('./site-hours.tsx')).SiteHours, 3);
