/** Accounts and the own profile, each fetched when it is first opened. */
import { lazy } from '../lazy.tsx';

export const PeoplePage = lazy(async () => (await import('./people-page.tsx')).PeoplePage);
export const ProfilePage = lazy(async () => (await import('./profile-page.tsx')).ProfilePage);
