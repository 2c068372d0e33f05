/** Who is told: the rules in sentences, who that would be for a site, the channels with their test, what decides when, and what could not be delivered. */
import type { JSX } from 'preact';
import { at } from '../../i18n/alerting/text.ts';
import { hrefOf, session } from '../../state/store.ts';
import { ChannelsCard } from './channels-card.tsx';
import { FailedCard } from './failed-card.tsx';
import { RoutesCard } from './routes-card.tsx';
import { SettingsCard } from './settings-card.tsx';
import { WhoCard } from './who-card.tsx';

export function AlertingPage(): JSX.Element {
  const mayChange = session.value?.role === 'administrator';
  return (
    <div class="past-page alerting-page" data-testid="alerting-page">
      <header class="page-head">
        <h1 tabIndex={-1}>{at('title')}</h1>
        <a class="button small" href={hrefOf({ view: 'incidents' })}>
          {at('back')}
        </a>
        <p class="quiet">
          {at('intro')} {!mayChange && at('read_only')}
        </p>
      </header>
      <div class="alerting-cards">
        <RoutesCard mayChange={mayChange} />
        <WhoCard />
        {mayChange && <ChannelsCard />}
        {mayChange && <FailedCard />}
        <SettingsCard mayChange={mayChange} />
      </div>
    </div>
  );
}
