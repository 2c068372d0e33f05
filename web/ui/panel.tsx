/** The side panel: one site, several that lie together, or the form of a new one. On a phone it rises from the bottom. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { count, t } from '../i18n/text.ts';
import { adding, go, picked, picking, route, siteAt, together } from '../state/store.ts';
import { Icon } from './icons.tsx';
import { StateShape } from './shapes.tsx';
import { SiteForm } from './site-form.tsx';
import { SitePanel } from './site-panel.tsx';

function Frame({ label, testId, onClose, children }: { label: string; testId: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const ref = useRef<HTMLElement>(null);
  /** Gets the focus back. */
  const opener = useRef(document.activeElement);
  useEffect(() => {
    // A form inside may have taken the focus for its first field.
    if (!ref.current?.contains(document.activeElement)) ref.current?.focus({ preventScroll: true });
    const { current: before } = opener;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside
      ref={ref}
      class={`panel ${picking.value ? 'aside' : ''}`}
      aria-label={label}
      tabIndex={-1}
      data-testid={testId}
      onKeyDown={(event) => {
        // A dialog inside closes itself first.
        if (event.key === 'Escape' && !(event.target as Element).closest('dialog')) onClose();
      }}
    >
      <button type="button" class="icon-button panel-close" aria-label={t('close')} data-testid="panel-close" onClick={onClose}>
        <Icon name="close" />
      </button>
      <div class="panel-scroll">{children}</div>
    </aside>
  );
}

function Together(): JSX.Element {
  return (
    <>
      <header class="panel-head">
        <h2>{count('sites_here', together.value.length)}</h2>
        <p class="quiet">{t('sites_here_text')}</p>
      </header>
      <ul class="together">
        {together.value.map((id) => {
          const site = siteAt(id);
          return site === undefined ? null : (
            <li key={id}>
              <button type="button" onClick={() => go({ site: id })}>
                <StateShape state={site.state} />
                <span>
                  <b>
                    <bdi>{site.name}</bdi>
                  </b>
                  <small class="quiet">
                    <bdi>{site.id}</bdi> · {t(`state_${site.state}`)}
                  </small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function Panel(): JSX.Element | null {
  const { site } = route.value;
  if (adding.value) {
    const close = (): void => {
      adding.value = false;
      picking.value = false;
      picked.value = null;
    };
    return (
      <Frame key="add" label={t('site_add')} testId="site-form-panel" onClose={close}>
        <SiteForm onDone={(id) => { close(); go({ site: id }); }} />
      </Frame>
    );
  }
  if (site !== null) {
    const known = siteAt(site);
    const close = (): void => go({ site: null });
    return (
      <Frame key={site} label={known?.name ?? site} testId="site-panel" onClose={close}>
        {together.value.includes(site) && (
          <button type="button" class="link panel-back" onClick={close}>
            {count('sites_here', together.value.length)}
          </button>
        )}
        <SitePanel id={site} shown={known} />
      </Frame>
    );
  }
  if (together.value.length > 1) {
    return (
      <Frame key="together" label={count('sites_here', together.value.length)} testId="together-panel" onClose={() => (together.value = [])}>
        <Together />
      </Frame>
    );
  }
  return null;
}
