/** The programmes; an administrator adds the next plan's. */
import type { ProgrammeDraft } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, RequestError } from '../../api.ts';
import { rt } from '../../i18n/registry/text.ts';
import { t } from '../../i18n/text.ts';
import { registryApi } from '../../registry-api.ts';
import { programmes, session } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { programmeName } from '../programme-name.ts';
import { SelectField, TextField, type Texts } from './fields.tsx';
import { registryError } from './words.ts';

const EMPTY: Texts = { code: '', kind: 'centre', fr: '', ar: '', en: '' };

function ProgrammeForm({ onDone, onClose }: { onDone: () => void; onClose: () => void }): JSX.Element {
  const [texts, setTexts] = useState(EMPTY);
  const [error, setError] = useState<RequestError | null>(null);
  const field = error === null ? null : fieldOf(error);
  const wrong = error === null || field === null || !(field in texts) ? null : { field, text: registryError(error) };
  const given = { texts, wrong, onText: (name: string, value: string) => setTexts((now) => ({ ...now, [name]: value })) };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setError(null);
    const { code, kind, fr, ar, en } = texts;
    try {
      await registryApi.addProgramme({ code: code!.trim().toUpperCase(), kind, names: { fr, ar, en } } as ProgrammeDraft);
      programmes.value = (await api.programmes()).items;
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  return (
    <Dialog title={rt('add_programme')} onClose={onClose} testId="programme-form">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <TextField {...given} name="code" label={rt('code')} most={16} ltr />
        <SelectField {...given} name="kind" label={rt('programme_kind')} values={['centre', 'school']} nameOf={(kind) => rt(`programme_kind_${kind}` as 'programme_kind_centre')} none={null} />
        <TextField {...given} name="fr" label={rt('name_fr')} />
        <TextField {...given} name="ar" label={rt('name_ar')} />
        <TextField {...given} name="en" label={rt('name_en')} />
        {error !== null && wrong === null && (
          <p class="field-error" role="alert">
            {registryError(error)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" data-testid="programme-save">
            {rt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function ProgrammesCard(): JSX.Element {
  const [adding, setAdding] = useState(false);
  return (
    <section class="card" data-testid="programmes">
      <header class="card-head">
        <h2>{rt('programmes')}</h2>
        {session.value?.role === 'administrator' && (
          <button type="button" class="button small" data-testid="programme-add" onClick={() => setAdding(true)}>
            {rt('add_programme')}
          </button>
        )}
      </header>
      <ul class="changes">
        {programmes.value.map(({ code, kind }) => (
          <li key={code} data-testid="programme">
            <b>
              <bdi>{programmeName(code, true)}</bdi>
            </b>{' '}
            <span class="quiet">
              <bdi>{code}</bdi> · {rt(`programme_kind_${kind}`)}
            </span>
          </li>
        ))}
      </ul>
      {adding && <ProgrammeForm onDone={() => setAdding(false)} onClose={() => setAdding(false)} />}
    </section>
  );
}
