/** One PC: its state in words and since when, what its probes say, and what asks for attention. */
import type { Machine, Probe } from '@cac/shared/api.ts';
import type { MachineState, SiteState } from '@cac/shared/states.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../api.ts';
import { ago, dateTime, duration, number, percent } from '../i18n/format.ts';
import { isTextKey, t } from '../i18n/text.ts';
import { mayEdit, now } from '../state/store.ts';
import { Confirm } from './confirm.tsx';
import { MachineFieldPart } from './field/lazy.tsx';
import { Icon } from './icons.tsx';
import { StateShape } from './shapes.tsx';

function stateText(state: MachineState): string {
  switch (state.kind) {
    case 'on':
      return t(`machine_on_${state.link}`);
    case 'off':
      return t(`machine_off_${state.how}`);
    case 'agent_dead':
      return t(`machine_agent_dead_${state.how}`);
    case 'unseen':
    case 'asleep':
    case 'unreachable':
    case 'removed':
      return t(`machine_${state.kind}`);
    default:
      return state satisfies never;
  }
}

/** The shape a machine's state shares with the states of sites. */
function shapeOf(state: MachineState): SiteState {
  if (state.kind === 'on') return state.link === 'ok' || state.link === 'server' ? 'connected' : 'no_internet';
  if (state.kind === 'off' || state.kind === 'asleep') return 'off';
  return state.kind === 'unseen' || state.kind === 'removed' ? 'unseen' : 'unreachable';
}

/** Words of agents that a catalogue knows are said in its language, the others as they came. */
const said = (prefix: string, word: string): string => {
  const key = `${prefix}_${word.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
  return isTextKey(key) ? t(key) : word;
};

/** `net2` is the second target of the probe `net`. */
function probeName(name: string): string {
  const [, kind = name, rank = ''] = /^([a-z]+)(\d*)$/.exec(name) ?? [];
  return `${said('probe', kind)} ${rank}`.trim();
}

function ProbeRow({ probe }: { probe: Probe }): JSX.Element {
  return (
    <tr class={probe.ok ? 'ok' : 'failed'}>
      <th scope="row">{probeName(probe.name)}</th>
      <td>{probe.ok ? (probe.percent !== undefined ? percent(probe.percent / 100) : probe.ms === undefined ? t('probe_ok') : t('milliseconds', { n: number(Math.round(probe.ms)) })) : said('failure', probe.code ?? 'unknown')}</td>
      <td class="quiet">{ago(probe.at, Math.max(now.value, probe.at))}</td>
    </tr>
  );
}

/** Its identity was revoked, or its agent uninstalled: it counts no longer. */
export const isRemoved = (machine: Machine): boolean => machine.revoked || machine.state.kind === 'removed';

interface MachineCardProps {
  machine: Machine;
  /** All machines of its site. */
  siblings: readonly Machine[];
  alone: boolean;
  onChange: () => void;
}

export function MachineCard({ machine, siblings, alone, onChange }: MachineCardProps): JSX.Element {
  const [open, setOpen] = useState(alone);
  // Two PCs with one identity wait for a person: what is to be decided is shown at once.
  const [inField, setInField] = useState(machine.flags.includes('clone_suspect'));
  const [revoking, setRevoking] = useState(false);
  const { versions } = machine;
  const state: MachineState = isRemoved(machine) ? { kind: 'removed' } : machine.state;
  const clock = Math.max(now.value, machine.since);
  return (
    <article class={`machine ${state.kind}`} data-testid="machine" data-machine={machine.id} data-state={state.kind}>
      <button type="button" class="machine-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <StateShape state={shapeOf(state)} size={15} />
        <span class="machine-title">
          <b>
            <bdi>{machine.name}</bdi>
          </b>
          <span>
            {stateText(state)}
            {machine.provisional && state.kind !== 'removed' && <em class="tag" title={t('provisional_text')}>{t('provisional')}</em>}
          </span>
        </span>
        <Icon name="chevron" size={16} />
      </button>
      {machine.flags.length > 0 && state.kind !== 'removed' && (
        <ul class="flags">
          {machine.flags.map((flag) => (
            <li key={flag}>
              <Icon name="alert" size={14} /> {t(`flag_${flag}`)}
            </li>
          ))}
        </ul>
      )}
      {open && (
        <div class="machine-body">
          <dl class="facts">
            {state.kind === machine.state.kind && (
              <div>
                <dt>{t('since')}</dt>
                <dd>
                  {dateTime(machine.since)} <span class="quiet">{ago(machine.since, clock)}</span>
                </dd>
              </div>
            )}
            <div>
              <dt>{t('last_seen')}</dt>
              <dd>{machine.lastSeenAt === null ? t('never') : ago(machine.lastSeenAt, Math.max(now.value, machine.lastSeenAt))}</dd>
            </div>
            {machine.uptimeMs !== null && state.kind === 'on' && (
              <div>
                <dt>{t('uptime')}</dt>
                <dd>{duration(machine.uptimeMs)}</dd>
              </div>
            )}
            {machine.interface !== null && (
              <div>
                <dt>{t('interface')}</dt>
                <dd>{said('interface', machine.interface)}</dd>
              </div>
            )}
            {versions !== null && (
              <div>
                <dt>{t('agent')}</dt>
                <dd>
                  <bdi>
                    {versions.agent} · {versions.os} {versions.arch}
                  </bdi>
                </dd>
              </div>
            )}
            {machine.revoked && (
              <div>
                <dt>{t('access')}</dt>
                <dd>{t('revoked')}</dd>
              </div>
            )}
          </dl>
          {machine.probes.length > 0 && state.kind !== 'removed' && (
            <table class="probes">
              <caption>{t('probes')}</caption>
              <tbody>
                {machine.probes.map((probe) => (
                  <ProbeRow key={probe.name} probe={probe} />
                ))}
              </tbody>
            </table>
          )}
          <details class="machine-more" open={inField} onToggle={(event) => setInField(event.currentTarget.open)}>
            <summary data-testid="machine-more">{t('machine_more')}</summary>
            {inField && <MachineFieldPart machine={machine} siblings={siblings} onChange={onChange} />}
          </details>
          {mayEdit.value && !machine.revoked && (
            <button type="button" class="link danger machine-revoke" data-testid="machine-revoke" onClick={() => setRevoking(true)}>
              {t('machine_revoke')}
            </button>
          )}
        </div>
      )}
      {revoking && (
        <Confirm
          title={t('machine_revoke_title', { name: machine.name })}
          text={t('machine_revoke_text')}
          verb={t('voucher_revoke')}
          act={() => api.revokeMachine(machine.id)}
          onDone={() => { setRevoking(false); onChange(); }}
          onClose={() => setRevoking(false)}
        />
      )}
    </article>
  );
}
