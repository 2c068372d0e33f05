/** The incidents of a site, in its panel: those that go on, then the last ones. */
import type { JSX } from 'preact';
import { incidentsApi } from '../../incidents-api.ts';
import { ago } from '../../i18n/format.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { hrefOf, now } from '../../state/store.ts';
import { useLiveAnswer } from './live-answer.ts';
import { kindName, placeName, stateName } from './words.ts';

export function SiteIncidents({ id }: { id: string }): JSX.Element | null {
  const { value } = useLiveAnswer(id, () => incidentsApi.ofSite(id));
  // What cannot be read just now is not worth a warning here: its own page says it.
  if (value === null) return null;
  const items = [...value.items].sort((a, b) => Number(a.state === 'resolved') - Number(b.state === 'resolved') || b.id - a.id);
  return (
    <section class="block" data-testid="site-incidents">
      <h3>{nt('site_incidents')}</h3>
      {items.length === 0 && <p class="quiet">{nt('site_none')}</p>}
      <ul class="site-incidents">
        {items.map((incident) => (
          <li key={incident.id} class={incident.state}>
            <a href={hrefOf({ view: 'incidents', site: String(incident.id) })}>
              {kindName(incident)}
              {incident.site === null && (
                <>
                  {' '}
                  · <bdi>{placeName(incident)}</bdi>
                </>
              )}
            </a>{' '}
            <span class="quiet">
              {stateName(incident)} · {ago(incident.endAt ?? incident.sinceAt, now.value)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
