/** Words of the ladder in the language of the page. */
import type { DeploymentList } from '@cac/shared/deployment.ts';
import type { StuckCause, Threshold } from '@cac/shared/ladder.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import { dt, isDeploymentKey } from '../../i18n/deployment/text.ts';
import { day, number, percent } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { RequestError } from '../../api.ts';
import { errorText } from '../error-text.ts';

export const dayText = (of: string): string => day(dayStartAt(of));
export const listName = (list: DeploymentList): string => dt(`step_${list}`);
export const causeName = (cause: string | null, names: StuckCause['names'] | null): string => (cause === null || cause === 'none' ? dt('cause_none') : (names?.[language.value] ?? cause));
export const equipmentName = (equipment: string | null): string => (equipment === null ? dt('equipment_none') : t(`equipment_${equipment as 'room'}`));
export const whole = (n: number): string => number(Math.round(n));

export const SHARES: ReadonlySet<string> = new Set(['connected', 'observability', 'share']);

/** A rule as a sentence, with its thresholds. */
export function ruleText({ key, value }: Threshold): string {
  const text = `rule_${key.replace('.', '_')}`;
  const shown = Object.fromEntries(Object.entries(value).map(([name, n]) => [name, SHARES.has(name) ? percent(n) : number(n)]));
  return isDeploymentKey(text) ? dt(text, shown) : `${key} ${JSON.stringify(value)}`;
}

/** What this page's own refusals are called, else the general words. */
export function refusalText(error: RequestError): string {
  const key = `error_${error.code}`;
  return isDeploymentKey(key) ? dt(key) : errorText(error);
}
