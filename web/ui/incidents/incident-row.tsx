/** One incident in a list: what, where, why, how long; a link to its page. */
import type { Incident } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { dateTime } from '../../i18n/format.ts';
import { ncount, nt } from '../../i18n/incidents/text.ts';
import { t } from '../../i18n/text.ts';
import { hrefOf, now } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { kindName, lengthOf, placeName, reasonText, shortInstant, sitesText, stateName } from './words.ts';

/** Severities differ by shape and word, not by colour alone. */
export function SeverityMark({ severity }: Pick<Incident, 'severity'>): JSX.Element {
  return (
    <span class={`severity ${severity}`}>
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
        {severity === 'critical' && <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />}
        {severity === 'major' && <path d="M8 1l7 13H1z" />}
        {severity === 'minor' && <circle cx="8" cy="8" r="5" />}
      </svg>
      <span>{nt(`severity_${severity}`)}</span>
    </span>
  );
}

export function IncidentMarks({ incident }: { incident: Incident }): JSX.Element {
  const { flapping, reopened, demo, state, acknowledged } = incident;
  return (
    <>
      <em class={`tag incident-state ${state === 'open' && acknowledged !== null ? 'acknowledged' : state}`}>{stateName(incident)}</em>
      {flapping && <em class="tag">{nt('flapping')}</em>}
      {reopened > 0 && <em class="tag">{nt('reopened', { n: reopened })}</em>}
      {demo && <em class="demo-badge inline">{t('demo_short')}</em>}
    </>
  );
}

export function IncidentRow({ incident }: { incident: Incident }): JSX.Element {
  const { id, site, machine, acknowledged, assignee, sinceAt, promisedAt, ticket } = incident;
  const sites = sitesText(incident);
  return (
    <li class={`incident-row ${incident.severity} ${incident.state}`} data-testid="incident-row" data-id={id}>
      <div class="incident-what">
        <SeverityMark severity={incident.severity} />
        <a href={hrefOf({ view: 'incidents', site: String(id) })} data-testid="incident-link">
          {kindName(incident)} · <bdi>{placeName(incident)}</bdi>
        </a>
        <IncidentMarks incident={incident} />
      </div>
      <p class="incident-where quiet">
        {site !== null && (
          <>
            <bdi>{site.id}</bdi> · {areaName(site.province ?? site.region)}
          </>
        )}
        {machine !== null && (
          <>
            {' '}
            · <bdi>{machine.name}</bdi>
          </>
        )}
        {sites !== null && <strong>{sites}</strong>}
        {incident.pcs > 0 && machine === null && <> · {ncount('pcs', incident.pcs)}</>}
      </p>
      <p class="incident-why">{reasonText(incident)}</p>
      <p class="incident-when">
        <time dateTime={new Date(sinceAt).toISOString()} title={dateTime(sinceAt)}>
          {shortInstant(sinceAt, now.value)}
        </time>{' '}
        · <strong>{lengthOf(incident, now.value)}</strong>
      </p>
      {(acknowledged !== null || assignee !== null || ticket !== null || promisedAt !== null) && (
        <p class="incident-who quiet">
          {[
            acknowledged === null ? null : `${acknowledged.by} — ${acknowledged.reason}`,
            assignee === null ? null : `${nt('assign')} ${assignee.name}`,
            ticket === null ? null : nt('act_ticket', { ticket }),
            promisedAt === null ? null : nt('promised_at', { at: dateTime(promisedAt) }),
          ]
            .filter((one) => one !== null)
            .map((one) => (
              <bdi key={one}>{one}</bdi>
            ))}
          {promisedAt !== null && promisedAt < now.value && incident.state !== 'resolved' && <em class="tag late">{nt('promised_late')}</em>}
        </p>
      )}
    </li>
  );
}
