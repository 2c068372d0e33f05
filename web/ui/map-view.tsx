/** The map and what lies over it. Signals go in through the map's verbs; taps come out as acts. */
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ago, number } from '../i18n/format.ts';
import { language } from '../i18n/language.ts';
import { count, t } from '../i18n/text.ts';
import { createFleetMap, type FleetMap } from '../map/fleet-map.ts';
import type { Crowd } from '../map/sites-layer.ts';
import type { FleetSite } from '../state/fleet.ts';
import { adding, fleet, fleetLoading, go, hrefOf, lastChange, loadFleet, mayEdit, painting, picked, picking, route, session, shown, territory, together } from '../state/store.ts';
import { SITE_STATES } from '../words.ts';
import { siteName } from './site-name.ts';
import { colouring } from './colouring.ts';
import { Icon } from './icons.tsx';
import { isWide, PANEL_PX } from './layout.ts';
import { Legend } from './legend.tsx';
import { Failure } from './notice.tsx';

const FEW_REGIONS = 4;

/** What the open panel hides of the map. */
function coveredByPanel(): { left: number; right: number; bottom: number } {
  if (!isWide()) return { left: 0, right: 0, bottom: innerHeight * 0.5 };
  return language.value === 'ar' ? { left: PANEL_PX, right: 0, bottom: 0 } : { left: 0, right: PANEL_PX, bottom: 0 };
}

function siteText(i: number, others: number): string[] {
  const site = fleet.value.sites[i];
  if (site === undefined) return [];
  const state = site.since === null ? t(`state_${site.state}`) : `${t(`state_${site.state}`)} · ${ago(site.since, Date.now())}`;
  return [siteName(site), state, ...(others > 1 ? [count('sites_here', others)] : [])];
}

const crowdText = ({ count: n, byState }: Crowd): string[] => [count('sites', n), ...SITE_STATES.filter((state) => byState[state] > 0).map((state) => `${t(`state_${state}`)} · ${number(byState[state])}`)];

/** Sites of a few regions are looked at closely; a whole country, or none of a programme, as a whole. */
function firstView(map: FleetMap, sites: readonly FleetSite[]): void {
  const counting = sites.flatMap((site, i) => (site.programme === null ? [] : [i]));
  const regions = new Set(counting.map((i) => sites[i]!.region));
  if (regions.size <= FEW_REGIONS) map.fitSites(counting);
}

function follow(map: FleetMap): (() => void)[] {
  let viewed = false;
  return [
    effect(() => {
      const { fleet: { sites }, changed, moved } = lastChange.value;
      if (changed === null || moved) map.setSites(sites);
      else map.updateSites(sites, changed);
      if (viewed || sites.length === 0) return;
      viewed = true;
      firstView(map, sites);
    }),
    effect(() => map.show(shown.value.mask, shown.value.count)),
    effect(() => {
      if (territory.value !== null) map.setShapes(territory.value, language.peek());
    }),
    effect(() => map.setLanguage(language.value)),
    effect(() => map.setRaster(session.value?.settings.rasterUrl ?? null)),
    effect(() => map.paint(painting.value)),
    effect(() => map.colourBy(colouring.value)),
    effect(() => map.select(route.value.site === null ? null : (fleet.value.index.get(route.value.site) ?? null))),
    effect(() => {
      // Asked when the route changes or the fleet is first read: events must not move the map.
      const { view, site: id } = route.value;
      const known = fleetLoading.value.kind === 'ready' ? fleet.peek() : null;
      const site = id === null || view === 'list' ? undefined : known?.sites[known.index.get(id) ?? -1];
      if (site) map.reveal(site.lat, site.lon, coveredByPanel());
    }),
    effect(() => map.setPicking(picking.value)),
    effect(() => map.setPin(picked.value)),
  ];
}

