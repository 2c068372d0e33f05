/** One incident: what is known of it in one sentence, where, who is in it, what was done and said about it, and what to do. */
import type { IncidentOpened } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { incidentsApi } from '../../incidents-api.ts';
import { hours } from '../../i18n/format.ts';
import { ncount, nt } from '../../i18n/incidents/text.ts';
import { hrefOf, now } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { Acknowledge, Assign, CopyText, NoteForm, SilenceShortcuts, Ticket } from './acts.tsx';
import { Evidence, Notices } from './evidence.tsx';
import { IncidentMarks, SeverityMark } from './incident-row.tsx';
import { useLiveAnswer } from './live-answer.ts';
import { MembersMap } from './members-map.tsx';
import { MembersTable, Phone } from './members-table.tsx';
import { Timeline } from './timeline.tsx';
import { causeName, kindName, lengthOf, mayAct, placeName, reasonText, sitesText, spanText } from './words.ts';

export function IncidentPage({ id }: { id: string }): JSX.Element {
  const { value, error, again } = useLiveAnswer('incident', () => incidentsApi.opened(id));
  /** What an act answered, until the next reading. */
  const [acted, setActed] = useState<IncidentOpened | null>(null);
  useEffect(() => setActed(null), [value]);
  const incident = acted ?? value;
  if (error !== null && incident === null) return <Failure error={error} onRetry={again} />;
  if (incident === null) return <Skeleton lines={10} />;
  return (
    <>
      <Head incident={incident} />
      <div class="incident-columns">
        <div class="incident-main">
          {incident.members.length > 0 && (
            <section class="card" aria-labelledby="members-title">
              <h2 id="members-title">{nt('members')}</h2>
              <MembersMap members={incident.members} />
              <MembersTable members={incident.members} />
            </section>
          )}
          <Timeline events={incident.events} />
          {incident.site !== null && <Evidence lines={incident.evidence} />}
          <Notices notices={incident.notices} />
        </div>
        <aside class="incident-side">
          <Call incident={incident} />
          <Acts incident={incident} onDone={setActed} />
        </aside>
      </div>
    </>
  );
}

function Head({ incident }: { incident: IncidentOpened }): JSX.Element {
  const { site, machine, openMs, state } = incident;
  const sites = sitesText(incident);
  return (
    <header class={`incident-head ${incident.severity} ${state}`} data-testid="incident-head">
      <p class="incident-top">
        <a href={hrefOf({ view: 'incidents' })} data-testid="incidents-back">
          {nt('back')}
        </a>
        <span class="quiet">{nt('number', { id: incident.id })}</span>
        <SeverityMark severity={incident.severity} />
        <IncidentMarks incident={incident} />
      </p>
      <h1 tabIndex={-1}>
        {kindName(incident)} · <bdi>{placeName(incident)}</bdi>
      </h1>
      <p class="incident-sentence">
        {site !== null && (
          <>
            <a href={hrefOf({ view: 'map', site: site.id })}>
              <bdi>{site.id}</bdi>
            </a>
            {' · '}
            {areaName(site.province ?? site.region)}.{' '}
          </>
        )}
        {machine !== null && (
          <>
            <bdi>{machine.name}</bdi>.{' '}
          </>
        )}
        {sites !== null && <strong>{sites}</strong>}
        {sites !== null && '. '}
        {spanText(incident)}
        {' · '}
        <strong>{state === 'resolved' ? nt('lasted', { length: lengthOf(incident, now.value) }) : lengthOf(incident, now.value)}</strong>
        {openMs > 0 && `, ${nt('open_time', { length: hours(openMs) })}`}
        {incident.pcs > 0 && machine === null && ` · ${ncount('pcs', incident.pcs)}`}
      </p>
      <p class="incident-reason" data-testid="incident-reason">
        {reasonText(incident)}
      </p>
      <p>
        <span class="quiet">{nt('cause')} </span>
        <strong data-testid="incident-cause">{causeName(incident.cause)}</strong>
      </p>
    </header>
  );
}

function Call({ incident }: { incident: IncidentOpened }): JSX.Element | null {
  if (incident.kind === 'platform_blind') return null;
  const [member] = incident.members;
  const alone = incident.site !== null && member !== undefined ? member.site : null;
  const carrier = incident.group?.by === 'carrier' ? incident.group.key : (alone?.carrier ?? null);
  const nothing = alone !== null && alone.dutyPhone === null && carrier === null && alone.lineNumber === null;
  return (
    <section class="card" aria-labelledby="call-title" data-testid="call">
      <h2 id="call-title">{nt('call')}</h2>
      {nothing && <p class="quiet">{nt('call_none')}</p>}
      <dl class="facts">
        {alone !== null && alone.dutyPhone !== null && (
          <div>
            <dt>{nt('call_duty')}</dt>
            <dd>
              <Phone number={alone.dutyPhone} />
            </dd>
          </div>
        )}
        {carrier !== null && (
          <div>
            <dt>{nt('call_carrier')}</dt>
            <dd>
              <bdi>{carrier}</bdi>
            </dd>
          </div>
        )}
        {alone !== null && alone.lineNumber !== null && (
          <div>
            <dt>{nt('call_line')}</dt>
            <dd>
              <bdi dir="ltr">{alone.lineNumber}</bdi>
            </dd>
          </div>
        )}
      </dl>
      {incident.site === null && <p class="quiet">{nt('call_members')}</p>}
    </section>
  );
}

function Acts({ incident, onDone }: { incident: IncidentOpened; onDone: (incident: IncidentOpened) => void }): JSX.Element {
  const over = incident.state === 'resolved';
  return (
    <section class="card incident-acts" aria-label={nt('acknowledge')} data-testid="incident-acts">
      {!mayAct() && <p class="quiet">{nt('look_only')}</p>}
      {mayAct() && over && <p class="quiet">{nt('is_over')}</p>}
      {mayAct() && !over && <Acknowledge incident={incident} onDone={onDone} />}
      {mayAct() && !over && <Assign incident={incident} onDone={onDone} />}
      {mayAct() && incident.kind !== 'platform_blind' && <Ticket incident={incident} onDone={onDone} />}
      {mayAct() && <NoteForm incident={incident} onDone={onDone} />}
      <div class="act">
        <CopyText id={incident.id} />
      </div>
      {mayAct() && !over && <SilenceShortcuts incident={incident} />}
    </section>
  );
}
