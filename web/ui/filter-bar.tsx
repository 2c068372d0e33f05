/** What is shown: text, programme, region and state in a row, the rest folded behind a button; on a phone all of it is. States are in the legend too, where their shapes are. */
import type { Programme } from '@cac/shared/api.ts';
import type { SiteState } from '@cac/shared/states.ts';
import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, t } from '../i18n/text.ts';
import { inUse, isFiltering, NO_FILTER } from '../state/filter.ts';
import { adding, filter, mayEdit, shown } from '../state/store.ts';
import { SITE_STATES } from '../words.ts';
import { areaName, regionsByName } from './area-names.ts';
import { Icon } from './icons.tsx';
import { isWide } from './layout.ts';
import { MoreFilters } from './more-filters/lazy.tsx';
import { programmeCodes, programmeName } from './programme-name.ts';

/** Typing waits this long before ten thousand names are searched. */
const TYPING_MS = 120;
let typing: ReturnType<typeof setTimeout> | undefined;

export function FilterBar(): JSX.Element {
  const [open, setOpen] = useState(false);
  const [more, setMore] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const unfolded = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!more) return;
    const fold = ({ target }: Event): void => {
      if (isWide() && target instanceof Element && !unfolded.current?.contains(target) && target.closest('.more-toggle') === null) setMore(false);
    };
    addEventListener('pointerdown', fold);
    return () => removeEventListener('pointerdown', fold);
  }, [more]);
  useSignalEffect(() => {
    // Cleared, or brought by Back: what is being typed is left alone.
    const { text } = filter.value;
    if (search.current !== null && typing === undefined && search.current.value.trim() !== text.trim()) search.current.value = text;
  });
  const now = filter.value;
  const used = inUse(now);
  const folded = used - (now.programme === null ? 0 : 1) - (now.region === null ? 0 : 1) - (now.states.length > 0 ? 1 : 0);
  return (
    <section class="filters" aria-label={t('filters')} role="search">
      <label class="search">
        <Icon name="search" size={16} />
        <span class="hidden">{t('search')}</span>
        <input
          type="search"
          placeholder={t('search')}
          data-testid="search"
          ref={search}
          defaultValue={now.text}
          onInput={(event) => {
            const text = event.currentTarget.value;
            clearTimeout(typing);
            typing = setTimeout(() => {
              typing = undefined;
              filter.value = { ...filter.value, text };
            }, TYPING_MS);
          }}
        />
      </label>
      <button type="button" class="button filter-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="filter" size={16} />
        {t('filters')}
        {used > 0 && <em>{used}</em>}
      </button>
      <div class={`filter-selects ${open ? 'open' : ''}`}>
        <select aria-label={t('programme')} data-testid="filter-programme" value={now.programme ?? ''} onChange={(event) => (filter.value = { ...now, programme: (event.currentTarget.value || null) as Programme | null })}>
          <option value="">{t('all_programmes')}</option>
          {programmeCodes().map((p) => (
            <option key={p} value={p}>
              {programmeName(p)}
            </option>
          ))}
        </select>
        <select aria-label={t('region')} data-testid="filter-region" value={now.region ?? ''} onChange={(event) => (filter.value = { ...now, region: event.currentTarget.value || null, province: null })}>
          <option value="">{t('all_regions')}</option>
          {regionsByName().map((code) => (
            <option key={code} value={code}>
              {areaName(code)}
            </option>
          ))}
        </select>
        <select aria-label={t('state')} data-testid="filter-state" value={now.states.length === 1 ? now.states[0] : now.states.length === 0 ? '' : 'several'} onChange={(event) => (filter.value = { ...now, states: event.currentTarget.value === '' ? [] : [event.currentTarget.value as SiteState] })}>
          <option value="">{t('all_states')}</option>
          {now.states.length > 1 && <option value="several" disabled>{count('states_chosen', now.states.length)}</option>}
          {SITE_STATES.map((state) => (
            <option key={state} value={state}>
              {t(`state_${state}`)}
            </option>
          ))}
        </select>
        <button type="button" class="button more-toggle" aria-expanded={more} title={t('filter_more')} data-testid="filter-more" onClick={() => setMore(!more)}>
          <Icon name="filter" size={16} />
          <span>{t('filter_more')}</span>
          {folded > 0 && <em>{folded}</em>}
        </button>
        {more && (
          <div class="more-filters" ref={unfolded} role="group" aria-label={t('filter_more')} onKeyDown={(event) => event.key === 'Escape' && setMore(false)}>
            <MoreFilters />
          </div>
        )}
        {isFiltering(now) && (
          <button type="button" class="icon-button" data-testid="filter-clear" aria-label={t('filter_clear')} title={t('filter_clear')} onClick={() => (filter.value = NO_FILTER)}>
            <Icon name="close" size={16} />
          </button>
        )}
      </div>
      <output class="shown-count" data-testid="shown-count" data-count={shown.value.count} aria-live="polite">
        {count('sites', shown.value.count)}
      </output>
      {mayEdit.value && (
        <button type="button" class="button primary site-add" title={t('site_add')} data-testid="site-add" aria-label={t('site_add')} onClick={() => (adding.value = true)}>
          <Icon name="plus" size={16} />
          <span>{t('site_add')}</span>
        </button>
      )}
    </section>
  );
}
