/** What happened to an incident, newest first, and who did it. Texts that people wrote are shown as text. */
import type { IncidentEvent } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { dateTime } from '../../i18n/format.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { authorName, eventText } from './words.ts';

export function Timeline({ events }: { events: readonly IncidentEvent[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{nt('timeline')}</h2>
      <ol class="timeline" data-testid="timeline">
        {[...events].reverse().map((event) => (
          <li key={event.id} class={`event ${event.act}`}>
            <time class="times quiet" dateTime={new Date(event.at).toISOString()}>
              {dateTime(event.at)}
            </time>
            <p>
              <bdi>{eventText(event)}</bdi> <span class="quiet">· <bdi>{authorName(event)}</bdi></span>
            </p>
            {event.act === 'note' && <p class="note-text" dir="auto">{String(event.detail['text'] ?? '')}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
