/** Days announced or changed in one form: when, what happens on them, why, how they are called, and whom it concerns. */
import type { CalendarChange, DayRule, DayRuleDraft, LayerScope } from '@cac/shared/calendar.ts';
import { hoursFault, rangeFault } from '@cac/shared/opening-hours.ts';
import type { ComponentChildren, JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { calendarApi } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { t } from '../../i18n/text.ts';
import { siteAt } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { HoursRow } from './hours-row.tsx';
import { readHours, typedHours, type TypedHours } from './hours-text.ts';
import { LayerSelect, type LayerChoice } from './layer-select.tsx';
import { Reach } from './reach.tsx';
import { calendarError, layerName } from './words.ts';

const REASONS = ['public_holiday', 'religious_holiday', 'school_holiday', 'strike', 'works', 'other'] as const satisfies readonly DayRule['why'][];

interface DaysFormProps {
  /** The days to change; null: new ones. */
  rule: DayRule | null;
  choices: readonly LayerChoice[];
  scope: LayerScope;
  today: string;
  onDone: (change: CalendarChange) => void;
  onClose: () => void;
}

interface Wrong {
  where: string;
  text: string;
}

export function DaysForm({ rule, choices, scope: first, today, onDone, onClose }: DaysFormProps): JSX.Element {
  const [draft, setDraft] = useState<DayRuleDraft>(() => rule ?? { scope: first, from: today, to: today, effect: 'closed', hours: [], why: 'public_holiday', label: { fr: '', ar: '' }, confirmed: true, source: '' });
  const [typed, setTyped] = useState<TypedHours[]>(() => (rule === null || rule.hours.length === 0 ? [{ from: '09:00', to: '12:00' }] : typedHours(rule.hours)));
  const [site, setSite] = useState(first.kind === 'site' ? first.id : '');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const set = (change: Partial<DayRuleDraft>): void => {
    setDraft((d) => ({ ...d, ...change }));
    setWrong(null);
  };
  const scope: LayerScope | null = draft.scope.kind !== 'site' ? draft.scope : site.trim() === '' ? null : ({ kind: 'site', id: site.trim().toUpperCase() } as LayerScope);
  const say = (where: string, text: string): void => {
    setWrong({ where, text });
    form.current?.querySelector<HTMLElement>(`[name="${where}"]`)?.focus();
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (draft.from === '' || draft.to === '') return say(draft.from === '' ? 'from' : 'to', ct('error_required'));
    const range = rangeFault(draft.from, draft.to);
    if (range !== null) return say(range.where, ct(`error_${range.code}`));
    const read = readHours(draft.effect === 'hours' ? typed : []);
    if (!read.ok) return say(`hours.${read.where}`, ct('error_hours_clock'));
    const fault = hoursFault(read.hours, 'hours');
    if (fault !== null) return say(fault.where, ct(`error_${fault.code}`));
    if (draft.effect === 'hours' && read.hours.length === 0) return say('hours', ct('error_hours_none'));
    for (const of of ['fr', 'ar'] as const) if (draft.label[of].trim() === '') return say(`label.${of}`, ct('error_required'));
    if (scope === null) return say('site', ct('error_required'));
    setBusy(true);
    const { from, to, effect, why, label, confirmed, source } = draft;
    const written: DayRuleDraft = { scope, from, to, effect, hours: read.hours, why, label, confirmed, source };
    try {
      onDone(await (rule === null ? calendarApi.announce(written) : calendarApi.changeDays(rule.id, written)));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setBusy(false);
      const ofSite = draft.scope.kind === 'site' && (failure.status === 404 || failure.where?.startsWith('scope') === true);
      say(ofSite ? 'site' : (failure.where ?? ''), ofSite ? ct('error_unknown_site') : calendarError(failure));
    }
  };
  const field = (where: string, label: string, control: ComponentChildren, hint?: string): JSX.Element => (
    <label class={`field ${wrong?.where === where ? 'wrong' : ''}`}>
      <span>{label}</span>
      {control}
      {hint !== undefined && wrong?.where !== where && <small class="quiet">{hint}</small>}
      {wrong?.where === where && (
        <span class="field-error" role="alert" data-testid={`wrong-${where}`}>
          {wrong.text}
        </span>
      )}
    </label>
  );
  const date = (name: 'from' | 'to', onInput: (day: string) => void): JSX.Element => (
    <input type="date" name={name} value={draft[name]} aria-invalid={wrong?.where === name} onInput={(event) => onInput(event.currentTarget.value)} />
  );
  const FIELDS = ['from', 'to', 'hours', 'label.fr', 'label.ar', 'site', 'source'];
  const isOfField = wrong !== null && (FIELDS.includes(wrong.where) || wrong.where.startsWith('hours.'));
  return (
    <Dialog title={ct(rule === null ? 'announce' : 'edit_days')} onClose={onClose} testId="days-dialog">
      <form ref={form} class="form" noValidate onSubmit={(event) => void save(event)} data-testid="days-form">
        <div class="pair">
          {field('from', ct('first_day'), date('from', (from) => set({ from, ...(draft.to < from || draft.to === draft.from ? { to: from } : {}) })))}
          {field('to', ct('last_day'), date('to', (to) => set({ to })))}
        </div>
        <div class="pair">
          {field('why', ct('why'), (
            <select name="why" value={draft.why} onChange={(event) => set({ why: event.currentTarget.value as DayRule['why'] })}>
              {REASONS.map((why) => (
                <option key={why} value={why}>
                  {ct(`why_${why}`)}
                </option>
              ))}
            </select>
          ))}
          {field('effect', ct('effect'), (
            <select name="effect" value={draft.effect} onChange={(event) => set({ effect: event.currentTarget.value as DayRule['effect'] })}>
              <option value="closed">{ct('effect_closed')}</option>
              <option value="hours">{ct('effect_hours')}</option>
            </select>
          ))}
        </div>
        {draft.effect === 'hours' && (
          <HoursRow
            name={ct('effect_hours')}
            hours={typed}
            field="hours"
            wrong={wrong?.where.startsWith('hours.') ? { where: wrong.where.slice(6), text: wrong.text } : null}
            onChange={(hours) => {
              setTyped(hours);
              setWrong(null);
            }}
          />
        )}
        {wrong?.where === 'hours' && (
          <p class="field-error" role="alert">
            {wrong.text}
          </p>
        )}
        <div class="pair">
          {field('label.fr', ct('label_fr'), <input name="label.fr" lang="fr" dir="ltr" maxLength={120} autocomplete="off" value={draft.label.fr} aria-invalid={wrong?.where === 'label.fr'} onInput={(event) => set({ label: { ...draft.label, fr: event.currentTarget.value } })} />)}
          {field('label.ar', ct('label_ar'), <input name="label.ar" lang="ar" dir="rtl" maxLength={120} autocomplete="off" value={draft.label.ar} aria-invalid={wrong?.where === 'label.ar'} onInput={(event) => set({ label: { ...draft.label, ar: event.currentTarget.value } })} />)}
        </div>
        {rule === null ? (
          field('scope', ct('who'), <LayerSelect name="scope" choices={choices} value={draft.scope} onChange={(next) => set({ scope: next })} />)
        ) : (
          <p class="quiet">{layerName(rule.scope)}</p>
        )}
        {rule === null && draft.scope.kind === 'site' && field('site', ct('site_code'), <input name="site" dir="ltr" maxLength={32} autocomplete="off" autocapitalize="characters" value={site} aria-invalid={wrong?.where === 'site'} onInput={(event) => { setSite(event.currentTarget.value); setWrong(null); }} />, scope === null ? undefined : siteAt(scope.id)?.name)}
        {field('source', ct('source'), <input name="source" dir="auto" maxLength={300} autocomplete="off" value={draft.source} onInput={(event) => set({ source: event.currentTarget.value })} />, ct('source_hint'))}
        <label class="check">
          <input type="checkbox" name="confirmed" checked={draft.confirmed} onChange={(event) => set({ confirmed: event.currentTarget.checked })} /> {ct('date_confirmed')}
        </label>
        <Reach scope={scope} from={draft.from} to={draft.to} />
        {wrong !== null && !isOfField && (
          <p class="field-error" role="alert">
            {wrong.text}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="days-save">
            {ct(rule === null ? 'announce_act' : 'save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
