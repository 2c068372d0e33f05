/** Which list the page has opened, as its address says it: `gap`, `gap.cause-contract`, `in_service.y2013.room`. Pure. */
import { EQUIPMENT_KINDS } from '@cac/shared/api.ts';
import { LISTS, type DeploymentList } from '@cac/shared/deployment.ts';

export interface OpenedList {
  list: DeploymentList;
  /** Sites stuck for it; `none`: no cause was given. */
  cause: string | null;
  equipment: (typeof EQUIPMENT_KINDS)[number] | null;
  /** As it stood at the end of this year; null: today. */
  year: number | null;
}

export function openedOf(word: string | null): OpenedList | null {
  const [first = '', ...rest] = (word ?? '').split('.');
  const list = LISTS.find((one) => one === first);
  if (list === undefined) return null;
  const cause = rest.map((one) => /^cause-([a-z][a-z0-9_]{1,30})$/.exec(one)?.[1]).find(Boolean) ?? null;
  const year = rest.map((one) => /^y(20\d\d)$/.exec(one)?.[1]).find(Boolean);
  return { list, cause, equipment: EQUIPMENT_KINDS.find((kind) => rest.includes(kind)) ?? null, year: year === undefined ? null : Number(year) };
}

export const wordOf = ({ list, cause, equipment, year }: OpenedList): string =>
  [list, ...(cause === null ? [] : [`cause-${cause}`]), ...(year === null ? [] : [`y${year}`]), ...(equipment === null ? [] : [equipment])].join('.');
