/** The rules under which evidence proves something, with their thresholds and the day they hold from: printed beside the figures. */
import type { Threshold } from '@cac/shared/ladder.ts';
import type { JSX } from 'preact';
import { dt } from '../../i18n/deployment/text.ts';
import { dayText, ruleText } from './words.ts';

export const Rules = ({ thresholds }: { thresholds: readonly Threshold[] }): JSX.Element => (
  <ul class="rules" data-testid="rules">
    {thresholds.map((one) => (
      <li key={one.key}>
        {ruleText(one)} <span class="quiet">({dt('rule_from', { day: dayText(one.fromDay) })})</span>
      </li>
    ))}
    <li class="quiet">{dt('rule_own')}</li>
  </ul>
);
