/** One commune, new or to be changed. Shares are typed in percent. */
import type { Commune, CommuneEdit } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { rt } from '../../i18n/registry/text.ts';
import { t, type TextKey } from '../../i18n/text.ts';
import { registryApi } from '../../registry-api.ts';
import { CSP, ZONES } from '../../words.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { numberOf, SelectField, TextField, type Texts } from './fields.tsx';
import { registryError } from './words.ts';

const hundred = (share: number | null | undefined): string => (share == null ? '' : String(Math.round(share * 1e6) / 1e4));
const part = (text: string | undefined): number | null => {
  const value = numberOf(text);
  return value === null ? null : value / 100;
};

const textsOf = (c: Commune | null): Texts => ({
  code: c?.code ?? '', nameFr: c?.nameFr ?? '', nameAr: c?.nameAr ?? '', province: c?.province ?? '', zone: c?.zone ?? '', households: c === null ? '' : String(c.households), onlineShare: hundred(c?.onlineShare),
  ...Object.fromEntries(CSP.map((csp) => [`csp${csp}`, hundred(c?.csp?.[csp])])), lat: String(c?.lat ?? ''), lon: String(c?.lon ?? ''), year: c === null ? '' : String(c.year), source: c?.source ?? '',
});

function editOf(texts: Texts): CommuneEdit {
  const shares = CSP.map((csp) => [csp, part(texts[`csp${csp}`])] as const);
  return {
    nameFr: texts['nameFr']!.trim(), nameAr: texts['nameAr']!.trim(), province: texts['province'] as CommuneEdit['province'], zone: (texts['zone'] || null) as CommuneEdit['zone'],
    households: numberOf(texts['households']) ?? Number.NaN, onlineShare: part(texts['onlineShare']),
    csp: shares.every(([, share]) => share === null) ? null : (Object.fromEntries(shares.map(([csp, share]) => [csp, share ?? 0])) as NonNullable<CommuneEdit['csp']>),
    lat: numberOf(texts['lat']), lon: numberOf(texts['lon']), year: numberOf(texts['year']) ?? Number.NaN, source: texts['source']!.trim(),
  };
}

export function CommuneForm({ commune, onDone, onClose }: { commune: Commune | null; onDone: () => void; onClose: () => void }): JSX.Element {
  const [texts, setTexts] = useState<Texts>(() => textsOf(commune));
  const [error, setError] = useState<RequestError | null>(null);
  const named = error === null ? null : fieldOf(error);
  const field = named === 'csp' ? 'cspA' : named;
  const wrong = error === null || field === null || !(field in texts) ? null : { field, text: registryError(error) };
  const given = { texts, wrong, onText: (name: string, value: string) => setTexts((now) => ({ ...now, [name]: value })) };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setError(null);
    try {
      await registryApi.putCommune(texts['code']!.trim().toUpperCase(), editOf(texts));
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  return (
    <Dialog title={rt(commune === null ? 'add_commune' : 'edit_commune')} onClose={onClose} testId="commune-form" wide>
      <form class="form registry-form" noValidate onSubmit={(event) => void save(event)}>
        <fieldset>
          {commune === null && <TextField {...given} name="code" most={32} ltr />}
          <TextField {...given} name="nameFr" />
          <TextField {...given} name="nameAr" />
          <SelectField {...given} name="province" values={regionsByName().flatMap(provincesOf)} nameOf={areaName} none={null} />
          <SelectField {...given} name="zone" values={ZONES} nameOf={(zone) => t(`zone_${zone}` as TextKey)} />
          <TextField {...given} name="households" ltr />
          <TextField {...given} name="onlineShare" label={`${rt('field_onlineShare')} (%)`} ltr />
          {CSP.map((csp) => (
            <TextField key={csp} {...given} name={`csp${csp}`} label={`${rt(`field_csp${csp}`)} (%)`} ltr />
          ))}
          <TextField {...given} name="lat" ltr />
          <TextField {...given} name="lon" ltr />
          <TextField {...given} name="year" most={4} ltr />
          <TextField {...given} name="source" most={200} />
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
          <button class="button primary" data-testid="commune-save">
            {rt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
