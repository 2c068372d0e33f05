/** What was known of each PC when it was decided, and the messages that left about it with what the providers answered. */
import type { EvidenceLine, Notice } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { dateTime } from '../../i18n/format.ts';
import { ncount, nt, ntOr } from '../../i18n/incidents/text.ts';
import { isTextKey, t } from '../../i18n/text.ts';

function stateText(word: string): string {
  const key = `machine_${word === 'on' ? 'on_ok' : word.replaceAll(':', '_')}`;
  return isTextKey(key) ? t(key) : word;
}

export function Evidence({ lines }: { lines: readonly EvidenceLine[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="evidence-title">
      <h2 id="evidence-title">{nt('evidence')}</h2>
      {lines.length === 0 ? (
        <p class="quiet">{nt('evidence_none')}</p>
      ) : (
        <div class="table-box" tabIndex={0} role="region" aria-labelledby="evidence-title">
          <table class="sheet-table" data-testid="evidence">
            <thead>
              <tr>
                <th scope="col">{nt('column_pc')}</th>
                <th scope="col">{nt('column_state')}</th>
                <th scope="col">{nt('column_since')}</th>
                <th scope="col">{nt('column_last_seen')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.machine}>
                  <th scope="row">
                    <bdi>{line.name}</bdi>
                  </th>
                  <td>{stateText(line.state)}</td>
                  <td class="times">{dateTime(line.since)}</td>
                  <td class="times">{line.lastSeenAt === null ? t('never') : dateTime(line.lastSeenAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

export function Notices({ notices }: { notices: readonly Notice[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="notices-title">
      <h2 id="notices-title">{nt('notices')}</h2>
      {notices.length === 0 ? (
        <p class="quiet">{nt('notices_none')}</p>
      ) : (
        <div class="table-box" tabIndex={0} role="region" aria-labelledby="notices-title">
          <table class="sheet-table" data-testid="notices">
            <thead>
              <tr>
                <th scope="col">{nt('column_to')}</th>
                <th scope="col">{nt('column_news')}</th>
                <th scope="col">{nt('column_channel')}</th>
                <th scope="col">{nt('column_state')}</th>
                <th scope="col">{nt('column_answer')}</th>
              </tr>
            </thead>
            <tbody>
              {notices.map((notice) => (
                <tr key={notice.id} class={notice.state}>
                  <th scope="row">
                    <bdi>{notice.to}</bdi>
                  </th>
                  <td>{ntOr(`news_${notice.event}`, notice.event)}</td>
                  <td>{ntOr(`channel_${notice.channel}`, notice.channel)}</td>
                  <td>
                    {nt(`notice_${notice.state}`)}{' '}
                    <span class="quiet">
                      {dateTime(notice.closedAt ?? notice.dueAt)}
                      {notice.attempts > 1 && `, ${ncount('attempts', notice.attempts)}`}
                    </span>
                  </td>
                  <td class="answer">{notice.answer === null ? '–' : <bdi dir="ltr">{notice.answer}</bdi>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
