/** What an act would concern, told while its form is filled in. */
import type { CalendarReach, LayerScope } from '@cac/shared/calendar.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { calendarApi, scopeText } from '../../calendar-api.ts';
import { ccount, ct } from '../../i18n/calendar/text.ts';
import { Icon } from '../icons.tsx';

const TYPING_MS = 250;

/** `scope` null, or a day half typed: nothing is told yet. An open beginning or end is null. */
export function Reach({ scope, from, to }: { scope: LayerScope | null; from: string | null; to: string | null }): JSX.Element {
  const [reach, setReach] = useState<CalendarReach | null>(null);
  const layer = scope === null ? '' : scopeText(scope);
  useEffect(() => {
    let current = true;
    setReach(null);
    if (scope === null || from === '' || to === '' || (from !== null && to !== null && to < from)) return undefined;
    const asking = setTimeout(() => {
      // What is wrong is said when the form is sent.
      calendarApi.reach(scope, from, to).then((told) => current && setReach(told), () => {});
    }, TYPING_MS);
    return () => {
      current = false;
      clearTimeout(asking);
    };
  }, [layer, from, to]);
  return (
    <p class="reach" role="status" data-testid="reach" data-sites={reach?.sites} data-past={reach?.pastDays}>
      <Icon name="info" size={16} />
      <span>{reach === null ? '…' : reach.sites === 0 ? ct('reach_none') : `${ccount('reach_sites', reach.sites)} ${reach.pastDays === 0 ? ct('reach_no_past') : ccount('reach_past', reach.pastDays)}`}</span>
    </p>
  );
}
