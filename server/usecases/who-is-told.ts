/** Who would be told of a trouble at a site, step by step, before it matters; for a step that reaches nobody, why. */
import type { Scope } from '@cac/shared/api.ts';
import type { WhoIsTold } from '@cac/shared/notices.ts';
import { reachOf } from '../core/notices/receivers.ts';
import { problem } from '../core/problem.ts';
import { listRoutes } from '../store/alert-routes.ts';
import { usableChannels } from '../store/channels.ts';
import { extentOfSite } from '../store/notice-facts.ts';
import { tellablePeople } from '../store/notice-people.ts';
import type { Handle } from '../store/store.ts';

/** A site out of scope is answered like one that does not exist. Of schools everything is minor: they are in the daily list. */
export async function whoIsTold(db: Handle, scope: Scope, site: string): Promise<WhoIsTold> {
  const place = await extentOfSite(db, scope, site);
  if (place === null) throw problem('not_found', 'There is no such site.');
  const extent = { kind: 'site_offline' as const, severity: place.isCentre ? ('major' as const) : ('minor' as const), ...place };
  const [routes, people, channels] = [await listRoutes(db), await tellablePeople(db), await usableChannels(db)];
  const steps = routes
    .filter(({ enabled }) => enabled)
    .map((route) => {
      const reach = place.isCentre ? reachOf(route, people, channels, extent, null) : reachOf({ ...route, minSeverity: 'minor' }, people, channels, extent, null);
      const note = (quiet: unknown): string | null => (!place.isCentre ? 'daily' : quiet !== null ? 'quiet_hours' : route.hours !== null ? 'route_hours' : null);
      const schoolsElsewhere = !place.isCentre && reach.why === null && (route.by !== 'email' || route.target.kind === 'channel');
      return {
        route: route.name,
        afterMs: route.afterMs,
        by: route.by,
        to: schoolsElsewhere ? [] : reach.to.map(({ name, language, quiet }) => ({ name, language, note: note(quiet) })),
        why: schoolsElsewhere ? 'minor' : reach.why,
      };
    });
  // Routes for other regions are somebody else's; those of other kinds are named by none.
  return { steps: steps.filter(({ why }) => why !== 'region' && why !== 'kind') };
}
