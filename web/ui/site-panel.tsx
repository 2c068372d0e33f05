/** One site: what it is, what its machines prove now, and the codes by which a PC joins it. */
import type { Machine, Site, Voucher } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, RequestError } from '../api.ts';
import { ago, dateTime, day } from '../i18n/format.ts';
import { language, LOCALES } from '../i18n/language.ts';
import { t } from '../i18n/text.ts';
import type { FleetSite } from '../state/fleet.ts';
import { hrefOf, mayEdit, now, toSignIn } from '../state/store.ts';
import { areaName } from './area-names.ts';
import { SiteHours } from './calendar/lazy.tsx';
import { LadderCard } from './deployment/lazy.tsx';
import { SiteIncidents } from './incidents/lazy.tsx';
import { communeName } from './commune-name.ts';
import { DataCard, SiteRules, SiteWaiting } from './field/lazy.tsx';
import { Icon } from './icons.tsx';
import { isRemoved, MachineCard } from './machine-card.tsx';
import { Failure, Skeleton } from './notice.tsx';
import { PingSources } from './pings/lazy.tsx';
import { SiteRecordCard } from './registry/lazy.tsx';
import { StateShape } from './shapes.tsx';
import { Vouchers } from './vouchers.tsx';
import { programmeName } from './programme-name.ts';

interface Details {
  readonly site: Site;
  readonly machines: readonly Machine[];
  readonly vouchers: readonly Voucher[];
}

/** Events come in bursts: the panel asks again once they pause. */
const AFTER_EVENT_MS = 400;
/** What gives no event (last seen, uptime) is asked again this often. */
const AGAIN_MS = 30_000;

/** The details of a site, read again when `version` changes and now and then. */
function useDetails(id: string, version: unknown, withVouchers: boolean): { details: Details | null; error: RequestError | null; reload: () => void } {
  const [details, setDetails] = useState<Details | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      try {
        const [site, machines, vouchers] = await Promise.all([api.site(id), api.machines(id), withVouchers ? api.vouchers(id) : []]);
        if (!current) return;
        setDetails({ site, machines, vouchers });
        setError(null);
      } catch (failure) {
        if (!current || !(failure instanceof RequestError)) return;
        if (failure.status === 401) toSignIn();
        else setError(failure);
      }
    };
    const first = setTimeout(() => void load(), details?.site.id === id ? AFTER_EVENT_MS : 0);
    const again = setInterval(() => void load(), AGAIN_MS);
    return () => {
      current = false;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [id, version, withVouchers, asked]);
  return { details: details?.site.id === id ? details : null, error, reload: () => setAsked(asked + 1) };
}

function Facts({ site, shown }: { site: Site | null; shown: FleetSite | undefined }): JSX.Element {
  const known = site ?? shown;
  if (known === undefined) return <Skeleton lines={3} />;
  return (
    <dl class="facts">
      <div>
        <dt>{t('programme')}</dt>
        <dd>{known.programme === null ? t('programme_none') : programmeName(known.programme)}</dd>
      </div>
      <div>
        <dt>{t('region')}</dt>
        <dd>{areaName(known.region)}</dd>
      </div>
      <div>
        <dt>{t('province')}</dt>
        <dd>{known.province === null ? t('not_given') : areaName(known.province)}</dd>
      </div>
      {site?.commune && (
        <div>
          <dt>{t('commune')}</dt>
          <dd dir="auto">{communeName(site)}</dd>
        </div>
      )}
      <div>
        <dt>{t('zone')}</dt>
        <dd>{known.zone === null ? t('not_given') : t(`zone_${known.zone}`)}</dd>
      </div>
      {site?.hostPremises && (
        <div>
          <dt>{t('host_premises')}</dt>
          <dd>{t(`host_${site.hostPremises}`)}</dd>
        </div>
      )}
      {site?.equipment && (
        <div>
          <dt>{t('equipment')}</dt>
          <dd>{t(`equipment_${site.equipment}`)}</dd>
        </div>
      )}
      {site && (
        <div>
          <dt>{t('declared_connected')}</dt>
          <dd>
            {site.declaredConnectedAt === null ? t('declared_never') : day(site.declaredConnectedAt)}
            {site.declaredSource && <span class="quiet" dir="auto"> {site.declaredSource}</span>}
          </dd>
        </div>
      )}
    </dl>
  );
}

