/** From the registry to the complete centre, step by step; schools by what they were given. Each number opens to its sites. */
import { STEPS, type FunnelRow, type Step, type Steps } from '@cac/shared/deployment.ts';
import type { JSX } from 'preact';
import { dt } from '../../i18n/deployment/text.ts';
import { number } from '../../i18n/format.ts';
import { programmeName } from '../programme-name.ts';
import type { OpenedList } from './opened.ts';
import type { Open } from './programme-card.tsx';
import { equipmentName, listName } from './words.ts';

const EVIDENCE: ReadonlySet<Step> = new Set(['enrolled', 'reporting', 'in_service', 'complete']);

export function Funnel({ row, onOpen }: { row: FunnelRow; onOpen: Open }): JSX.Element {
  const { programme, steps, byEquipment, target } = row;
  const columns: { key: string; name: string; steps: Steps; equipment: OpenedList['equipment'] }[] = [
    { key: 'all', name: dt('equipment_all'), steps, equipment: null },
    ...byEquipment.map((part) => ({ key: part.equipment ?? 'none', name: equipmentName(part.equipment), steps: part.steps, equipment: part.equipment })),
  ];
  const most = Math.max(1, target?.value ?? 0, steps.registered);
  const title = `${dt('funnel')} · ${programmeName(programme)}`;
  return (
    <section class="card" data-testid={`funnel-${programme}`}>
      <header class="card-head">
        <h2>{title}</h2>
      </header>
      <p class="quiet">{dt('funnel_help')}</p>
      <div class="table-box" tabIndex={0} role="region" aria-label={title}>
        <table class="table funnel-table">
          <thead>
            <tr>
              <th scope="col">{dt('step')}</th>
              <th scope="col" class="col-bar">
                <span class="hidden">{dt('equipment_all')}</span>
              </th>
              {columns.map(({ key, name }) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {target !== null && (
              <tr>
                <th scope="row">{dt('target_by', { year: target.year })}</th>
                <td class="col-bar">
                  <FunnelBar n={target.value} most={most} kind="target" />
                </td>
                <td>
                  <b>{number(target.value)}</b>
                </td>
                {columns.slice(1).map(({ key }) => (
                  <td key={key}>–</td>
                ))}
              </tr>
            )}
            {STEPS.map((step) => (
              <tr key={step} data-testid={`step-${step}`}>
                <th scope="row">
                  {listName(step)} <small class="quiet">{step === 'registered' ? '' : dt(EVIDENCE.has(step) ? 'of_evidence' : 'of_declaration')}</small>
                </th>
                <td class="col-bar">
                  <FunnelBar n={steps[step] ?? 0} most={most} kind={EVIDENCE.has(step) ? 'proven' : 'declared'} />
                </td>
                {columns.map(({ key, steps: own, equipment }) => (
                  <td key={key}>
                    {own[step] === null ? (
                      '–'
                    ) : own[step] > 0 && (key === 'all' || equipment !== null) ? (
                      <button type="button" class="link" onClick={() => onOpen(programme, { list: step, equipment })}>
                        {number(own[step])}
                      </button>
                    ) : (
                      number(own[step])
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const FunnelBar = ({ n, most, kind }: { n: number; most: number; kind: 'target' | 'declared' | 'proven' }): JSX.Element => (
  <span class="funnel-bar" aria-hidden="true">
    <i class={`bar-${kind}`} style={{ inlineSize: `${(n / most) * 100}%` }} />
  </span>
);
