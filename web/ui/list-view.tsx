/** The accessible twin of the map: the same sites under the same filter, as a table. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { ago, number } from '../i18n/format.ts';
import { language, LOCALES } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import { isFiltering, NO_FILTER } from '../state/filter.ts';
import { COLUMNS, sortedSites, type Column, type Sorting } from '../state/sorting.ts';
import { filter, fleet, fleetLoading, go, hrefOf, loadFleet, now, route, shown } from '../state/store.ts';
import { areaName } from './area-names.ts';
import { ExportLinks } from './export-links.tsx';
import { Failure, Skeleton } from './notice.tsx';
import { StateShape } from './shapes.tsx';
import { siteName } from './site-name.ts';
import { programmeName } from './programme-name.ts';

const PAGE = 100;

function Heading({ column, sorting, onSort }: { column: Column; sorting: Sorting; onSort: (next: Sorting) => void }): JSX.Element {
  const active = sorting.column === column;
  return (
    <th scope="col" class={`col-${column}`} aria-sort={active ? (sorting.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" data-testid={`sort-${column}`} onClick={() => onSort({ column, descending: active && !sorting.descending })}>
        {t(`column_${column}`)}
        <span class="sort" aria-hidden="true">
          {active ? (sorting.descending ? '↓' : '↑') : '↕'}
        </span>
      </button>
    </th>
  );
}

function Rows({ positions }: { positions: readonly number[] }): JSX.Element {
  const { sites } = fleet.value;
  const open = route.value.site;
  return (
    <tbody>
      {positions.map((i) => {
        const site = sites[i]!;
        return (
          <tr key={site.id} class={site.id === open ? 'open' : ''} data-testid="row" data-site={site.id} onClick={() => go({ site: site.id })}>
            <th scope="row" class="col-name">
              <a
                href={hrefOf({ site: site.id })}
                dir="auto"
                onClick={(event) => {
                  // A plain click opens the panel as one on the row does; with a key held the browser opens a tab.
                  if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
                  else event.preventDefault();
                }}
              >
                {siteName(site)}
              </a>
            </th>
            <td class="col-id">
              <bdi>{site.id}</bdi>
            </td>
            <td class="col-programme">{site.programme === null ? '—' : programmeName(site.programme)}</td>
            <td class="col-region">{areaName(site.region)}</td>
            <td class="col-state">
              <span class="state-cell">
                <StateShape state={site.state} size={13} />
                {t(`state_${site.state}`)}
              </span>
            </td>
            <td class="col-since">{site.since === null ? '—' : ago(site.since, Math.max(now.value, site.since))}</td>
            <td class="col-machines">
              <bdi dir="ltr">
                {number(site.on)} / {number(site.total)}
              </bdi>
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}

function Pager({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }): JSX.Element {
  return (
    <nav class="pager" aria-label={t('pages')}>
      <button type="button" class="button small" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {t('page_before')}
      </button>
      <span>{t('page_of', { page: number(page + 1), pages: number(pages) })}</span>
      <button type="button" class="button small" disabled={page >= pages - 1} data-testid="page-next" onClick={() => onPage(page + 1)}>
        {t('page_after')}
      </button>
    </nav>
  );
}

export function ListView(): JSX.Element {
  const [sorting, setSorting] = useState<Sorting>({ column: 'state', descending: false });
  const [asked, setPage] = useState(0);
  const { mask, count: total } = shown.value;
  const { sites } = fleet.value;
  const order = useMemo(() => sortedSites(sites, mask, sorting, new Intl.Collator(LOCALES[language.value], { numeric: true }).compare, areaName), [sites, mask, sorting, language.value]);
  const pages = Math.max(1, Math.ceil(total / PAGE));
  const page = Math.min(asked, pages - 1);
  const loading = fleetLoading.value;
  if (loading.kind === 'failed') return <div class="list"><Failure error={loading.error} onRetry={() => void loadFleet()} /></div>;
  if (loading.kind === 'loading') return <div class="list"><Skeleton lines={12} /></div>;
  return (
    <div class="list" data-testid="list">
      <h1 class="hidden">{t('table_label')}</h1>
      {total === 0 ? (
        <div class="nothing big">
          <p>{sites.length === 0 ? t('empty_title') : t('none_match')}</p>
          {isFiltering(filter.value) && (
            <button type="button" class="button" onClick={() => (filter.value = NO_FILTER)}>
              {t('filter_clear')}
            </button>
          )}
        </div>
      ) : (
        <>
          <div class="list-acts">
            <ExportLinks />
          </div>
          <div class="table-box" tabIndex={0} role="region" aria-label={t('table_label')}>
            <table class="table">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <Heading key={column} column={column} sorting={sorting} onSort={(next) => { setSorting(next); setPage(0); }} />
                  ))}
                </tr>
              </thead>
              <Rows positions={order.slice(page * PAGE, (page + 1) * PAGE)} />
            </table>
          </div>
          {pages > 1 && <Pager page={page} pages={pages} onPage={setPage} />}
        </>
      )}
    </div>
  );
}
