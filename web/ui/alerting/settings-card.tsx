/** What decides when somebody is told, each figure with what it means. */
import type { AlertSettings } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at, type AlertingKey } from '../../i18n/alerting/text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { alertingApi } from './api.ts';
import { Field, type Wrong } from './fields.tsx';
import { clockOf, minutesOf, refusalText } from './words.ts';

const MINUTE = 60_000;
type Texts = Readonly<Record<string, string>>;

/** The field, and where the server says it is. */
const FIELDS: readonly (readonly [key: AlertingKey & string, path: string])[] = [['grace', 'graceMs'], ['opening_grace', 'openingGraceMs'], ['recovery', 'recoveryMs'], ['group_window', 'group.windowMs'], ['group_sites', 'group.sites'], ['group_share', 'group.share'], ['missing_days', 'missingDays'], ['minimum_agent', 'minimumAgent'], ['digest_at', 'digestAt']];

const textsOf = (s: AlertSettings): Texts => ({
  grace: String(s.graceMs / MINUTE), opening_grace: String(s.openingGraceMs / MINUTE), recovery: String(s.recoveryMs / MINUTE), group_window: String(s.group.windowMs / MINUTE), group_sites: String(s.group.sites), group_share: String(Math.round(s.group.share * 100)),
  missing_days: String(s.missingDays), minimum_agent: s.minimumAgent ?? '', digest_at: clockOf(s.digestAt),
});

function settingsOf(texts: Texts): AlertSettings {
  const figure = (name: string): number => (texts[name]?.trim() === '' ? Number.NaN : Number(texts[name]?.replace(',', '.')));
  return {
    graceMs: figure('grace') * MINUTE, openingGraceMs: figure('opening_grace') * MINUTE, recoveryMs: figure('recovery') * MINUTE,
    group: { windowMs: figure('group_window') * MINUTE, sites: figure('group_sites'), share: figure('group_share') / 100 },
    missingDays: figure('missing_days'), minimumAgent: texts['minimum_agent']?.trim() || null, digestAt: minutesOf(texts['digest_at'] ?? '') ?? -1,
  };
}

export function SettingsCard({ mayChange }: { mayChange: boolean }): JSX.Element {
  const { value, error, again } = useAnswer('settings', alertingApi.settings);
  const [texts, setTexts] = useState<Texts | null>(null);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => {
    if (value !== null) setTexts(textsOf(value));
  }, [value]);
  const wrongField = FIELDS.find(([, path]) => path === refused?.where)?.[0];
  const wrong: Wrong | null = wrongField === undefined ? null : { field: wrongField, text: at('wrong_value') };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setSaved(false);
    setRefused(null);
    try {
      setTexts(textsOf(await alertingApi.saveSettings(settingsOf(texts!))));
      setSaved(true);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
    }
  };
  return (
    <section class="card wide" data-testid="settings-card">
      <header class="card-head">
        <h2>{at('settings_title')}</h2>
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {texts === null && error === null && <Skeleton lines={6} />}
      {texts !== null && (
        <form class="form" noValidate onSubmit={(event) => void save(event)}>
          <fieldset class="settings-fields" disabled={!mayChange}>
            <legend class="hidden">{at('settings_title')}</legend>
            {FIELDS.map(([key]) => (
              <Field key={key} name={key} label={at(key)} value={texts[key] ?? ''} type={key === 'digest_at' ? 'time' : key === 'minimum_agent' ? 'text' : 'number'} ltr hint={at(`${key}_text` as AlertingKey)} wrong={wrong} onText={(text) => { setSaved(false); setTexts({ ...texts, [key]: text }); }} />
            ))}
          </fieldset>
          {refused !== null && wrong === null && <p class="field-error" role="alert">{refusalText(refused)}</p>}
          {mayChange && (
            <div class="actions">
              <span class="quiet" role="status">{saved ? at('saved') : ''}</span>
              <button class="button primary" data-testid="settings-save">
                {at('save')}
              </button>
            </div>
          )}
        </form>
      )}
    </section>
  );
}
