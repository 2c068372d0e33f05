/** All PCs that wait for agreement, in the regions of who looks. */
import type { JSX } from 'preact';
import { ft } from '../../i18n/field/text.ts';
import { t } from '../../i18n/text.ts';
import { mayEdit } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { fieldApi } from './api.ts';
import { useAnswer } from './use-answer.ts';
import { WaitingList } from './waiting-list.tsx';

const AGAIN_MS = 20_000;

export function WaitingPage(): JSX.Element {
  const { value, error, reload } = useAnswer(() => fieldApi.waiting(null), null, AGAIN_MS);
  return (
    <div class="calendar" data-testid="waiting-page">
      <header class="calendar-head">
        <div>
          <h1>{ft('waiting_title')}</h1>
          <p class="quiet">{ft('waiting_intro')}</p>
        </div>
      </header>
      <div class="calendar-cards">
        <section class="card wide">
          {!mayEdit.value && <p class="quiet">{t('error_forbidden')}</p>}
          {mayEdit.value && error !== null && <Failure error={error} onRetry={reload} />}
          {value === null && error === null && <Skeleton lines={4} />}
          {value?.items.length === 0 && <p class="nothing quiet">{ft('waiting_empty')}</p>}
          {value !== null && value.items.length > 0 && <WaitingList requests={value.items} withSite nameOf={() => null} onChange={reload} />}
        </section>
      </div>
    </div>
  );
}
