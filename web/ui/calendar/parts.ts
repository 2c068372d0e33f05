/** What is fetched together when a calendar is first shown. */
export { CalendarPage } from './calendar-page.tsx';
export { SiteHours } from './site-hours.tsx';