export function MapView({ hidden }: { hidden: boolean }): JSX.Element {
  const el = useRef<HTMLDivElement>(null);
  const map = useRef<FleetMap | null>(null);
  useEffect(() => {
    const made = createFleetMap(el.current!, {
      siteText,
      crowdText,
      areaText: (code) => painting.peek()?.linesOf(code) ?? null,
      onSelect(sites) {
        const ids = sites.flatMap((i) => fleet.peek().sites[i]?.id ?? []);
        together.value = ids.length > 1 ? ids : [];
        go({ site: ids.length === 1 ? ids[0]! : null });
      },
      onPick(lat, lon) {
        const province = made.provinceAt(lat, lon);
        picked.value = { lat, lon, region: province?.region ?? null, province: province?.code ?? null };
        picking.value = false;
      },
    });
    map.current = made;
    const stops = follow(made);
    return () => {
      for (const stop of stops) stop();
      made.remove();
    };
  }, []);
  const loading = fleetLoading.value;
  const { sites } = fleet.value;
  const empty = loading.kind === 'ready' && sites.length === 0;
  /** A new installation: this machine alone reports, and no programme has a site. */
  const [hinted, setHinted] = useState(false);
  const alone = sites.length === 1 && sites[0]?.programme === null && route.value.site === null;
  const credit = session.value?.settings.rasterCredit;
  return (
    <div class={`map-view ${hidden ? 'away' : ''}`} data-testid="map-view">
      <div ref={el} class="map" dir="ltr" role="region" aria-label={t('map_label')} data-testid="map" />
      <h1 class="hidden">{t('view_map')}</h1>
      <p class="hidden">
        <a href={hrefOf({ view: 'list' })}>{t('map_to_list')}</a>
      </p>
      <div class="map-tools">
        <button type="button" class="icon-button" aria-label={t('zoom_in')} title={t('zoom_in')} onClick={() => map.current?.zoomBy(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" class="icon-button" aria-label={t('zoom_out')} title={t('zoom_out')} onClick={() => map.current?.zoomBy(-1)}>
          <Icon name="minus" />
        </button>
        <button type="button" class="icon-button" aria-label={t('zoom_all')} title={t('zoom_all')} onClick={() => map.current?.showAll()}>
          <Icon name="home" />
        </button>
      </div>
      {(isWide() || (route.value.site === null && !adding.value)) && <Legend />}
      {picking.value && (
        <div class="map-banner" role="status">
          <Icon name="pin" /> {t('picking')}
          <button type="button" class="link" onClick={() => (picking.value = false)}>
            {t('cancel')}
          </button>
        </div>
      )}
      {loading.kind === 'loading' && (
        <div class="map-banner" role="status">
          <span class="spinner" aria-hidden="true" /> {t('loading_sites')}
        </div>
      )}
      {loading.kind === 'failed' && (
        <div class="map-card">
          <Failure error={loading.error} onRetry={() => void loadFleet()} />
        </div>
      )}
      {empty && !adding.value && (
        <div class="map-card empty" data-testid="empty">
          <Icon name="pin" size={28} />
          <h2>{t('empty_title')}</h2>
          <p class="quiet">{mayEdit.value ? t('empty_text') : t('empty_text_viewer')}</p>
          {mayEdit.value && (
            <button type="button" class="button primary" onClick={() => (adding.value = true)}>
              {t('site_add')}
            </button>
          )}
        </div>
      )}
      {alone && !adding.value && !hinted && (
        <aside class="map-hint" data-testid="first-hint">
          <button type="button" class="icon-button" aria-label={t('close')} onClick={() => setHinted(true)}>
            <Icon name="close" size={16} />
          </button>
          <h2>{t('first_title')}</h2>
          <p class="quiet">{mayEdit.value ? t('first_text') : t('empty_text_viewer')}</p>
          <div class="actions">
            <button type="button" class="button" data-testid="first-open" onClick={() => go({ site: sites[0]!.id })}>
              {t('first_open')}
            </button>
            {mayEdit.value && (
              <button type="button" class="button primary" onClick={() => (adding.value = true)}>
                {t('site_add')}
              </button>
            )}
          </div>
        </aside>
      )}
      <p class="attribution" dir="auto">
        {t('attribution')}
        {credit && ` · ${credit}`}
      </p>
    </div>
  );
}
