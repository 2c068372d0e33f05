/** The parts about deployment, each fetched when it is first shown. */
import type { Threshold } from '@cac/shared/ladder.ts';
import { lazy } from '../lazy.tsx';

export const DeploymentPage = lazy(async () => (await import('./deployment-page.tsx')).DeploymentPage, 10);
export const Rules = lazy<{ thresholds: readonly Threshold[] }>(async () => (await import('./rules.tsx')).Rules, 3);
export const LadderCard = lazy<{ id: string }>(async () => (await import('./ladder-card.tsx')).LadderCard, 4);
