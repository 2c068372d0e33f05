/** How a file was read, column by column, and what it would change. */
import type { ImportPreview } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { number } from '../../i18n/format.ts';
import { fieldName, rt } from '../../i18n/registry/text.ts';
import { changedFields } from './words.ts';

export function Columns({ preview, onMap }: { preview: ImportPreview; onMap: (mapping: (string | null)[]) => void }): JSX.Element {
  const mapped = preview.columns.map(({ field }) => field);
  const choose = (column: number, field: string | null): void => onMap(mapped.map((one, i) => (i === column ? field : one === field ? null : one)));
  const encoding = [preview.encoding.toUpperCase(), preview.delimiter === '\t' ? 'TAB' : preview.delimiter, preview.sheet === '' ? '' : rt('sheet', { sheet: preview.sheet })].filter((part) => part !== '').join(', ');
  return (
    <details class="import-part" open={preview.findings.some(({ code }) => code === 'column_missing')}>
      <summary>
        <h3>{rt('columns')}</h3> <span class="quiet">{rt('read_as', { format: preview.format.toUpperCase(), encoding })}</span>
      </summary>
      <p class="quiet">{rt('columns_text')}</p>
      <div class="scroll-box" tabIndex={0} role="region" aria-label={rt('columns')}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{rt('column')}</th>
              <th scope="col">{rt('means')}</th>
              <th scope="col">{rt('sample')}</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map(({ head, field, sample }, i) => (
              <tr key={i}>
                <th scope="row">
                  <bdi>{head}</bdi>
                </th>
                <td>
                  <select aria-label={`${head}: ${rt('means')}`} data-testid={`map-${i}`} value={field ?? ''} onChange={(event) => choose(i, event.currentTarget.value || null)}>
                    <option value="">{rt('ignored')}</option>
                    {preview.fields.map(({ field: name, required }) => (
                      <option key={name} value={name}>
                        {fieldName(name)}
                        {required ? ' *' : ''}
                      </option>
                    ))}
                  </select>
                </td>
                <td class="quiet">
                  <bdi>{sample.join(' · ')}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function WouldChange({ preview }: { preview: ImportPreview }): JSX.Element {
  const { added, changed, unchanged, changes } = preview;
  return (
    <section class="import-part" data-testid="would-change" data-added={added} data-changed={changed} data-unchanged={unchanged}>
      <h3>{rt('would_change')}</h3>
      <dl class="counts">
        {([['added', added], ['changed', changed], ['unchanged', unchanged]] as const).map(([what, n]) => (
          <div key={what}>
            <dt>{rt(what)}</dt>
            <dd>{number(n)}</dd>
          </div>
        ))}
      </dl>
      {changes.length > 0 && (
        <div class="scroll-box" tabIndex={0} role="region" aria-label={rt('would_change')}>
          <table class="plain-table">
            <tbody>
              {changes.map((change) => (
                <tr key={change.row}>
                  <td class="num">{number(change.row)}</td>
                  <th scope="row">
                    <bdi>{change.id}</bdi>
                    <small class="quiet">
                      <bdi>{change.name}</bdi>
                    </small>
                  </th>
                  <td>
                    {change.before === null ? (
                      <em class="tag now">{rt('new')}</em>
                    ) : (
                      <ul class="field-changes">
                        {changedFields(change.before, change.after).map(({ field, name, was, is }) => (
                          <li key={field}>
                            {name} : <del>{was}</del> <span aria-hidden="true" class="arrow">→</span> <ins>{is}</ins>
                          </li>
                        ))}
                      </ul>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {added + changed > changes.length && <p class="quiet">{rt('changes_first')}</p>}
    </section>
  );
}
