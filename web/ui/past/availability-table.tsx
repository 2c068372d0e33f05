/** Availability line by line: each has its bar and its ratios, and opens to its sites; a site opens to its past. */
import type { AvailabilityGroup, AvailabilityView, Grouping } from '@cac/shared/history-api.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { day as dayText, number } from '../../i18n/format.ts';
import { pt } from '../../i18n/past/text.ts';
import { t } from '../../i18n/text.ts';
import { hrefOf } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { Bar, ratioText } from './bar.tsx';
import { programmeName } from '../programme-name.ts';

/** A line whose sites are shown. */
export interface OpenedLine {
  by: Exclude<Grouping, 'site'>;
  key: string;
}

export function lineName(by: Grouping, { key, name }: { key: string; name?: string | null }): string {
  if (key === '') return pt('av_key_none');
  switch (by) {
    case 'region':
    case 'province':
      return areaName(key);
    case 'zone':
      return t(`zone_${key as 'dense'}`);
    case 'programme':
      return programmeName(key);
    case 'day':
      return dayText(dayStartAt(key));
    case 'site':
      return name ?? key;
    default:
      return by satisfies never;
  }
}

const RATIOS = ['service', 'link', 'opening', 'observability'] as const;

export function AvailabilityTable({ view, onOpen }: { view: AvailabilityView; onOpen: (line: OpenedLine) => void }): JSX.Element {
  const { by, groups } = view;
  const title = pt('av_table', { by: pt(`by_${by}`) });
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={title}>
      <table class="table availability-table">
        <thead>
          <tr>
            <th scope="col">{pt(`by_${by}`)}</th>
            <th scope="col">{pt('sites')}</th>
            <th scope="col" class="col-bar">
              {pt('open_time')}
            </th>
            {RATIOS.map((name) => (
              <th key={name} scope="col">
                {pt(`ratio_${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <Line key={group.key} by={by} group={group} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ by, group, onOpen }: { by: Grouping; group: AvailabilityGroup; onOpen: (line: OpenedLine) => void }): JSX.Element {
  const { key, ratios, sums, measured, sites } = group;
  return (
    <tr data-testid={`group-${key}`}>
      <th scope="row">
        <Name by={by} group={group} onOpen={onOpen} />
      </th>
      <td>
        <bdi dir="ltr">
          {number(measured)} / {number(sites)}
        </bdi>
      </td>
      <td class="col-bar">{sums.openMs > 0 ? <Bar sums={sums} slim /> : <span class="quiet">–</span>}</td>
      {RATIOS.map((name) => (
        <td key={name}>{ratioText(ratios[name])}</td>
      ))}
    </tr>
  );
}

function Name({ by, group, onOpen }: { by: Grouping; group: AvailabilityGroup; onOpen: (line: OpenedLine) => void }): JSX.Element {
  const { key } = group;
  const name = lineName(by, group);
  if (by === 'site') return <a href={hrefOf({ view: 'past', site: key })}><bdi>{name}</bdi></a>;
  // Sites that name none cannot be asked for.
  if (key === '') return <span class="quiet">{name}</span>;
  return (
    <button type="button" class="link" aria-label={pt('av_open', { name })} onClick={() => onOpen({ by, key })}>
      <bdi>{name}</bdi>
    </button>
  );
}
