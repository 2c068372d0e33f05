/** What changed under a report since it was sent, figure by figure, and why. */
import type { IssuedReport, RevisionReason } from '@cac/shared/report.ts';
import type { JSX } from 'preact';
import { dateTime, number } from '../../i18n/format.ts';
import { rt } from '../../i18n/reports/text.ts';
import { figureName, figureValue } from './words.ts';

function reasonText({ kind, at, author, detail, n }: RevisionReason): string {
  switch (kind) {
    case 'calendar':
      return rt('reason_calendar', { author: author ?? '', at: at === null ? '' : dateTime(at), detail });
    case 'attestations':
    case 'registry':
    case 'evidence':
      return rt(`reason_${kind}`, { n: number(n) });
    default:
      return kind satisfies never;
  }
}

export function Revised({ report: { revisions, reasons } }: { report: IssuedReport }): JSX.Element {
  if (revisions.length === 0) {
    return (
      <p class="revised-none quiet" data-testid="revised-none">
        {rt('revised_none')}
      </p>
    );
  }
  return (
    <section class="revised" data-testid="revised">
      <h2>{rt('revised')}</h2>
      <p>{rt('revised_text', { n: number(revisions.length) })}</p>
      <h3>{rt('revised_why')}</h3>
      <ul class="sheet-list">
        {reasons.length === 0 && <li>{rt('reason_unknown')}</li>}
        {reasons.map((reason, i) => (
          <li key={i}>{reasonText(reason)}</li>
        ))}
      </ul>
      <details>
        <summary>{rt('revised_figure')}</summary>
        <div class="table-box" tabIndex={0} role="region" aria-label={rt('revised')}>
          <table class="sheet-table">
            <thead>
              <tr>
                <th scope="col">{rt('revised_figure')}</th>
                <th scope="col" class="numeric">{rt('revised_then')}</th>
                <th scope="col" class="numeric">{rt('revised_now')}</th>
              </tr>
            </thead>
            <tbody>
              {revisions.map(({ figure, was, is }) => (
                <tr key={figure} data-figure={figure}>
                  <th scope="row">{figureName(figure)}</th>
                  <td class="numeric">{figureValue(figure, was)}</td>
                  <td class="numeric">{figureValue(figure, is)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
