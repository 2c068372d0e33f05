/** Province, zone, category, stage, carrier and technology: what is rarer asked. */
import type { JSX } from 'preact';
import { vt } from '../../i18n/coverage/text.ts';
import { t } from '../../i18n/text.ts';
import type { Filter } from '../../state/filter.ts';
import { filter, fleet } from '../../state/store.ts';
import { CSP, STAGES, TECHNOLOGIES, ZONES } from '../../words.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { ExportLinks } from '../export-links.tsx';

type Asked = 'province' | 'zone' | 'csp' | 'stage' | 'carrier' | 'technology';

function Question<N extends Asked>({ name, label, all, options }: { name: N; label: string; all: string; options: readonly (readonly [value: string, text: string])[] }): JSX.Element {
  return (
    <label class="choice">
      {label}
      <select data-testid={`filter-${name}`} value={filter.value[name] ?? ''} onChange={(event) => (filter.value = { ...filter.value, [name]: event.currentTarget.value || null } as Filter)}>
        <option value="">{all}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Of the chosen region, else of all of them, region by region. */
function provinces(): (readonly [string, string])[] {
  const { region } = filter.value;
  return (region === null ? regionsByName() : [region]).flatMap((of) => provincesOf(of)).map((code) => [code, areaName(code)] as const);
}

/** Those that some site has. */
function carriers(): (readonly [string, string])[] {
  const named = new Set(fleet.value.sites.flatMap(({ carrier }) => carrier ?? []));
  if (filter.value.carrier !== null) named.add(filter.value.carrier);
  return [...named].sort().map((carrier) => [carrier, carrier] as const);
}

export function MoreFilters(): JSX.Element {
  const any = vt('any');
  return (
    <>
      <Question name="province" label={t('province')} all={any} options={provinces()} />
      <Question name="zone" label={t('zone')} all={any} options={ZONES.map((zone) => [zone, t(`zone_${zone}`)])} />
      <Question name="csp" label={vt('filter_csp')} all={any} options={CSP.map((csp) => [csp, vt('csp_one', { csp })])} />
      <Question name="stage" label={vt('filter_stage')} all={any} options={STAGES.map((stage) => [stage, vt(`stage_${stage}`)])} />
      <Question name="carrier" label={vt('filter_carrier')} all={any} options={carriers()} />
      <Question name="technology" label={vt('filter_technology')} all={any} options={TECHNOLOGIES.map((technology) => [technology, vt(`technology_${technology}`)])} />
      <div class="export-shown">
        <span>{t('export_shown')}</span>
        <ExportLinks />
      </div>
    </>
  );
}
