/** Declared and proven coverage by region, province, zone or category, from communes. */
import type { CommuneGroup, CoverageView } from '@cac/shared/coverage.ts';
import type { Zone } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { number, percent } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';
import { AREAS_BY, type AreasBy } from '../../state/choices.ts';
import { choices, choose } from '../../state/store.ts';
import { areaName } from '../area-names.ts';

const GROUPS = { region: 'byRegion', province: 'byProvince', zone: 'byZone' } as const satisfies Record<AreasBy, string>;
type Group = (typeof GROUPS)[AreasBy];

function nameOf(by: Group, key: string): string {
  if (key === '') return vt('zone_none');
  return by === 'byZone' ? t(`zone_${key as Zone}`) : areaName(key);
}

function Row({ by, group }: { by: Group; group: CommuneGroup }): JSX.Element {
  const { key, communes, households, unserved, declared, proven, years } = group;
  const share = (part: number): string => (unserved > 0 ? percent(part / unserved) : vt('na'));
  return (
    <tr data-testid={`area-${key}`}>
      <th scope="row">
        <bdi>{nameOf(by, key)}</bdi>
      </th>
      <td>{number(communes)}</td>
      <td>{number(households)}</td>
      <td>
        <b>{number(unserved)}</b>
      </td>
      <td>{share(declared)}</td>
      <td class="proven-text">
        <b>{share(proven)}</b>
      </td>
      <td>{share(declared - proven)}</td>
      <td>{years.join(', ')}</td>
    </tr>
  );
}

export function AreasTable({ communes }: { communes: NonNullable<CoverageView['communes']> }): JSX.Element {
  const { areas } = choices.value;
  const by = GROUPS[areas];
  return (
    <section class="card coverage-card" aria-labelledby="coverage-areas">
      <div class="coverage-head">
        <h2 id="coverage-areas">{vt('areas')}</h2>
        {communes.total.demo && <span class="demo-badge inline">{t('demo')}</span>}
        <fieldset class="segmented">
          <legend class="hidden">{vt('level')}</legend>
          {AREAS_BY.map((one) => (
            <button key={one} type="button" class="button small" aria-pressed={areas === one} data-testid={`areas-${GROUPS[one]}`} onClick={() => choose({ areas: one })}>
              {vt(`by_${one}`)}
            </button>
          ))}
        </fieldset>
      </div>
      <div class="table-box" tabIndex={0} role="region" aria-label={vt('areas')}>
        <table class="table coverage-table">
          <thead>
            <tr>
              {(['area', 'communes', 'households', 'unserved', 'declared', 'proven', 'difference', 'years'] as const).map((head) => (
                <th key={head} scope="col">
                  {vt(head)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {communes[by].map((group) => (
              <Row key={group.key} by={by} group={group} />
            ))}
          </tbody>
        </table>
      </div>
      {communes.byCsp.length > 0 && (
        <p class="small">
          {vt('communes_unserved')} ({communes.total.years.join(', ')}) : {communes.byCsp.map(({ csp, unserved }) => `${vt('csp_one', { csp })} ${number(unserved)}`).join(' · ')}
        </p>
      )}
    </section>
  );
}
