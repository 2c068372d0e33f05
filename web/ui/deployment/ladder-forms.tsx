/** The forms of the ladder card: attest a stage or the telephone, record a visit, say why a site is stuck. */
import { DECLARED_STAGES, VISITORS, type AttestationDraft, type StuckCause, type VisitDraft } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dt } from '../../i18n/deployment/text.ts';
import { t } from '../../i18n/text.ts';
import { now } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { deploymentApi } from './api.ts';
import { causeName, refusalText } from './words.ts';

interface FormProps {
  id: string;
  onDone: () => void;
  onClose: () => void;
}

function Form({ title, testId, act, onDone, onClose, children }: { title: string; testId: string; act: () => Promise<unknown>; onDone: () => void; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const [refused, setRefused] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setRefused(null);
    try {
      await act();
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} testId={testId}>
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        {children}
        {refused !== null && (
          <p class="field-error" role="alert" data-testid="ladder-refused">
            {FIELDS[fieldOf(refused) ?? ''] !== undefined && `${dt(FIELDS[fieldOf(refused)!]!)} : `}
            {refusalText(refused)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="ladder-save">
            {dt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const FIELDS: Readonly<Record<string, 'day' | 'source' | 'note' | 'pcs_found' | 'pcs_working'>> = { day: 'day', source: 'source', note: 'note', pcsFound: 'pcs_found', pcsWorking: 'pcs_working' };

const Field = ({ name, children }: { name: string; children: JSX.Element }): JSX.Element => (
  <label class="field">
    <span>{name}</span>
    {children}
  </label>
);

const today = (): string => localDayOf(now.value);

const DayField = ({ value, onChange }: { value: string; onChange: (day: string) => void }): JSX.Element => (
  <Field name={dt('day')}>
    <input type="date" name="day" max={today()} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
  </Field>
);

const TextField = ({ name, label, value, most, hint, onChange }: { name: string; label: string; value: string; most: number; hint?: string; onChange: (text: string) => void }): JSX.Element => (
  <Field name={label}>
    <input name={name} dir="auto" maxLength={most} autocomplete="off" value={value} {...(hint !== undefined && { placeholder: hint })} onInput={(event) => onChange(event.currentTarget.value)} />
  </Field>
);

export function AttestForm({ id, onDone, onClose }: FormProps): JSX.Element {
  const [draft, setDraft] = useState<AttestationDraft>({ kind: 'connected', day: today(), value: null, source: '', note: '' });
  const set = (change: Partial<AttestationDraft>): void => setDraft({ ...draft, ...change });
  return (
    <Form title={dt('attest')} testId="attest-dialog" act={() => deploymentApi.attest(id, draft)} onDone={onDone} onClose={onClose}>
      <div class="pair">
        <Field name={dt('kind')}>
          <select name="kind" value={draft.kind} onChange={(event) => { const kind = event.currentTarget.value as AttestationDraft['kind']; set({ kind, value: kind === 'telephone' ? 'works' : null }); }}>
            {DECLARED_STAGES.map((stage) => (
              <option key={stage} value={stage}>
                {dt(`step_${stage}`)}
              </option>
            ))}
            <option value="telephone">{dt('kind_telephone')}</option>
          </select>
        </Field>
        <DayField value={draft.day} onChange={(day) => set({ day })} />
      </div>
      {draft.kind === 'telephone' && (
        <Field name={dt('kind_telephone')}>
          <select name="value" value={draft.value ?? 'works'} onChange={(event) => set({ value: event.currentTarget.value })}>
            <option value="works">{dt('phone_works')}</option>
            <option value="fails">{dt('phone_fails')}</option>
          </select>
        </Field>
      )}
      <TextField name="source" label={dt('source')} value={draft.source} most={200} hint={dt('source_hint')} onChange={(source) => set({ source })} />
      <TextField name="note" label={dt('note')} value={draft.note} most={300} onChange={(note) => set({ note })} />
    </Form>
  );
}

export function CauseForm({ id, causes, stuck, onDone, onClose }: FormProps & { causes: readonly StuckCause[]; stuck: string | null }): JSX.Element {
  const offered = causes.filter(({ retired }) => !retired);
  const [draft, setDraft] = useState<AttestationDraft>({ kind: 'stuck', day: today(), value: stuck ?? offered[0]?.code ?? null, source: '', note: '' });
  const set = (change: Partial<AttestationDraft>): void => setDraft({ ...draft, ...change });
  return (
    <Form title={dt('set_cause')} testId="cause-dialog" act={() => deploymentApi.attest(id, draft)} onDone={onDone} onClose={onClose}>
      <div class="pair">
        <Field name={dt('cause')}>
          <select name="cause" value={draft.value ?? ''} onChange={(event) => set({ value: event.currentTarget.value || null })}>
            {offered.map(({ code, names }) => (
              <option key={code} value={code}>
                {causeName(code, names)}
              </option>
            ))}
            <option value="">{dt('unstuck')}</option>
          </select>
        </Field>
        <DayField value={draft.day} onChange={(day) => set({ day })} />
      </div>
      <TextField name="source" label={dt('source')} value={draft.source} most={200} onChange={(source) => set({ source })} />
      <TextField name="note" label={dt('note')} value={draft.note} most={300} onChange={(note) => set({ note })} />
    </Form>
  );
}

export function VisitForm({ id, onDone, onClose }: FormProps): JSX.Element {
  const [draft, setDraft] = useState<VisitDraft>({ day: today(), byFunction: 'technician', pcsFound: null, pcsWorking: null, telephone: null, note: '' });
  const set = (change: Partial<VisitDraft>): void => setDraft({ ...draft, ...change });
  const count = (name: 'pcsFound' | 'pcsWorking', label: string): JSX.Element => (
    <Field name={label}>
      <input name={name} type="number" min="0" inputMode="numeric" value={draft[name] ?? ''} onInput={(event) => set({ [name]: event.currentTarget.value === '' ? null : Number(event.currentTarget.value) })} />
    </Field>
  );
  return (
    <Form title={dt('record_visit')} testId="visit-dialog" act={() => deploymentApi.visit(id, draft)} onDone={onDone} onClose={onClose}>
      <div class="pair">
        <DayField value={draft.day} onChange={(day) => set({ day })} />
        <Field name={dt('by_function')}>
          <select name="byFunction" value={draft.byFunction} onChange={(event) => set({ byFunction: event.currentTarget.value as VisitDraft['byFunction'] })}>
            {VISITORS.map((visitor) => (
              <option key={visitor} value={visitor}>
                {dt(`visitor_${visitor}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <div class="pair">
        {count('pcsFound', dt('pcs_found'))}
        {count('pcsWorking', dt('pcs_working'))}
      </div>
      <Field name={dt('service_telephone')}>
        <select name="telephone" value={draft.telephone ?? ''} onChange={(event) => set({ telephone: (event.currentTarget.value || null) as VisitDraft['telephone'] })}>
          <option value="">{dt('phone_untried')}</option>
          <option value="works">{dt('phone_works')}</option>
          <option value="fails">{dt('phone_fails')}</option>
        </select>
      </Field>
      <TextField name="note" label={dt('note')} value={draft.note} most={300} onChange={(note) => set({ note })} />
    </Form>
  );
}
