/** The sites of an incident, those still down first, each with whom to call. */
import type { IncidentMember } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dateTime, number } from '../../i18n/format.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { hrefOf, now } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { siteName } from '../site-name.ts';
import { causeName, phoneLink, shortInstant } from './words.ts';

const FIRST = 30;

const stateText = ({ leftAt, paused }: IncidentMember): string => (leftAt !== null ? nt('member_left', { at: shortInstant(leftAt, now.value) }) : nt(paused ? 'member_paused' : 'member_still'));

export function MembersTable({ members }: { members: readonly IncidentMember[] }): JSX.Element {
  const [all, setAll] = useState(false);
  const sorted = [...members].sort((a, b) => Number(a.leftAt !== null) - Number(b.leftAt !== null) || a.sinceAt - b.sinceAt);
  return (
    <>
      <div class="table-box" tabIndex={0} role="region" aria-label={nt('members')}>
        <table class="sheet-table members-table" data-testid="members">
          <thead>
            <tr>
              <th scope="col">{nt('column_site')}</th>
              <th scope="col">{nt('column_call')}</th>
              <th scope="col">{nt('column_province')}</th>
              <th scope="col">{nt('column_since')}</th>
              <th scope="col">{nt('column_state')}</th>
              <th scope="col">{nt('column_cause')}</th>
            </tr>
          </thead>
          <tbody>
            {(all ? sorted : sorted.slice(0, FIRST)).map((member) => (
              <tr key={member.site.id} class={member.leftAt === null ? '' : 'gone'}>
                <th scope="row">
                  <a href={hrefOf({ view: 'map', site: member.site.id })}>
                    <bdi>{siteName(member.site)}</bdi>
                  </a>{' '}
                  <span class="quiet">
                    <bdi>{member.site.id}</bdi>
                  </span>
                </th>
                <td>{member.site.dutyPhone === null ? '–' : <Phone number={member.site.dutyPhone} />}</td>
                <td>{areaName(member.site.province ?? member.site.region)}</td>
                <td class="times" title={dateTime(member.sinceAt)}>
                  {shortInstant(member.sinceAt, now.value)}
                </td>
                <td>{stateText(member)}</td>
                <td>{causeName(member.cause)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!all && sorted.length > FIRST && (
        <button type="button" class="button small" data-testid="members-all" onClick={() => setAll(true)}>
          {nt('members_all', { n: number(sorted.length) })}
        </button>
      )}
    </>
  );
}

export const Phone = ({ number: text }: { number: string }): JSX.Element => (
  <a href={phoneLink(text)} class="phone">
    <bdi dir="ltr">{text}</bdi>
  </a>
);
