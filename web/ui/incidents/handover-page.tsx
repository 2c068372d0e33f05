/** What the next shift must know, on one page that prints: what goes on, what happened, what is promised, what is silenced. */
import type { Incident } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { incidentsApi, type Handover } from '../../incidents-api.ts';
import { clock, dateTime } from '../../i18n/format.ts';
import { ncount, nt } from '../../i18n/incidents/text.ts';
import { hrefOf } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { IncidentRow } from './incident-row.tsx';
import { useLiveAnswer } from './live-answer.ts';
import { SilenceLine } from './silences-page.tsx';
import { authorName, eventText, kindName, lengthOf, placeName } from './words.ts';

export function HandoverPage(): JSX.Element {
  const { value, error, again } = useLiveAnswer('handover', incidentsApi.handover);
  return (
    <div class="past-page handover-page" data-testid="handover-page">
      <header class="page-head">
        <h1 tabIndex={-1}>
          {nt('handover')} {value !== null && <span class="quiet">{nt('handover_at', { at: dateTime(value.at) })}</span>}
        </h1>
        <p class="incidents-links no-print">
          <a href={hrefOf({ view: 'incidents' })}>{nt('back')}</a>
        </p>
        <button type="button" class="button no-print" onClick={() => print()}>
          {nt('print')}
        </button>
      </header>
      {error !== null && value === null && <Failure error={error} onRetry={again} />}
      {error === null && value === null && <Skeleton lines={10} />}
      {value !== null && <Sheet handover={value} />}
    </div>
  );
}

function Sheet({ handover: { at, sinceAt, counts, live, ended, happened, silences } }: { handover: Handover }): JSX.Element {
  const since = clock(sinceAt);
  const promised = live.filter(({ promisedAt }) => promisedAt !== null).sort((a, b) => a.promisedAt! - b.promisedAt!);
  const names = new Map([...live, ...ended].map((incident) => [incident.id, `${kindName(incident)} · ${placeName(incident)}`]));
  return (
    <>
      <p class="quiet">
        {nt('handover_text', { since })} {counts.pending > 0 && ncount('pending', counts.pending)}
      </p>
      <Part title={nt('handover_open')} items={live.filter((one) => one.state === 'open' && one.acknowledged === null)} />
      <Part title={nt('handover_taken')} items={live.filter((one) => one.state === 'open' && one.acknowledged !== null)} />
      <Part title={nt('handover_paused')} items={live.filter((one) => one.state === 'paused')} />
      <section class="card">
        <h2>{nt('handover_promised')}</h2>
        {promised.length === 0 && <p class="quiet">{nt('handover_none')}</p>}
        <ul class="handover-lines">
          {promised.map((incident) => (
            <li key={incident.id}>
              <time class="times">{dateTime(incident.promisedAt!)}</time> <Link id={incident.id} text={names.get(incident.id)!} /> <bdi class="quiet">{incident.ticket ?? ''}</bdi>
              {incident.promisedAt! < at && <em class="tag late">{nt('promised_late')}</em>}
            </li>
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>{nt('handover_happened', { since })}</h2>
        {happened.length === 0 && <p class="quiet">{nt('handover_none')}</p>}
        <ul class="handover-lines">
          {happened.map((event) => (
            <li key={event.id}>
              <time class="times">{clock(event.at)}</time> <Link id={event.incident} text={names.get(event.incident) ?? nt('number', { id: event.incident })} /> — <bdi>{eventText(event)}</bdi>
              {event.act === 'note' && <bdi> — {String(event.detail['text'] ?? '')}</bdi>} <bdi class="quiet">{authorName(event)}</bdi>
            </li>
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>{nt('handover_ended', { since })}</h2>
        {ended.length === 0 && <p class="quiet">{nt('handover_none')}</p>}
        <ul class="handover-lines">
          {ended.map((incident) => (
            <li key={incident.id}>
              <time class="times">{incident.endAt === null ? '' : clock(incident.endAt)}</time> <Link id={incident.id} text={names.get(incident.id)!} /> <span class="quiet">{nt('lasted', { length: lengthOf(incident, at) })}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>{nt('handover_silences')}</h2>
        {silences.length === 0 && <p class="quiet">{nt('handover_none')}</p>}
        <ul class="silence-list">
          {silences.map((silence) => (
            <SilenceLine key={silence.id} silence={silence} onEnded={null} />
          ))}
        </ul>
      </section>
    </>
  );
}

const Link = ({ id, text }: { id: number; text: string }): JSX.Element => (
  <a href={hrefOf({ view: 'incidents', site: String(id) })}>
    <bdi>{text}</bdi>
  </a>
);

function Part({ title, items }: { title: string; items: readonly Incident[] }): JSX.Element {
  return (
    <section class="card">
      <h2>{title}</h2>
      {items.length === 0 ? (
        <p class="quiet">{nt('handover_none')}</p>
      ) : (
        <ul class="incident-list">
          {items.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
    </section>
  );
}
