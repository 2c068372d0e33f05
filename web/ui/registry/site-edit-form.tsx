/** What the registry says of a site, to be changed: all its fields but its code. */
import type { Site } from '@cac/shared/api.ts';
import type { SiteEdit } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { rt } from '../../i18n/registry/text.ts';
import { t, type TextKey } from '../../i18n/text.ts';
import { registryApi } from '../../registry-api.ts';
import { session } from '../../state/store.ts';
import { EQUIPMENT_KINDS, HOST_PREMISES, TECHNOLOGIES, ZONES } from '../../words.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { numberOf, SelectField, TextField, type Texts } from './fields.tsx';
import { registryError } from './words.ts';

const TEXTS = ['name', 'nameAr', 'officialCode', 'commune', 'manager', 'dutyPhone', 'carrier', 'lineNumber', 'openedOn', 'programme', 'province', 'zone', 'hostPremises', 'equipment', 'technology'] as const;
const NUMBERS = ['contractedMbps', 'capMb', 'expectedComputers', 'expectedTelephones', 'students'] as const;
const FLAG = { yes: true, no: false } as const;

const flagText = (flag: boolean | null): string => (flag === null ? '' : flag ? 'yes' : 'no');

const textsOf = (site: Site): Texts => ({
  ...Object.fromEntries([...TEXTS, ...NUMBERS].map((name) => [name, String(site[name] ?? '')])),
  kind: site.kind, region: site.region, lat: String(site.lat), lon: String(site.lon), metered: flagText(site.metered), countsTowardsTarget: flagText(site.countsTowardsTarget),
});

const editOf = (texts: Texts): SiteEdit =>
  ({
    ...Object.fromEntries(TEXTS.map((name) => [name, texts[name]!.trim() || null])),
    ...Object.fromEntries(NUMBERS.map((name) => [name, numberOf(texts[name])])),
    name: texts['name']!.trim(),
    kind: texts['kind'],
    region: texts['region'],
    lat: numberOf(texts['lat']),
    lon: numberOf(texts['lon']),
    metered: FLAG[texts['metered'] as keyof typeof FLAG] ?? null,
    countsTowardsTarget: texts['countsTowardsTarget'] !== 'no',
  }) as SiteEdit;

export function SiteEditForm({ site, onDone, onClose }: { site: Site; onDone: () => void; onClose: () => void }): JSX.Element {
  const [texts, setTexts] = useState<Texts>(() => textsOf(site));
  const [error, setError] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const field = error === null ? null : fieldOf(error);
  const wrong = error === null || field === null || !(field in texts) ? null : { field, text: registryError(error) };
  const set = (name: string, value: string): void => setTexts((now) => ({ ...now, [name]: value, ...(name === 'region' ? { province: '' } : {}) }));
  const given = { texts, onText: set, wrong };
  const { scope } = session.value!;
  const regions = regionsByName().filter((code) => scope.kind === 'all' || (scope.regions as readonly string[]).includes(code));
  const word = (prefix: string) => (value: string): string => t(`${prefix}_${value}` as TextKey);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await registryApi.editSite(site.id, editOf(texts));
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  const flag = (name: string, none?: null): JSX.Element => <SelectField {...given} name={name} values={['yes', 'no']} nameOf={(value) => rt(value as 'yes')} {...(none === null ? { none } : {})} />;
  return (
    <Dialog title={`${rt('edit_site')} · ${site.id}`} onClose={onClose} testId="site-edit" wide>
      <form class="form registry-form" noValidate onSubmit={(event) => void save(event)}>
        <fieldset>
          <legend>{rt('group_who')}</legend>
          <TextField {...given} name="name" />
          <TextField {...given} name="nameAr" />
          <TextField {...given} name="officialCode" most={64} ltr />
          <SelectField {...given} name="programme" values={programmeCodes()} nameOf={programmeName} none={t('programme_none')} />
          <SelectField {...given} name="kind" values={site.kind === 'local' ? ['local'] : ['centre', 'school']} nameOf={word('kind')} none={null} />
          {flag('countsTowardsTarget', null)}
          <TextField {...given} name="manager" />
          <TextField {...given} name="dutyPhone" type="tel" most={40} ltr />
          <TextField {...given} name="openedOn" type="date" />
        </fieldset>
        <fieldset>
          <legend>{rt('group_where')}</legend>
          <SelectField {...given} name="region" values={regions} nameOf={areaName} none={null} />
          <SelectField {...given} name="province" values={provincesOf(texts['region'] ?? '')} nameOf={areaName} />
          <TextField {...given} name="commune" />
          <SelectField {...given} name="zone" values={ZONES} nameOf={word('zone')} />
          <TextField {...given} name="lat" ltr />
          <TextField {...given} name="lon" ltr />
          {texts['kind'] !== 'school' && <SelectField {...given} name="hostPremises" values={HOST_PREMISES} nameOf={word('host')} />}
        </fieldset>
        <fieldset>
          <legend>{rt('group_line')}</legend>
          <TextField {...given} name="carrier" most={60} />
          <SelectField {...given} name="technology" values={TECHNOLOGIES} nameOf={(value) => rt(`technology_${value}` as 'technology_adsl')} />
          <TextField {...given} name="contractedMbps" ltr />
          <TextField {...given} name="lineNumber" most={60} ltr />
          {flag('metered')}
          <TextField {...given} name="capMb" ltr />
        </fieldset>
        <fieldset>
          <legend>{rt('group_means')}</legend>
          {texts['kind'] === 'school' && <SelectField {...given} name="equipment" values={EQUIPMENT_KINDS} nameOf={word('equipment')} />}
          <TextField {...given} name="expectedComputers" ltr />
          <TextField {...given} name="expectedTelephones" ltr />
          {texts['kind'] === 'school' && <TextField {...given} name="students" ltr />}
        </fieldset>
        {error !== null && wrong === null && (
          <p class="field-error" role="alert">
            {registryError(error)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="site-edit-save">
            {rt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
