/** A rule's thresholds from a day on. Shares are typed in per cent. */
import type { Threshold, ThresholdKey } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dt, type DeploymentKey } from '../../i18n/deployment/text.ts';
import { number } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import { now } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { deploymentApi } from './api.ts';
import { refusalText, SHARES } from './words.ts';

type Limits = readonly [name: string, from: number, to: number];
/** As the server takes them, in their order: the schemas themselves would bring the validators into the page. */
export const THRESHOLD_FIELDS: Readonly<Record<ThresholdKey, readonly Limits[]>> = {
  'service.centre': [['days', 1, 60], ['observedDays', 1, 60], ['connected', 0, 100], ['observability', 0, 100]],
  'service.room': [['weeks', 1, 20], ['share', 0, 100]],
  'service.carried': [['weeks', 1, 20], ['sessions', 1, 20]],
  reporting: [['days', 1, 60]],
  telephone: [['validDays', 1, 730]],
};

interface FormProps {
  of: ThresholdKey;
  title: string;
  inForce: Threshold | null;
  onDone: () => void;
  onClose: () => void;
}

const shownOf = (name: string, value: number | undefined): string => (value === undefined ? '' : String(SHARES.has(name) ? Math.round(value * 1_000) / 10 : value));
const valueOf = (name: string, text: string): number => {
  const typed = text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
  return SHARES.has(name) ? Math.round(typed * 10) / 1_000 : typed;
};

export function ThresholdForm({ of, title, inForce, onDone, onClose }: FormProps): JSX.Element {
  const fields = THRESHOLD_FIELDS[of];
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() => ({ fromDay: localDayOf(now.value), note: '', ...Object.fromEntries(fields.map(([name]) => [name, shownOf(name, inForce?.value[name])])) }));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RequestError | null>(null);
  /** Of the page itself: a field whose text is no number within its limits. */
  const [bad, setBad] = useState<string | null>(null);
  const type = (name: string) => (event: Event & { currentTarget: HTMLInputElement }): void => {
    setTexts({ ...texts, [name]: event.currentTarget.value });
    setBad(null);
    setRefused(null);
  };
  const wrong = bad ?? (refused === null ? null : fieldOf(refused));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const outside = fields.find(([name, from, to]) => {
      const typed = texts[name]?.trim() === '' ? Number.NaN : Number(texts[name]?.replace(',', '.'));
      return !(typed >= from && typed <= to) || (!SHARES.has(name) && !Number.isInteger(typed));
    });
    setRefused(null);
    setBad(outside?.[0] ?? (texts['fromDay'] === '' ? 'fromDay' : null));
    if (outside !== undefined || texts['fromDay'] === '') return;
    setBusy(true);
    try {
      await deploymentApi.setThreshold(of, { fromDay: texts['fromDay']!, note: texts['note']!, value: Object.fromEntries(fields.map(([name]) => [name, valueOf(name, texts[name]!)])) });
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} testId="threshold-form">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <div class="pair">
          {fields.map(([name, from, to]) => (
            <label key={name} class="field">
              <span>{dt(`th_${name}` as DeploymentKey)}</span>
              <input name={name} inputMode="decimal" autocomplete="off" value={texts[name]} aria-invalid={wrong === name} onInput={type(name)} />
              <small class={wrong === name ? 'field-error' : 'quiet'}>{dt('th_range', { from: number(from), to: number(to) })}</small>
            </label>
          ))}
        </div>
        <label class="field">
          <span>{dt('rule_from_day')}</span>
          <input type="date" name="fromDay" value={texts['fromDay']} aria-invalid={wrong === 'fromDay'} onInput={type('fromDay')} />
          <small class="quiet">{dt('rule_from_hint')}</small>
        </label>
        <label class="field">
          <span>{dt('rule_why')}</span>
          <input name="note" dir="auto" maxLength={300} value={texts['note']} onInput={type('note')} />
        </label>
        {(refused !== null || bad !== null) && (
          <p class="field-error" role="alert" data-testid="threshold-refused">
            {refused === null ? t('error_bad_field') : refusalText(refused)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="threshold-save">
            {dt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
