/** Processes that run with this machine's identity beside it, and the two things a person may say of each. */
import type { Machine } from '@cac/shared/api.ts';
import type { HeldDecision, HeldProcess } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ft } from '../../i18n/field/text.ts';
import { ago } from '../../i18n/format.ts';
import { now } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Icon } from '../icons.tsx';
import { fieldApi } from './api.ts';
import { inWords } from './words.ts';

interface Asking {
  readonly inst: HeldProcess['inst'];
  readonly act: HeldDecision['act'];
}

export function Held({ machine, held, mayAct, onChange }: { machine: Machine; held: readonly HeldProcess[]; mayAct: boolean; onChange: () => void }): JSX.Element {
  const [asking, setAsking] = useState<Asking | null>(null);
  const { name } = machine;
  const of = asking?.act === 'is_the_pc' ? 'held_is' : 'held_new';
  return (
    <section class="held" data-testid="held">
      <h4>
        <Icon name="alert" size={15} /> {ft('held_title')}
      </h4>
      <p>{ft('held_text')}</p>
      <ul>
        {held.map(({ inst, lastAt, address, os }) => (
          <li key={inst} data-testid="held-process">
            <span>
              <bdi>{ft('held_row', { ago: ago(lastAt, Math.max(now.value, lastAt)), address, os: os ?? '?' })}</bdi>
            </span>
            {mayAct && (
              <span class="held-acts">
                <button type="button" class="button small" data-testid="held-new" onClick={() => setAsking({ inst, act: 'new_machine' })}>
                  {ft('held_new')}
                </button>
                <button type="button" class="link" data-testid="held-is" onClick={() => setAsking({ inst, act: 'is_the_pc' })}>
                  {ft('held_is', { name })}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {asking !== null && (
        <Confirm
          title={ft(`${of}_title`, { name })}
          text={ft(`${of}_text`, { name })}
          verb={ft(of, { name })}
          act={() => fieldApi.decideHeld(machine.id, asking.inst, asking.act).catch(inWords)}
          onDone={() => { setAsking(null); onChange(); }}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}
