/** The routes as sentences; an administrator adds, changes and removes them. */
import type { AlertRoute } from '@cac/shared/notices.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { at } from '../../i18n/alerting/text.ts';
import { areaName } from '../area-names.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { programmeName } from '../programme-name.ts';
import { alertingApi } from './api.ts';
import { RouteForm } from './route-form.tsx';
import { afterText, clockOf, weekdayName, wordText } from './words.ts';

export interface Names {
  people: ReadonlyMap<number, string>;
  channels: ReadonlyMap<number, string>;
}

/** Numbers by name, for administrators; whoever may not list accounts sees the number. */
export function useNames(mayChange: boolean): Names {
  const people = useAnswer(`people ${mayChange}`, async () => (mayChange ? (await alertingApi.people()).items : []));
  const channels = useAnswer(`channels ${mayChange}`, async () => (mayChange ? (await alertingApi.channels()).items : []));
  return { people: new Map((people.value ?? []).map(({ id, name, fullName }) => [id, fullName || name])), channels: new Map((channels.value ?? []).filter(({ kind }) => kind === 'webhook').map(({ id, name }) => [id, name])) };
}

export function RoutesCard({ mayChange }: { mayChange: boolean }): JSX.Element {
  const { value, error, again } = useAnswer('routes', alertingApi.routes);
  const names = useNames(mayChange);
  const [open, setOpen] = useState<AlertRoute | 'new' | null>(null);
  const [removing, setRemoving] = useState<AlertRoute | null>(null);
  return (
    <section class="card wide" data-testid="routes-card">
      <header class="card-head">
        <h2>{at('routes_title')}</h2>
        {mayChange && (
          <button type="button" class="button small" data-testid="route-add" onClick={() => setOpen('new')}>
            {at('route_add')}
          </button>
        )}
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={3} />}
      {value?.items.length === 0 && <p class="nothing">{at('routes_none')}</p>}
      <ul class="alert-list">
        {value?.items.map((route) => (
          <li key={route.id} class={route.enabled ? '' : 'is-off'} data-testid="route-line">
            <div>
              <p>
                <b><bdi>{route.name}</bdi></b> {!route.enabled && <span class="tag">{at('off')}</span>}
              </p>
              <p>{at('route_says', { who: targetText(route, names), by: wordText('by', route.by, 'by_email'), when: afterText(route.afterMs) })}</p>
              <p class="quiet">{extentText(route)}</p>
            </div>
            {mayChange && (
              <div class="line-acts">
                <button type="button" class="button small" aria-label={`${at('edit')} · ${route.name}`} onClick={() => setOpen(route)}>
                  {at('edit')}
                </button>
                <button type="button" class="link danger" aria-label={`${at('remove')} · ${route.name}`} onClick={() => setRemoving(route)}>
                  {at('remove')}
                </button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {open !== null && <RouteForm route={open === 'new' ? null : open} names={names} onClose={() => setOpen(null)} onDone={() => { setOpen(null); again(); }} />}
      {removing !== null && <Confirm title={at('route_remove_title', { name: removing.name })} text={at('route_remove_text')} verb={at('remove')} act={() => alertingApi.removeRoute(removing.id)} onDone={() => { setRemoving(null); again(); }} onClose={() => setRemoving(null)} />}
    </section>
  );
}

function targetText({ target }: AlertRoute, { people, channels }: Names): string {
  if (target.kind === 'role') return wordText('roles', target.role, 'roles_operator');
  return target.kind === 'account' ? at('person', { name: people.get(target.id) ?? String(target.id) }) : at('channel', { name: channels.get(target.id) ?? String(target.id) });
}

function extentText(route: AlertRoute): string {
  const parts = [
    route.kinds.length === 0 ? at('what_all') : route.kinds.map((kind) => wordText('kind', kind, 'what_all')).join(', '),
    at('what_severity', { severity: wordText('severity', route.minSeverity, 'severity_major') }),
    route.regions.length === 0 ? at('regions_all') : route.regions.map((region) => areaName(region)).join(', '),
    route.programmes.length === 0 ? at('programmes_all') : route.programmes.map((code) => programmeName(code)).join(', '),
  ];
  if (route.hours !== null) parts.push(at('in_hours', { days: route.hours.weekdays.length === 0 ? at('all_week') : route.hours.weekdays.map(weekdayName).join(', '), from: clockOf(route.hours.from), to: clockOf(route.hours.to) }));
  return parts.join(' · ');
}
