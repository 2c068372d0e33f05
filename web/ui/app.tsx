/** The page: nothing until the session is known, then a first password to change, then the main screen. */
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { directionOf, language } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { passwordChanged, route, session, signOut, start, starting } from '../state/store.ts';
import { AlertingPage } from './alerting/lazy.tsx';
import { CalendarPage } from './calendar/lazy.tsx';
import { DeploymentPage } from './deployment/lazy.tsx';
import { CoveragePage } from './coverage/lazy.tsx';
import { AgentsPage, WaitingPage } from './field/lazy.tsx';
import { FilterBar } from './filter-bar.tsx';
import { Figures } from './figures.tsx';
import { Header } from './header.tsx';
import { Mark } from './icons.tsx';
import { HandoverPage, IncidentsPage, SilencesPage } from './incidents/lazy.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { ListView } from './list-view.tsx';
import { MapView } from './map-view.tsx';
import { Failure } from './notice.tsx';
import { Panel } from './panel.tsx';
import { AvailabilityPage, PastPage } from './past/lazy.tsx';
import { PasswordForm } from './password-form.tsx';
import { PeoplePage, ProfilePage } from './people/lazy.tsx';
import { RegistryPage } from './registry/lazy.tsx';
import { ReportsPage, WorkPage } from './reports/lazy.tsx';

function FirstPassword(): JSX.Element {
  return (
    <main class="lone">
      <div class="lone-card">
        <div class="lone-brand">
          <Mark size={36} />
          <span>{t('product')}</span>
        </div>
        <h1>{t('first_password_title')}</h1>
        <p class="quiet">{t('first_password_text')}</p>
        <PasswordForm onDone={passwordChanged} />
        <div class="lone-foot">
          <LanguageSwitch label={t('language')} />
          <button type="button" class="link" onClick={() => void signOut()}>
            {t('sign_out')}
          </button>
        </div>
      </div>
    </main>
  );
}

export function App(): JSX.Element {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dir = directionOf(language.value);
    document.title = t('product_title');
  });
  const stage = starting.value;
  if (stage.kind === 'failed') {
    return (
      <main class="lone">
        <div class="lone-card">
          <Failure error={stage.error} onRetry={() => void start()} />
        </div>
      </main>
    );
  }
  if (stage.kind === 'loading' || session.value === null) {
    return (
      <main class="lone" aria-busy="true">
        <div class="pulse">
          <Mark size={48} />
        </div>
      </main>
    );
  }
  if (session.value.mustChangePassword) return <FirstPassword />;
  const { view } = route.value;
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>('#main')?.focus(); }}>
        {t('skip')}
      </a>
      <Header />
      {(view === 'map' || view === 'list') && (
        <div class="strip">
          <Figures />
          <FilterBar />
        </div>
      )}
      <main id="main" class="stage" tabIndex={-1}>
        <MapView hidden={view !== 'map'} />
        {view === 'list' && <ListView />}
        {view === 'deployment' && <DeploymentPage />}
        {view === 'calendar' && <CalendarPage />}
        {view === 'coverage' && <CoveragePage />}
        {view === 'past' && <PastPage />}
        {view === 'availability' && <AvailabilityPage />}
        {view === 'registry' && <RegistryPage />}
        {view === 'people' && <PeoplePage />}
        {view === 'profile' && <ProfilePage />}
        {view === 'reports' && <ReportsPage />}
        {view === 'work' && <WorkPage />}
        {view === 'alerting' && <AlertingPage />}
        {view === 'waiting' && <WaitingPage />}
        {view === 'agents' && <AgentsPage />}
        {view === 'incidents' && <IncidentsPage />}
        {view === 'silences' && <SilencesPage />}
        {view === 'handover' && <HandoverPage />}
        {(view === 'map' || view === 'list') && <Panel />}
      </main>
    </div>
  );
}
