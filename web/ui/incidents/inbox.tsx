/** The inbox: what waits, what is taken, what rests, what is over; by day, the worst first, under the filter shared with the map. */
import type { Incident } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { incidentsApi, type IncidentFilter } from '../../incidents-api.ts';
import { number } from '../../i18n/format.ts';
import { ncount, nt } from '../../i18n/incidents/text.ts';
import { t } from '../../i18n/text.ts';
import { INBOXES, type InboxSegment } from '../../state/choices.ts';
import { choices, choose, filter, fleet, hrefOf, now } from '../../state/store.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { Choice } from '../past/choices.tsx';
import { useAnswer } from '../past/answer.ts';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { IncidentRow } from './incident-row.tsx';
import { useLiveAnswer } from './live-answer.ts';
import { dayTitle } from './words.ts';

/** Those that some site has. */
export function carrierChoices(): (readonly [string, string])[] {
  const named = new Set(fleet.value.sites.flatMap(({ carrier }) => carrier ?? []));
  return [...named].sort().map((carrier) => [carrier, carrier] as const);
}

function Narrowing(): JSX.Element {
  const { region, programme, province, carrier } = filter.value;
  const set = (change: Partial<IncidentFilter>): void => void (filter.value = { ...filter.value, ...change });
  const orNull = (text: string): string | null => (text === '' ? null : text);
  return (
    <>
      <Choice<string> label={t('programme')} value={programme ?? ''} options={[['', t('all_programmes')], ...programmeCodes().map((one) => [one, programmeName(one)] as const)]} onChoose={(next) => set({ programme: orNull(next) })} />
      <Choice<string> label={t('region')} value={region ?? ''} options={[['', t('all_regions')], ...regionsByName().map((code) => [code, areaName(code)] as const)]} onChoose={(next) => set({ region: orNull(next), province: null })} testId="incidents-region" />
      {(region !== null || province !== null) && (
        <Choice<string> label={t('province')} value={province ?? ''} options={[['', t('all_provinces')], ...(region === null ? [province!] : provincesOf(region)).map((code) => [code, areaName(code)] as const)]} onChoose={(next) => set({ province: orNull(next) })} />
      )}
      <Choice<string> label={nt('carrier')} value={carrier ?? ''} options={[['', nt('all')], ...carrierChoices()]} onChoose={(next) => set({ carrier: orNull(next) })} />
    </>
  );
}

export function Inbox(): JSX.Element {
  const segment = choices.value.inbox;
  const { region, programme, province, carrier } = filter.value;
  const narrowed = { region, programme, province, carrier };
  const counts = useLiveAnswer('counts', incidentsApi.counts).value;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>{nt('title')}</h1>
        <p class="incidents-links">
          <a href={hrefOf({ view: 'handover' })} data-testid="to-handover">
            {nt('to_handover')}
          </a>
          <a href={hrefOf({ view: 'silences' })} data-testid="to-silences">
            {nt('to_silences')}
          </a>
          <a href={incidentsApi.csvPath(segment, narrowed)} download>
            {nt('csv')}
          </a>
        </p>
        <div class="choices">
          <fieldset class="segmented incident-segments">
            <legend class="hidden">{nt('segments')}</legend>
            {INBOXES.map((one) => (
              <button key={one} type="button" class="button small" aria-pressed={segment === one} data-testid={`segment-${one}`} onClick={() => choose({ inbox: one })}>
                {nt(`segment_${one}`)} {one !== 'recent' && counts !== null && counts[one] > 0 && <em>{number(counts[one])}</em>}
              </button>
            ))}
          </fieldset>
          <Narrowing />
        </div>
        {counts !== null && counts.pending > 0 && (
          <p class="quiet" data-testid="pending-count">
            {ncount('pending', counts.pending)}
          </p>
        )}
      </header>
      <List key={`${segment} ${JSON.stringify(narrowed)}`} segment={segment} narrowed={narrowed} />
    </>
  );
}

const SEVERITY = { critical: 0, major: 1, minor: 2 } as const;
const dayOf = ({ openedAt, sinceAt, endAt, state }: Incident): number => (state === 'resolved' ? (endAt ?? sinceAt) : (openedAt ?? sinceAt));

/** By day, newest first; within a day several sites before one, the worst first, then the newest. */
function byDay(items: readonly Incident[]): { title: string; items: Incident[] }[] {
  const sorted = [...items].sort((a, b) => dayOf(b) - dayOf(a) || b.id - a.id);
  const days: { title: string; items: Incident[] }[] = [];
  for (const item of sorted) {
    const title = dayTitle(dayOf(item), now.value);
    const last = days.at(-1);
    if (last?.title === title) last.items.push(item);
    else days.push({ title, items: [item] });
  }
  for (const day of days) day.items.sort((a, b) => Number(a.group === null) - Number(b.group === null) || SEVERITY[a.severity] - SEVERITY[b.severity] || dayOf(b) - dayOf(a));
  return days;
}

function List({ segment, narrowed }: { segment: InboxSegment; narrowed: IncidentFilter }): JSX.Element {
  const { value, error, again } = useLiveAnswer('first', () => incidentsApi.list(segment, narrowed, null));
  const [more, setMore] = useState<{ items: Incident[]; next: string | null } | null>(null);
  const [failed, setFailed] = useState<RequestError | null>(null);
  const box = useRef<HTMLDivElement>(null);
  if (error !== null) return <Failure error={error} onRetry={again} />;
  if (value === null) return <Skeleton lines={8} />;
  const known = new Set(value.items.map(({ id }) => id));
  const items = [...value.items, ...(more?.items ?? []).filter(({ id }) => !known.has(id))];
  const next = more === null ? value.next : more.next;
  const showMore = async (): Promise<void> => {
    try {
      const page = await incidentsApi.list(segment, narrowed, next);
      setMore({ items: [...(more?.items ?? []), ...page.items], next: page.next });
      setFailed(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setFailed(failure);
    }
  };
  /** Arrows go from one to the next; Enter follows the link, as links do. */
  const walk = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const links = [...(box.current?.querySelectorAll<HTMLElement>('[data-testid="incident-link"]') ?? [])];
    const present = links.indexOf(document.activeElement as HTMLElement);
    if (present < 0) return;
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, present + step))]?.focus();
  };
  if (items.length === 0 && next === null) return <Empty segment={segment} />;
  return (
    <div ref={box} class="incident-days" role="group" aria-label={nt('list_label')} onKeyDown={walk}>
      {byDay(items).map((one) => (
        <section key={one.title}>
          <h2>{one.title}</h2>
          <ul class="incident-list">
            {one.items.map((incident) => (
              <IncidentRow key={incident.id} incident={incident} />
            ))}
          </ul>
        </section>
      ))}
      {failed !== null && <Failure error={failed} />}
      {next !== null && (
        <button type="button" class="button" data-testid="incidents-more" onClick={() => void showMore()}>
          {nt('more')}
        </button>
      )}
    </div>
  );
}

function Empty({ segment }: { segment: InboxSegment }): JSX.Element {
  const watched = useAnswer('watched', incidentsApi.watched).value;
  return (
    <div class="nothing big" data-testid="incidents-none">
      <p>
        <strong>{nt(`none_${segment}`)}</strong>
      </p>
      <p class="quiet">{nt('none_text')}</p>
      {watched !== null && (
        <p data-testid="watched">
          {ncount('watched', watched.sites)}, {ncount('expected_now', watched.expected)}
        </p>
      )}
    </div>
  );
}
