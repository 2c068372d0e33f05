/** In the panel of a site, folded: the settings of its agents. */
import type { JSX } from 'preact';
import { ft } from '../../i18n/field/text.ts';
import { mayEdit } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { fieldApi } from './api.ts';
import { RulesCard } from './rules-card.tsx';
import { useAnswer } from './use-answer.ts';

export function SiteRules({ id, programme, metered }: { id: string; programme: string | null; metered: boolean }): JSX.Element {
  const { value, error, reload } = useAnswer(() => fieldApi.rules(id), id);
  if (value === null) return error === null ? <Skeleton lines={3} /> : <Failure error={error} onRetry={reload} />;
  return <RulesCard title={ft('rules_of_site')} scope={{ kind: 'site', id }} programme={programme} metered={metered} all={value.items} mayAct={mayEdit.value} onChange={reload} />;
}