export function SitePanel({ id, shown }: { id: string; shown: FleetSite | undefined }): JSX.Element {
  const { details, error, reload } = useDetails(id, shown, mayEdit.value);
  const [inRules, setInRules] = useState(false);
  const site = details?.site ?? null;
  const head = shown ?? site;
  // By name; those that were removed last.
  const machines = [...(details?.machines ?? [])].sort((a, b) => Number(isRemoved(a)) - Number(isRemoved(b)) || a.name.localeCompare(b.name, LOCALES[language.value], { numeric: true }));
  const counting = machines.filter((m) => !isRemoved(m)).length;
  if (head === null && error !== null) return <Failure error={error} onRetry={reload} />;
  return (
    <div class="site">
      <header class="panel-head">
        <p class="site-code">
          <bdi>{id}</bdi>
          {head?.demo && <em class="demo-badge inline">{t('demo')}</em>}
        </p>
        <h2 data-testid="site-name">
          <bdi>{head?.name ?? id}</bdi>
        </h2>
        {head && (
          <p class={`site-state ${head.state}`} data-testid="site-state" data-state={head.state}>
            <StateShape state={head.state} size={16} />
            <strong>{t(`state_${head.state}`)}</strong>
            {head.since !== null && (
              <span class="quiet">
                {ago(head.since, Math.max(now.value, head.since))} · <time dateTime={new Date(head.since).toISOString()}>{dateTime(head.since)}</time>
              </span>
            )}
          </p>
        )}
      </header>
      {site?.kind === 'local' && (
        <p class="aside-note" data-testid="local-note">
          <Icon name="pin" size={16} />
          <span>{t('local_note')}</span>
        </p>
      )}
      {error !== null && <Failure error={error} onRetry={reload} />}
      <SiteHours id={id} />
      <p class="panel-acts">
        <a class="button" href={hrefOf({ view: 'past', site: id })} data-testid="to-past">
          {t('site_past')}
        </a>
      </p>
      <SiteIncidents id={id} />
      <section class="block">
        <h3>
          {t('machines')} {details !== null && <em>{counting}</em>}
        </h3>
        {details === null && error === null && <Skeleton lines={4} />}
        {details !== null && counting === 0 && (
          <div class="nothing" data-testid="no-machines">
            <p>{t(machines.length === 0 ? 'machines_none' : 'machines_none_left')}</p>
            <p class="quiet">{mayEdit.value ? t('machines_none_text') : t('machines_none_viewer')}</p>
          </div>
        )}
        {machines.map((machine) => (
          <MachineCard key={machine.id} machine={machine} siblings={machines} alone={counting === 1 && !isRemoved(machine)} onChange={reload} />
        ))}
      </section>
      {mayEdit.value && details !== null && <SiteWaiting key={`waiting ${id}`} id={id} machines={machines} onChange={reload} />}
      {counting > 0 && <DataCard key={`data ${id}`} id={id} />}
      {site !== null && site.kind !== 'local' && <LadderCard key={id} id={id} />}
      {mayEdit.value && details !== null && <Vouchers siteId={id} vouchers={details.vouchers} onChange={reload} />}
      {site !== null && <PingSources key={id} siteId={id} mayEdit={mayEdit.value} />}
      <section class="block">
        <h3>{t('about_site')}</h3>
        <Facts site={site} shown={shown} />
        {site !== null && (
          <details class="site-rules" onToggle={(event) => setInRules(event.currentTarget.open)}>
            <summary data-testid="site-rules">{t('site_rules')}</summary>
            {inRules && <SiteRules key={`rules ${id}`} id={id} programme={site.programme} metered={site.metered === true} />}
          </details>
        )}
        {site !== null && <SiteRecordCard key={id} site={site} mayEdit={mayEdit.value} onChange={reload} />}
      </section>
    </div>
  );
}
