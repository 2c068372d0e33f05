/** On paper there are no lists to choose from: what was chosen is said in words. */
import type { JSX } from 'preact';
import { t } from '../i18n/text.ts';
import { filter } from '../state/store.ts';
import { areaName } from './area-names.ts';
import { programmeName } from './programme-name.ts';

export function PrintedNarrowing({ also = [] }: { also?: readonly (string | null)[] }): JSX.Element | null {
  const { programme, region, province, zone } = filter.value;
  const chosen = [programme === null ? null : programmeName(programme), region === null ? null : areaName(region), province === null ? null : areaName(province), zone === null ? null : t(`zone_${zone}`), ...also].filter((one) => one !== null);
  return chosen.length === 0 ? null : <p class="print-only">{chosen.join(' · ')}</p>;
}
