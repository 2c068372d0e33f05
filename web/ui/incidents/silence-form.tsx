/** A silence or a maintenance: for what, until when, why. It always has an end; the usual ones are a tap away. */
import { SILENCE_KINDS, SILENCE_SCOPES, type Silence, type SilenceDraft } from '@cac/shared/incidents.ts';
import { dayAfter, localDayOf, wallInstant } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { incidentsApi } from '../../incidents-api.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { t } from '../../i18n/text.ts';
import { session } from '../../state/store.ts';
import { areaName, provincesOf, regionsByName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { carrierChoices } from './inbox.tsx';
import { instantOfWall, wallText } from './wall-input.ts';
import { incidentError } from './words.ts';

export type SilenceScope = SilenceDraft['scope'];

const HOUR_MS = 3_600_000;
const PRESETS = ['1h', '4h', 'tomorrow', '3d', '7d', 'other'] as const;
type Preset = (typeof PRESETS)[number];

function endOfPreset(preset: Exclude<Preset, 'other'>, fromAt: number): number {
  switch (preset) {
    case '1h':
      return fromAt + HOUR_MS;
    case '4h':
      return fromAt + 4 * HOUR_MS;
    case 'tomorrow':
      return wallInstant(dayAfter(localDayOf(fromAt)), 8 * 60);
    case '3d':
      return fromAt + 72 * HOUR_MS;
    case '7d':
      return fromAt + 168 * HOUR_MS;
    default:
      return preset satisfies never;
  }
}

/** Regions the account may silence. */
function ownRegions(): string[] {
  const scope = session.value?.scope;
  return scope?.kind === 'regions' ? regionsByName().filter((code) => (scope.regions as readonly string[]).includes(code)) : regionsByName();
}

function idChoices(kind: SilenceScope['kind']): (readonly [string, string])[] {
  switch (kind) {
    case 'region':
      return ownRegions().map((code) => [code, areaName(code)] as const);
    case 'province':
      return ownRegions().flatMap((region) => provincesOf(region)).map((code) => [code, areaName(code)] as const);
    case 'carrier':
      return carrierChoices();
    case 'programme':
      return programmeCodes().map((code) => [code, programmeName(code)] as const);
    case 'site':
      return [];
    default:
      return kind satisfies never;
  }
}

interface SilenceFormProps {
  /** For what, where that is known. */
  scope: SilenceScope | null;
  onDone: (silence: Silence) => void;
  onClose: () => void;
}

export function SilenceForm({ scope: given, onDone, onClose }: SilenceFormProps): JSX.Element {
  const [kind, setKind] = useState<SilenceDraft['kind']>('silence');
  const [scope, setScope] = useState<SilenceScope>(given ?? { kind: 'site', id: '' });
  const [from, setFrom] = useState('');
  const [preset, setPreset] = useState<Preset>('4h');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<{ where: string; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const say = (where: string, text: string): void => setWrong({ where, text });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const id = scope.kind === 'site' ? scope.id.trim().toUpperCase() : scope.id;
    if (id === '') return say('scope.id', t('error_required'));
    if (reason.trim() === '') return say('reason', t('error_required'));
    const fromAt = from === '' ? Date.now() : instantOfWall(from);
    const toAt = fromAt === null ? null : preset === 'other' ? instantOfWall(to) : endOfPreset(preset, fromAt);
    if (fromAt === null || toAt === null) return say(fromAt === null ? 'fromAt' : 'toAt', t('error_required'));
    setBusy(true);
    setWrong(null);
    try {
      onDone(await incidentsApi.silence({ kind, scope: { kind: scope.kind, id }, fromAt, toAt, reason: reason.trim() }));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setBusy(false);
      say(failure.where ?? '', incidentError(failure));
    }
  };
  const error = (where: string): JSX.Element | null =>
    wrong?.where === where ? (
      <small class="field-error" role="alert">
        {wrong.text}
      </small>
    ) : null;
  const choices = idChoices(scope.kind);
  return (
    <Dialog title={nt('silence_new')} onClose={onClose} testId="silence-dialog">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <fieldset class="radio-cards">
          <legend class="hidden">{nt('silence_kind')}</legend>
          {SILENCE_KINDS.map((one) => (
            <label key={one} class={kind === one ? 'chosen' : ''}>
              <input type="radio" name="kind" value={one} checked={kind === one} onChange={() => setKind(one)} />
              <span>
                <strong>{nt(`silence_kind_${one}`)}</strong>
                <small class="quiet">{nt(`silence_kind_${one}_text`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div class="pair">
          <label class="field">
            <span>{nt('silence_scope')}</span>
            <select value={scope.kind} data-testid="silence-scope" onChange={(event) => setScope({ kind: event.currentTarget.value as SilenceScope['kind'], id: '' })}>
              {SILENCE_SCOPES.map((one) => (
                <option key={one} value={one}>
                  {nt(`scope_${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            <span>{nt(`scope_${scope.kind}`)}</span>
            {scope.kind === 'site' ? (
              <input name="site" dir="ltr" autocomplete="off" maxLength={32} value={scope.id} aria-invalid={wrong?.where === 'scope.id'} data-testid="silence-site-code" onInput={(event) => setScope({ kind: 'site', id: event.currentTarget.value })} />
            ) : (
              <select value={scope.id} aria-invalid={wrong?.where === 'scope.id'} data-testid="silence-id" onChange={(event) => setScope({ ...scope, id: event.currentTarget.value })}>
                <option value="">{t('choose')}</option>
                {!choices.some(([id]) => id === scope.id) && scope.id !== '' && <option value={scope.id}>{scope.id}</option>}
                {choices.map(([id, text]) => (
                  <option key={id} value={id}>
                    {text}
                  </option>
                ))}
              </select>
            )}
            {error('scope.id')}
          </label>
        </div>
        <label class="field">
          <span>{nt('silence_from')}</span>
          <input type="datetime-local" name="fromAt" value={from} placeholder={nt('silence_now')} aria-invalid={wrong?.where === 'fromAt'} onInput={(event) => setFrom(event.currentTarget.value)} />
          {from === '' && <small class="quiet">{nt('silence_now')}</small>}
          {error('fromAt')}
        </label>
        <fieldset class="field presets">
          <legend>{nt('silence_lasts')}</legend>
          <div class="quick">
            {PRESETS.map((one) => (
              <button key={one} type="button" class="button small" aria-pressed={preset === one} data-testid={`preset-${one}`} onClick={() => { setPreset(one); if (one === 'other' && to === '') setTo(wallText(Date.now() + 24 * HOUR_MS)); }}>
                {nt(`preset_${one}`)}
              </button>
            ))}
          </div>
          {preset === 'other' && (
            <label class="field">
              <span>{nt('silence_to')}</span>
              <input type="datetime-local" name="toAt" value={to} aria-invalid={wrong?.where === 'toAt'} onInput={(event) => setTo(event.currentTarget.value)} />
              <small class="quiet">{nt('silence_most')}</small>
            </label>
          )}
          {error('toAt')}
        </fieldset>
        <label class="field">
          <span>{nt('silence_reason')}</span>
          <input name="reason" dir="auto" maxLength={300} autocomplete="off" value={reason} aria-invalid={wrong?.where === 'reason'} data-testid="silence-reason" onInput={(event) => { setReason(event.currentTarget.value); setWrong(null); }} />
          {error('reason')}
        </label>
        {wrong !== null && !['scope.id', 'fromAt', 'toAt', 'reason'].includes(wrong.where) && (
          <p class="field-error" role="alert">
            {wrong.text}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="silence-save">
            {nt(kind === 'silence' ? 'silence_save' : 'maintenance_save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
