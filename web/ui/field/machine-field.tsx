/** What a technician or a coordinator acts on at one PC: what it says of itself, its settings, commands, twins held apart, a move, a replacement. */
import type { Machine } from '@cac/shared/api.ts';
import type { MachineField } from '@cac/shared/field.ts';
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ft } from '../../i18n/field/text.ts';
import { ago, day, number, percent } from '../../i18n/format.ts';
import { mayEdit, now } from '../../state/store.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { fieldApi } from './api.ts';
import { Commands } from './commands.tsx';
import { Held } from './held.tsx';
import { MoveForm } from './move-form.tsx';
import { ReplaceForm } from './replace-form.tsx';
import { useAnswer } from './use-answer.ts';
import { bytesText, minutesOf, postponedText } from './words.ts';

const AGAIN_MS = 10_000;

function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Said({ field }: { field: MachineField }): JSX.Element {
  const { context } = field;
  if (context === null) return <p class="quiet">{ft('context_none')}</p>;
  const { mains, battery, disk, cpu, rss, way, proxy, postponed } = context;
  return (
    <dl class="facts">
      {(mains !== undefined || battery !== undefined) && (
        <Fact name={ft('power')}>{[mains === undefined ? null : ft(mains === 1 ? 'power_mains' : 'power_battery'), battery === undefined ? null : ft('charge', { share: percent(battery / 100) })].filter((text) => text !== null).join(', ')}</Fact>
      )}
      {disk !== undefined && <Fact name={ft('disk')}>{percent(disk / 100)}</Fact>}
      {rss !== undefined && cpu !== undefined && <Fact name={ft('agent_use')}>{ft('agent_use_text', { rss: number(Math.round(rss)), cpu: number(Math.round(cpu)) })}</Fact>}
      {way !== undefined && (
        <Fact name={ft('way')}>
          {ft(`way_${way}`)}
          {proxy === 1 && `, ${ft('way_proxy')}`}
        </Fact>
      )}
      {postponed !== undefined && <Fact name={ft('postponed')}>{postponedText(postponed)}</Fact>}
    </dl>
  );
}

function Kept({ field, siblings }: { field: MachineField; siblings: readonly Machine[] }): JSX.Element {
  const { bytes, config, configVersion, detectionS, secretChangedAt, enrolledAt, replacedBy } = field;
  const standing = configVersion === config.version ? 'config_ok' : configVersion === null ? 'config_none' : 'config_awaited';
  return (
    <dl class="facts">
      <Fact name={ft('bytes')}>{ft('bytes_text', { today: bytesText(bytes.today), month: bytesText(bytes.month) })}</Fact>
      <Fact name={ft('config')}>
        <span data-testid="config" data-standing={standing}>
          {ft(standing)}
        </span>
        <small class="quiet">{ft('config_text', { keepalive: number(config.keepaliveS), batch: number(config.batchS) })}</small>
      </Fact>
      <Fact name={ft('targets')}>
        <bdi>{config.targets.join(', ')}</bdi>
      </Fact>
      <Fact name={ft('detection')}>{ft('detection_text', { n: minutesOf(detectionS) })}</Fact>
      <Fact name={ft('secret')}>{secretChangedAt === null ? ft('secret_first', { day: day(enrolledAt) }) : ft('secret_since', { day: day(secretChangedAt) })}</Fact>
      <Fact name={ft('enrolled')}>{day(enrolledAt)}</Fact>
      {replacedBy !== null && <Fact name={ft('replaced_by')}>{siblings.find(({ id }) => id === replacedBy)?.name ?? ft('replaced_elsewhere')}</Fact>}
    </dl>
  );
}

export function MachineFieldPart({ machine, siblings, onChange }: { machine: Machine; siblings: readonly Machine[]; onChange: () => void }): JSX.Element {
  const { value: field, error, reload } = useAnswer(() => fieldApi.machine(machine.id), machine.id, AGAIN_MS);
  const [acting, setActing] = useState<'move' | 'replace' | null>(null);
  const [ordered, setOrdered] = useState(false);
  if (field === null) return error === null ? <Skeleton lines={5} /> : <Failure error={error} onRetry={reload} />;
  const close = (): void => setActing(null);
  const changed = (): void => {
    reload();
    onChange();
  };
  const mayAct = mayEdit.value && !machine.revoked;
  return (
    <div class="machine-field" data-testid="machine-field">
      {field.held.length > 0 && <Held machine={machine} held={field.held} mayAct={mayAct} onChange={changed} />}
      {field.contextAt !== null && <p class="quiet small">{ft('context_at', { ago: ago(field.contextAt, Math.max(now.value, field.contextAt)) })}</p>}
      <Said field={field} />
      <Kept field={field} siblings={siblings} />
      {mayAct && <Commands machine={machine} field={field} onChange={reload} />}
      {ordered && (
        <p class="aside-note" role="status">
          {ft('move_ordered')}
        </p>
      )}
      {mayAct && (
        <p class="field-acts">
          <button type="button" class="link" data-testid="machine-move" onClick={() => setActing('move')}>
            {ft('move')}
          </button>
          <button type="button" class="link" data-testid="machine-replace" onClick={() => setActing('replace')}>
            {ft('replace')}
          </button>
        </p>
      )}
      {acting === 'move' && <MoveForm machine={machine} onDone={() => { close(); setOrdered(true); changed(); }} onClose={close} />}
      {acting === 'replace' && <ReplaceForm machine={machine} siblings={siblings} onDone={() => { close(); changed(); }} onClose={close} />}
    </div>
  );
}
