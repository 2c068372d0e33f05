/** Settings of agents for the whole country and by programme. For administrators. */
import type { JSX } from 'preact';
import { ft } from '../../i18n/field/text.ts';
import { t } from '../../i18n/text.ts';
import { session } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { fieldApi } from './api.ts';
import { COUNTRY } from './rules.ts';
import { RulesCard } from './rules-card.tsx';
import { useAnswer } from './use-answer.ts';

export function AgentsPage(): JSX.Element {
  const { value, error, reload } = useAnswer(() => fieldApi.rules(null), null);
  const mayAct = session.value?.role === 'administrator';
  return (
    <div class="calendar" data-testid="agents-page">
      <header class="calendar-head">
        <div>
          <h1>{ft('rules')}</h1>
          <p class="quiet">{ft('rules_intro')}</p>
        </div>
      </header>
      {!mayAct && <p class="card wide quiet">{t('error_forbidden')}</p>}
      {mayAct && error !== null && <Failure error={error} onRetry={reload} />}
      {mayAct && value === null && error === null && <Skeleton lines={5} />}
      {mayAct && value !== null && (
        <div class="calendar-cards">
          <section class="card">
            <RulesCard title={ft('rules_country')} scope={COUNTRY} programme={null} all={value.items} mayAct onChange={reload} />
          </section>
          {programmeCodes().map((code) => (
            <section key={code} class="card">
              <RulesCard title={programmeName(code)} scope={{ kind: 'programme', id: code }} programme={null} all={value.items} mayAct onChange={reload} />
            </section>
          ))}
        </div>
      )}
    </div>
  );
}
