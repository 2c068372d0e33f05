/** Target, declared and proven crossed by what one chooses; the same as a file. */
import { TABLE_KEYS, type TableKey } from '@cac/shared/deployment.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dt } from '../../i18n/deployment/text.ts';
import { number } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import { areaName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { programmeName } from '../programme-name.ts';
import { deploymentApi, queryOf, tablePath, type Narrowing } from './api.ts';
import { equipmentName } from './words.ts';

function keyText(key: TableKey, value: string | null): string {
  if (value === null) return dt('not_given');
  switch (key) {
    case 'programme':
      return programmeName(value);
    case 'region':
    case 'province':
      return areaName(value);
    case 'zone':
      return t(`zone_${value as 'dense'}`);
    case 'equipment':
      return equipmentName(value);
    case 'year':
      return value;
    default:
      return key satisfies never;
  }
}

const NUMBERS = ['target', 'declared', 'reporting', 'proven'] as const;

export function Crossing({ narrowing }: { narrowing: Narrowing }): JSX.Element {
  const [by, setBy] = useState<readonly TableKey[]>(['programme', 'region']);
  const question = { ...narrowing, by: by.join(',') };
  const { value, error, again } = useAnswer(queryOf(question), () => deploymentApi.table(question));
  const toggle = (key: TableKey): void => {
    const next = by.includes(key) ? by.filter((one) => one !== key) : TABLE_KEYS.filter((one) => one === key || by.includes(one));
    if (next.length > 0) setBy(next);
  };
  return (
    <section class="card" data-testid="crossing">
      <header class="card-head">
        <h2>{dt('table')}</h2>
        <a class="button small" href={tablePath({ ...question, format: 'csv' })} download>
          {dt('download')}
        </a>
      </header>
      <fieldset class="segmented crossing-by">
        <legend class="hidden">{dt('table_by')}</legend>
        {TABLE_KEYS.map((key) => (
          <button key={key} type="button" class="button small" aria-pressed={by.includes(key)} data-testid={`by-${key}`} onClick={() => toggle(key)}>
            {dt(`by_${key}`)}
          </button>
        ))}
      </fieldset>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={6} />}
      {value !== null && (
        <div class="table-box crossing-box" tabIndex={0} role="region" aria-label={dt('table')}>
          <table class="table crossing-table">
            <thead>
              <tr>
                {value.by.map((key) => (
                  <th key={key} scope="col">
                    {dt(`by_${key}`)}
                  </th>
                ))}
                {[dt('target'), dt('declared'), dt('step_reporting'), dt('proven')].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {value.items.map((row) => (
                <tr key={JSON.stringify(row.keys)}>
                  {value.by.map((key) => (
                    <th key={key} scope="row">
                      {keyText(key, row.keys[key] ?? null)}
                    </th>
                  ))}
                  {NUMBERS.map((name) => (
                    <td key={name}>{row[name] === null ? '–' : number(row[name])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
