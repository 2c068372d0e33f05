/** The calendars' page: announced days, weekly hours, who changed what. `#/calendar/ID` is about one site. */
import type { Site } from '@cac/shared/api.ts';
import type { CalendarChange, CalendarView, DayRule, LayerScope, Season, Timetable } from '@cac/shared/calendar.ts';
import type { Week } from '@cac/shared/opening-hours.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, RequestError } from '../../api.ts';
import { calendarApi } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { hrefOf, route, toSignIn } from '../../state/store.ts';
import { Icon } from '../icons.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { DaysForm } from './days-form.tsx';
import { DaysList } from './days-list.tsx';
import { Done } from './done.tsx';
import { History } from './history.tsx';
import { HoursCard } from './hours-card.tsx';
import { layerChoices } from './layer-select.tsx';
import { SeasonForm } from './season-form.tsx';
import { WeekForm } from './week-form.tsx';

interface Loaded {
  readonly view: CalendarView;
  /** The site the page is about, with its own layer among the layers. */
  readonly site: Site | null;
}

function useCalendar(id: string | null, version: number): { loaded: Loaded | null; error: RequestError | null } {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      try {
        const [view, own, site] = await Promise.all([calendarApi.layers(), id === null ? null : calendarApi.layers({ kind: 'site', id } as LayerScope), id === null ? null : api.site(id)]);
        if (!current) return;
        setLoaded({ view: { ...view, layers: [...view.layers, ...(own?.layers ?? [])] }, site });
        setError(null);
      } catch (failure) {
        if (!current || !(failure instanceof RequestError)) return;
        if (failure.status === 401) toSignIn();
        else setError(failure);
      }
    };
    void load();
    return () => void (current = false);
  }, [id, version]);
  return { loaded: loaded !== null && (loaded.site?.id ?? null) === id ? loaded : null, error };
}

/** Whether what a layer says concerns a site. */
function liesUnder(site: Site, { kind, id }: LayerScope): boolean {
  const own = { national: '', programme: site.programme, province: site.province, host: site.hostPremises, site: site.id };
  return own[kind] === id;
}

type Open = { readonly kind: 'days'; readonly rule: DayRule | null } | { readonly kind: 'season'; readonly season: Season } | { readonly kind: 'week'; readonly season: Timetable['season']; readonly week: Week | null };

const ALL_KINDS = ['site', 'national', 'programme', 'host', 'province'] as const;
const NATIONAL: LayerScope = { kind: 'national', id: '' };
const SHARED: LayerScope = { kind: 'programme', id: 'CAC' };

export function CalendarPage(): JSX.Element {
  const id = route.value.site;
  const [version, setVersion] = useState(0);
  const { loaded, error } = useCalendar(id, version);
  const [chosen, setChosen] = useState<{ of: string | null; scope: LayerScope } | null>(null);
  const [open, setOpen] = useState<Open | null>(null);
  const [done, setDone] = useState<CalendarChange | null>(null);
  const [refused, setRefused] = useState<RequestError | null>(null);

  if (loaded === null) return <div class="calendar">{error === null ? <Skeleton lines={10} /> : <Failure error={error} onRetry={() => setVersion(version + 1)} />}</div>;
  const { view, site } = loaded;
  const { today, mayChange, seasons, layers } = view;
  const siteScope = id === null ? null : ({ kind: 'site', id } as LayerScope);
  const scope = chosen !== null && chosen.of === id ? chosen.scope : (siteScope ?? SHARED);
  const onDone = (change: CalendarChange): void => {
    setOpen(null);
    setRefused(null);
    setDone(change);
    setVersion(version + 1);
  };
  const act = async (doing: Promise<CalendarChange>): Promise<void> => {
    try {
      onDone(await doing);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setDone(null);
      setRefused(failure);
    }
  };
  const confirm = (fact: DayRule | Season): void => void act(fact.kind === 'season' ? calendarApi.moveSeason(fact.id, { season: fact.season, from: fact.from, to: fact.to, confirmed: true, source: fact.source }) : calendarApi.changeDays(fact.id, draftOf({ ...fact, confirmed: true })));
  const choices = layerChoices(mayChange, id, true);
  return (
    <div class="calendar" data-testid="calendar">
      <header class="calendar-head">
        <div>
          {siteScope !== null && (
            <a class="link" href={hrefOf({ view: 'calendar' })}>
              {ct('all_calendars')}
            </a>
          )}
          <h1>{site === null ? ct('title') : <>{ct('of_site')} <bdi>{site.name}</bdi></>}</h1>
          <p class="quiet">{ct('intro')}</p>
        </div>
        {mayChange.length > 0 && (
          <button type="button" class="button primary" data-testid="announce" onClick={() => setOpen({ kind: 'days', rule: null })}>
            <Icon name="plus" size={16} /> {ct('announce')}
          </button>
        )}
      </header>
      <Done change={done} error={refused} today={today} onUndo={(change) => void act(calendarApi.undo(change.id))} onClose={() => { setDone(null); setRefused(null); }} />
      <div class="calendar-cards">
        <DaysList
          layers={site === null ? layers : layers.filter(({ scope: of }) => liesUnder(site, of))}
          seasons={seasons}
          today={today}
          mayChange={mayChange}
          onConfirm={confirm}
          onEdit={(fact) => setOpen(fact.kind === 'season' ? { kind: 'season', season: fact } : { kind: 'days', rule: fact })}
          onRemove={(rule) => void act(calendarApi.removeDays(rule.id))}
        />
        <HoursCard
          layers={layers}
          site={site}
          choices={layerChoices(ALL_KINDS, id, false)}
          scope={scope}
          onScope={(next) => setChosen({ of: id, scope: next })}
          today={today}
          mayChange={mayChange.includes(scope.kind)}
          onEdit={(season, week) => setOpen({ kind: 'week', season, week })}
          onRemove={(timetable) => void act(calendarApi.removeHours(timetable.id))}
        />
        <History scope={siteScope} today={today} version={version} />
      </div>
      {open?.kind === 'days' && <DaysForm rule={open.rule} choices={choices} scope={choices[0]?.scopes[0] ?? NATIONAL} today={today} onDone={onDone} onClose={() => setOpen(null)} />}
      {open?.kind === 'season' && <SeasonForm season={open.season} onDone={onDone} onClose={() => setOpen(null)} />}
      {open?.kind === 'week' && <WeekForm scope={scope} season={open.season} week={open.week} today={today} onDone={onDone} onClose={() => setOpen(null)} />}
    </div>
  );
}

const draftOf = ({ scope, from, to, effect, hours, why, label, confirmed, source }: DayRule) => ({ scope, from, to, effect, hours, why, label, confirmed, source });
