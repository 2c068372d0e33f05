/** A new site, by hand: the map gives its position, and with it the region and the province. */
import type { SiteDraftInput } from '@cac/shared/api.ts';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, RequestError } from '../api.ts';
import { t, type TextKey } from '../i18n/text.ts';
import { go, picked, picking, session } from '../state/store.ts';
import { EQUIPMENT_KINDS, HOST_PREMISES, ZONES } from '../words.ts';
import { areaName, provincesOf, regionsByName } from './area-names.ts';
import { errorText, fieldOf } from './error-text.ts';
import { Icon } from './icons.tsx';
import { isWide } from './layout.ts';
import { Failure } from './notice.tsx';
import { programmeCodes, programmeName } from './programme-name.ts';

const EMPTY = { id: '', name: '', programme: 'CAC', kind: 'centre', region: '', province: '', commune: '', lat: '', lon: '', zone: '', hostPremises: '', equipment: '' };
type Draft = typeof EMPTY;
type Field = keyof Draft;
const FIELDS = Object.keys(EMPTY) as Field[];

const draftOf = (d: Draft): SiteDraftInput =>
  ({
    id: d.id.trim().toUpperCase(),
    name: d.name.trim(),
    programme: d.programme || null,
    kind: d.kind,
    region: d.region,
    province: d.province || null,
    commune: d.commune.trim() || null,
    lat: Number(d.lat.replace(',', '.')),
    lon: Number(d.lon.replace(',', '.')),
    zone: d.zone || null,
    hostPremises: d.kind === 'centre' ? d.hostPremises || null : null,
    equipment: d.kind === 'school' ? d.equipment || null : null,
  }) as SiteDraftInput;

type Wrong = { readonly [F in Field]?: TextKey };

const REQUIRED: readonly Field[] = ['id', 'name', 'kind', 'lat', 'lon', 'region'];
/** Degrees: what the server takes for Morocco. */
const BOUNDS = { lat: [20, 37], lon: [-18, 0] } as const;

/** What the form can tell is wrong before it is sent. */
function wrongOf(draft: Draft): Wrong {
  const { id, lat, lon } = draftOf(draft);
  const within = (n: number, [from, to]: readonly [number, number]): boolean => n >= from && n <= to;
  return {
    ...(!/^[A-Z0-9][A-Z0-9-]{1,31}$/.test(id) && { id: 'error_site_id' as const }),
    ...(!within(lat, BOUNDS.lat) && { lat: 'error_outside_morocco' as const }),
    ...(!within(lon, BOUNDS.lon) && { lon: 'error_outside_morocco' as const }),
    ...Object.fromEntries(REQUIRED.filter((field) => draft[field].trim() === '').map((field) => [field, 'error_required'])),
  };
}

/** What is wrong with one field. A schema refused it: what that field asks for is said in its place. */
function refusedText(error: RequestError, field: Field): string {
  if (error.code !== 'bad_field') return errorText(error);
  if (field === 'id') return t('error_site_id');
  return field === 'lat' || field === 'lon' ? t('error_outside_morocco') : t('error_bad_field');
}

