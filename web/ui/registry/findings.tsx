/** What was found in a file: by row, errors or warnings, and as a list to take away. */
import type { Finding, ImportPreview } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { directionOf, language } from '../../i18n/language.ts';
import { number } from '../../i18n/format.ts';
import { findingText, noteText, rt } from '../../i18n/registry/text.ts';
import { withAreaNames } from './words.ts';

const SHOWN = 200;
const SHOW = ['all', 'error', 'warning'] as const;

/** For a spreadsheet: `;`, its mark, and nothing that runs as a formula. */
function csvOf(findings: readonly Finding[]): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const heads = [rt('row'), rt('column'), rt('value'), rt('severity_error'), rt('said'), ''];
  const lines = findings.map((finding) => {
    const { said, todo } = findingText(finding);
    return [String(finding.row), finding.column, finding.value, rt(`severity_${finding.severity}`), said, todo];
  });
  return `\ufeff${[heads, ...lines].map((cells) => cells.map(cell).join(';')).join('\r\n')}\r\n`;
}

function download(preview: ImportPreview): void {
  const url = URL.createObjectURL(new Blob([csvOf(preview.findings)], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${preview.fileName.replace(/\.\w+$/, '')}-findings.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function Findings({ preview }: { preview: ImportPreview }): JSX.Element {
  const [show, setShow] = useState<(typeof SHOW)[number]>('all');
  const counts = { all: preview.errors + preview.warnings, error: preview.errors, warning: preview.warnings };
  const own = preview.findings.filter(({ severity }) => show === 'all' || severity === show);
  return (
    <section class="import-part" data-testid="findings" data-errors={preview.errors} data-warnings={preview.warnings}>
      <header class="card-head">
        <h3>{rt('findings')}</h3>
        {counts.all > 0 && (
          <button type="button" class="link" onClick={() => download(preview)} data-testid="findings-csv">
            {rt('csv')}
          </button>
        )}
      </header>
      {preview.notes.map((note) => (
        <p key={`${note.code} ${note.value} ${note.about}`} class="import-note" data-testid="note" data-code={note.code}>
          <bdi dir={directionOf(language.value)}>{withAreaNames(noteText(note))}</bdi> <span class="quiet">{rt('rows_of', { n: number(note.rows), first: number(note.firstRow) })}</span>
        </p>
      ))}
      {counts.all === 0 ? (
        <p class="quiet">{rt('findings_none')}</p>
      ) : (
        <>
          <div class="chips" role="group" aria-label={rt('show')}>
            {SHOW.map((one) => (
              <button key={one} type="button" class="button small" aria-pressed={show === one} data-testid={`show-${one}`} onClick={() => setShow(one)}>
                {rt(`show_${one}`)} ({number(counts[one])})
              </button>
            ))}
          </div>
          <div class="scroll-box" tabIndex={0} role="region" aria-label={rt('findings')}>
            <table class="plain-table">
              <thead>
                <tr>
                  <th scope="col">{rt('row')}</th>
                  <th scope="col">{rt('column')}</th>
                  <th scope="col">{rt('value')}</th>
                  <th scope="col">{rt('said')}</th>
                </tr>
              </thead>
              <tbody>
                {own.slice(0, SHOWN).map((finding, i) => {
                  const { said, todo } = findingText(finding);
                  return (
                    <tr key={i} data-testid="finding" data-code={finding.code}>
                      <td class="num">{finding.row === 0 ? '' : number(finding.row)}</td>
                      <td>
                        <bdi>{finding.column}</bdi>
                      </td>
                      <td>
                        <bdi>{finding.value}</bdi>
                      </td>
                      <td>
                        <em class={`tag ${finding.severity}`}>{rt(`severity_${finding.severity}`)}</em> <bdi dir={directionOf(language.value)}>{finding.about.startsWith('MA-') ? withAreaNames(said) : said}</bdi> <span class="quiet">{todo}</span>
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          {own.length > SHOWN && <p class="quiet">{rt('first_shown', { n: number(SHOWN) })}</p>}
        </>
      )}
    </section>
  );
}
