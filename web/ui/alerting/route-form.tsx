/** One route: to whom, by what, when, of what. */
import type { AlertRoute, AlertRouteDraft } from '@cac/shared/notices.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at } from '../../i18n/alerting/text.ts';
import { t } from '../../i18n/text.ts';
import { areaName, regionsByName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { programmeCodes, programmeName } from '../programme-name.ts';
import { alertingApi } from './api.ts';
import { ChoiceField, Field, Tick, Ticks, type Wrong } from './fields.tsx';
import type { Names } from './routes-card.tsx';
import { afterText, clockOf, minutesOf, refusalText, WEEKDAYS, weekdayName, wordText } from './words.ts';

const ROLES = ['operator', 'coordinator', 'administrator', 'viewer'] as const;
const KINDS = ['site_offline', 'did_not_open', 'internet_down', 'link_degraded', 'machine_missing', 'telephone_failing', 'clone_suspected', 'data_cap_near', 'agent_too_old', 'platform_blind'] as const;
const MINUTE = 60_000;
const WAITS = [0, 15, 30, 45, 60, 120, 240, 480] as const;

/** Fields that say themselves what is wrong with them. */
const SHOWN = new Set(['name', 'target', 'by', 'afterMs', 'minSeverity']);

/** "role:operator", "account:3", "channel:2" */
const wordOf = (target: AlertRoute['target']): string => `${target.kind}:${target.kind === 'role' ? target.role : target.id}`;

export function RouteForm({ route, names, onDone, onClose }: { route: AlertRoute | null; names: Names; onDone: () => void; onClose: () => void }): JSX.Element {
  const [name, setName] = useState(route?.name ?? '');
  const [target, setTarget] = useState(route === null ? 'role:operator' : wordOf(route.target));
  const [by, setBy] = useState<string>(route?.by ?? 'email');
  const [after, setAfter] = useState(String(route?.afterMs ?? 0));
  const [severity, setSeverity] = useState<string>(route?.minSeverity ?? 'major');
  const [kinds, setKinds] = useState<string[]>(route?.kinds ?? []);
  const [regions, setRegions] = useState<string[]>(route?.regions ?? []);
  const [programmes, setProgrammes] = useState<string[]>(route?.programmes ?? []);
  const [limited, setLimited] = useState(route?.hours != null);
  const [from, setFrom] = useState(clockOf(route?.hours?.from ?? 480));
  const [to, setTo] = useState(clockOf(route?.hours?.to ?? 1080));
  const [days, setDays] = useState<string[]>((route?.hours?.weekdays ?? []).map(String));
  const [enabled, setEnabled] = useState(route?.enabled ?? true);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const field = refused === null ? null : (fieldOf(refused)?.replace(/\[.*$/, '') ?? null);
  const wrong: Wrong | null = refused === null || field === null ? null : { field, text: refusalText(refused) };
  const toChannel = target.startsWith('channel:');
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const [kind = '', id = ''] = target.split(':');
    setBusy(true);
    setRefused(null);
    try {
      const draft = {
        name, regions, programmes, kinds, minSeverity: severity, by: toChannel ? 'webhook' : by, afterMs: Number(after), enabled,
        hours: limited ? { weekdays: days.map(Number), from: minutesOf(from) ?? -1, to: minutesOf(to) ?? -1 } : null,
        target: kind === 'role' ? { kind, role: id } : { kind, id: Number(id) },
      };
      await alertingApi.saveRoute(route?.id ?? null, draft as AlertRouteDraft);
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  const targets: [string, string][] = [
    ...ROLES.map((role): [string, string] => [`role:${role}`, wordText('roles', role, 'roles_operator')]),
    ...[...names.people].map(([id, person]): [string, string] => [`account:${id}`, at('person', { name: person })]),
    ...[...names.channels].map(([id, channel]): [string, string] => [`channel:${id}`, at('channel', { name: channel })]),
  ];
  const waits = [...new Set([...WAITS.map((minutes) => minutes * MINUTE), Number(after)])].sort((a, b) => a - b);
  return (
    <Dialog title={at(route === null ? 'route_add' : 'route_edit')} onClose={onClose} testId="route-form" wide>
      <form class="form" noValidate onInput={() => setRefused(null)} onSubmit={(event) => void save(event)}>
        <Field name="name" label={at('name')} value={name} wrong={wrong} onText={setName} />
        <div class="pair">
          <ChoiceField name="target" label={at('target')} value={target} options={targets} wrong={wrong} onText={setTarget} />
          {!toChannel && <ChoiceField name="by" label={at('by')} value={by === 'webhook' ? 'email' : by} options={[['email', at('by_email')], ['sms', at('by_sms')]]} wrong={wrong} onText={setBy} />}
          <ChoiceField name="afterMs" label={at('after')} value={after} options={waits.map((ms) => [String(ms), afterText(ms)])} wrong={wrong} onText={setAfter} />
          <ChoiceField name="minSeverity" label={at('min_severity')} value={severity} options={(['minor', 'major', 'critical'] as const).map((one) => [one, at(`severity_${one}`)])} wrong={wrong} onText={setSeverity} />
        </div>
        <Ticks legend={at('kinds')} name="kinds" options={KINDS.map((kind) => [kind, at(`kind_${kind}`)])} chosen={kinds} onChoose={setKinds} />
        <Ticks legend={at('regions')} name="regions" options={regionsByName().map((code) => [code, areaName(code)])} chosen={regions} onChoose={setRegions} />
        <Ticks legend={at('programmes')} name="programmes" options={programmeCodes().map((code) => [code, programmeName(code)])} chosen={programmes} onChoose={setProgrammes} />
        <Tick name="limited" checked={limited} onChange={setLimited}>{at('hours_limited')}</Tick>
        {limited && <Ticks legend={at('weekdays')} name="weekdays" options={WEEKDAYS.map((day) => [String(day), weekdayName(day)])} chosen={days} onChoose={setDays} />}
        {limited && (
          <div class="pair">
            <Field name="hours" label={at('hours_from')} value={from} type="time" wrong={wrong} onText={setFrom} />
            <Field name="hours_to" label={at('hours_to')} value={to} type="time" wrong={null} onText={setTo} />
          </div>
        )}
        <Tick name="enabled" checked={enabled} onChange={setEnabled}>{at('enabled')}</Tick>
        {refused !== null && !SHOWN.has(field ?? '') && <p class="field-error" role="alert" data-testid="route-refused">{refusalText(refused)}</p>}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="route-save">
            {at('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