export function SiteForm({ onDone }: { onDone: (id: string) => void }): JSX.Element {
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [error, setError] = useState<RequestError | null>(null);
  const [wrong, setWrong] = useState<Wrong>({});
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const at = picked.value;
  useEffect(() => {
    if (at === null) return;
    setWrong({});
    setDraft((d) => ({ ...d, lat: at.lat.toFixed(5), lon: at.lon.toFixed(5), region: at.region ?? d.region, province: at.province ?? d.province }));
  }, [at]);
  useEffect(() => {
    // On a phone the keyboard would cover the form before it is seen.
    if (isWide()) form.current?.querySelector<HTMLInputElement>('[name="id"]')?.focus();
  }, []);

  const refused = error === null ? null : (FIELDS.find((f) => f === fieldOf(error)) ?? null);
  /** What is said under a field; null: nothing. */
  const wrongText = (field: Field): string | null => {
    const key = wrong[field];
    if (key !== undefined) return t(key);
    return error !== null && refused === field ? refusedText(error, field) : null;
  };
  const set = (field: Field) => (event: Event & { currentTarget: HTMLInputElement | HTMLSelectElement }): void => {
    const { value } = event.currentTarget;
    setDraft((d) => ({ ...d, [field]: value, ...(field === 'region' ? { province: '' } : {}) }));
    setWrong(({ [field]: _, ...others }) => others);
    if (refused === field) setError(null);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setError(null);
    const found = wrongOf(draft);
    setWrong(found);
    const first = FIELDS.find((field) => found[field] !== undefined);
    if (first !== undefined) return form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    setBusy(true);
    try {
      const site = await api.createSite(draftOf(draft));
      onDone(site.id);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };

  const labelled = (field: Field, label: string, control: ComponentChildren, hint?: string): JSX.Element => {
    const text = wrongText(field);
    return (
      <label class={`field ${text === null ? '' : 'wrong'}`}>
        <span>{label}</span>
        {control}
        {hint && text === null && <small class="quiet">{hint}</small>}
        {text !== null && <span class="field-error" role="alert" data-testid={`wrong-${field}`}>{text}</span>}
      </label>
    );
  };
  const given = (field: Field) => ({ name: field, value: draft[field], 'aria-invalid': wrongText(field) !== null, 'aria-required': REQUIRED.includes(field) });
  const select = (field: Field, values: readonly string[], name: (value: string) => string, none: TextKey | null): JSX.Element => (
    <select {...given(field)} onChange={set(field)}>
      {(none !== null || draft[field] === '') && <option value="">{none === null ? t('choose') : t(none)}</option>}
      {values.map((value) => (
        <option key={value} value={value}>
          {name(value)}
        </option>
      ))}
    </select>
  );
  const { scope } = session.value!;
  const regions = regionsByName().filter((code) => scope.kind === 'all' || (scope.regions as readonly string[]).includes(code));

  return (
    <form ref={form} class="form" noValidate onSubmit={(event) => void submit(event)} data-testid="site-form">
      <header class="panel-head">
        <h2>{t('site_add')}</h2>
      </header>
      {labelled('id', t('site_id'), <input {...given('id')} maxLength={32} dir="ltr" autocomplete="off" autocapitalize="characters" onInput={set('id')} />, t('site_id_hint'))}
      {labelled('name', t('site_name'), <input {...given('name')} maxLength={120} dir="auto" autocomplete="off" onInput={set('name')} />)}
      <div class="pair">
        {labelled('programme', t('programme'), select('programme', programmeCodes(), programmeName, 'programme_none'))}
        {labelled('kind', t('kind'), select('kind', ['centre', 'school'], (k) => t(`kind_${k}` as TextKey), null))}
      </div>
      <fieldset class="position">
        <legend>{t('position')}</legend>
        <button
          type="button"
          class="button"
          aria-pressed={picking.value}
          data-testid="pick"
          onClick={() => {
            go({ view: 'map', site: null });
            picking.value = !picking.value;
          }}
        >
          <Icon name="pin" size={16} /> {picking.value ? t('picking') : t('pick_on_map')}
        </button>
        <div class="pair">
          {labelled('lat', t('latitude'), <input {...given('lat')} dir="ltr" autocomplete="off" placeholder="33.97159" onInput={set('lat')} />)}
          {labelled('lon', t('longitude'), <input {...given('lon')} dir="ltr" autocomplete="off" placeholder="-6.84981" onInput={set('lon')} />)}
        </div>
        {labelled('region', t('region'), select('region', regions, areaName, null))}
        {labelled('province', t('province'), select('province', provincesOf(draft.region), areaName, 'not_given'))}
        {labelled('commune', t('commune'), <input {...given('commune')} maxLength={120} dir="auto" autocomplete="off" onInput={set('commune')} />)}
      </fieldset>
      {labelled('zone', t('zone'), select('zone', ZONES, (z) => t(`zone_${z}` as TextKey), 'not_given'))}
      {draft.kind === 'centre' && labelled('hostPremises', t('host_premises'), select('hostPremises', HOST_PREMISES, (h) => t(`host_${h}` as TextKey), 'not_given'))}
      {draft.kind === 'school' && labelled('equipment', t('equipment'), select('equipment', EQUIPMENT_KINDS, (e) => t(`equipment_${e}` as TextKey), 'not_given'))}
      {error && refused === null && <Failure error={error} />}
      <div class="actions">
        <button class="button primary" disabled={busy} data-testid="site-save">
          {t('site_save')}
        </button>
      </div>
    </form>
  );
}
