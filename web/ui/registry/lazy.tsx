/** The parts about the registry, each fetched when it is first shown. */
import type { Site } from '@cac/shared/api.ts';
import { lazy } from '../lazy.tsx';

export const RegistryPage = lazy(async () => (await import('./registry-page.tsx')).RegistryPage, 10);
export const SiteRecordCard = lazy<{ site: Site; mayEdit: boolean; onChange: () => void }>(async () => (await import('./site-record-card.tsx')).SiteRecordCard, 2);
