/** The top line: what this is, its views, how live it is, the language, the account. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, number } from '../i18n/format.ts';
import { t } from '../i18n/text.ts';
import { connection, hasDemo, hrefOf, mayEdit, route, session, signOut, urgentIncidents } from '../state/store.ts';
import { followWaiting, waitingPcs } from '../state/waiting.ts';
import { Dialog } from './dialog.tsx';
import { Icon, Mark } from './icons.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { PasswordForm } from './password-form.tsx';

function ConnectionLight(): JSX.Element {
  const { value } = connection;
  const text = value.kind === 'offline' ? t('connection_offline', { at: clock(value.sinceAt) }) : t(`connection_${value.kind}`);
  return (
    <div class={`connection ${value.kind}`} role="status" aria-live="polite" data-testid="connection" data-state={value.kind} title={text}>
      <i aria-hidden="true" />
      <span>{text}</span>
    </div>
  );
}

function Account(): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const [changing, setChanging] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event: Event): void => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('keydown', leave);
    addEventListener('pointerdown', leave);
    return () => {
      removeEventListener('keydown', leave);
      removeEventListener('pointerdown', leave);
    };
  }, [open]);
  useEffect(() => (mayEdit.value ? followWaiting() : undefined), [mayEdit.value]);
  const who = session.value;
  if (who === null) return null;
  const waiting = waitingPcs.value;
  return (
    <div class="account" ref={box}>
      {waiting > 0 && (
        <a class="waiting-badge" href={hrefOf({ view: 'waiting' })} title={t('waiting_pcs', { n: number(waiting) })} aria-label={t('waiting_pcs', { n: number(waiting) })} data-testid="waiting-badge">
          <Icon name="pc" size={16} />
          <em class="tab-count">{number(waiting)}</em>
        </a>
      )}
      <button type="button" class="account-button" aria-expanded={open} aria-label={t('account', { name: who.name })} data-testid="account" onClick={() => setOpen(!open)}>
        <Icon name="user" />
        <span class="account-name" dir="auto">{who.name}</span>
        <Icon name="chevron" size={14} />
      </button>
      {open && (
        <div class="menu" data-testid="account-menu">
          <p class="menu-who">
            <strong>
              <bdi>{who.name}</bdi>
            </strong>
            <span class="quiet">{t(`role_${who.role}`)}</span>
          </p>
          {mayEdit.value && (
            <a href={hrefOf({ view: 'waiting' })} data-testid="menu-waiting" onClick={() => setOpen(false)}>
              {t('view_waiting')} {waiting > 0 && <em class="tab-count">{number(waiting)}</em>}
            </a>
          )}
          {who.role === 'administrator' && (
            <a href={hrefOf({ view: 'agents' })} data-testid="menu-agents" onClick={() => setOpen(false)}>
              {t('view_agents')}
            </a>
          )}
          {who.role === 'administrator' && (
            <a href={hrefOf({ view: 'people' })} data-testid="menu-people" onClick={() => setOpen(false)}>
              {t('view_people')}
            </a>
          )}
          {who.role !== 'viewer' && (
            <a href={hrefOf({ view: 'alerting' })} data-testid="menu-alerting" onClick={() => setOpen(false)}>
              {t('view_alerting')}
            </a>
          )}
          <a href="/guide" target="_blank" rel="noopener" data-testid="menu-guide" onClick={() => setOpen(false)}>
            {t('view_guide')}
          </a>
          <a href={hrefOf({ view: 'profile' })} data-testid="menu-profile" onClick={() => setOpen(false)}>
            {t('view_profile')}
          </a>
          <button type="button" onClick={() => { setOpen(false); setChanging(true); }}>
            {t('password_change')}
          </button>
          <button type="button" data-testid="sign-out" onClick={() => void signOut()}>
            {t('sign_out')}
          </button>
        </div>
      )}
      {changing && (
        <Dialog title={t('password_change')} onClose={() => setChanging(false)}>
          <PasswordForm onDone={() => setChanging(false)} />
        </Dialog>
      )}
    </div>
  );
}

const TABS = ['map', 'list', 'incidents', 'deployment', 'coverage', 'availability', 'calendar', 'reports', 'registry'] as const;

export function Header(): JSX.Element {
  const { view } = route.value;
  const tabs = useRef<HTMLElement>(null);
  // On a phone there is no room for all: the present one is brought into sight.
  useEffect(() => tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [view]);
  return (
    <header class="header">
      <a class="brand" href={hrefOf({ view: 'map' })}>
        <Mark />
        <span>{t('product')}</span>
      </a>
      <nav class="tabs" aria-label={t('views')} ref={tabs}>
        {TABS.map((tab) => (
          <a key={tab} href={hrefOf({ view: tab })} aria-current={view === tab || (view === 'work' && tab === 'reports') || ((view === 'silences' || view === 'handover') && tab === 'incidents') ? 'page' : undefined} data-testid={`tab-${tab}`}>
            {t(`view_${tab}`)}
            {tab === 'incidents' && urgentIncidents.value > 0 && <em class="tab-count" title={t('incidents_open', { n: number(urgentIncidents.value) })} data-testid="incidents-badge">{number(urgentIncidents.value)}</em>}
          </a>
        ))}
      </nav>
      {hasDemo.value && (
        <span class="demo-badge" data-testid="demo-badge">
          {t('demo')}
        </span>
      )}
      <span class="grow" />
      <ConnectionLight />
      <LanguageSwitch label={t('language')} />
      <Account />
    </header>
  );
}
