/** Another PC of the same site takes the place of this one. */
import type { Machine } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ft } from '../../i18n/field/text.ts';
import { t } from '../../i18n/text.ts';
import { Dialog } from '../dialog.tsx';
import { fieldApi } from './api.ts';
import { fieldError } from './words.ts';

interface ReplaceFormProps {
  machine: Machine;
  siblings: readonly Machine[];
  onDone: () => void;
  onClose: () => void;
}

export function ReplaceForm({ machine, siblings, onDone, onClose }: ReplaceFormProps): JSX.Element {
  const others = siblings.filter((one) => one.id !== machine.id && !one.revoked && one.state.kind !== 'removed');
  const [by, setBy] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (by === '') return setWrong(t('error_required'));
    setBusy(true);
    setWrong(null);
    try {
      await fieldApi.replace(machine.id, by);
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong(fieldError(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={ft('replace_title', { name: machine.name })} onClose={onClose} testId="replace-dialog">
      <p>{ft('replace_text', { name: machine.name })}</p>
      {others.length === 0 ? (
        <p class="nothing">{ft('replace_none')}</p>
      ) : (
        <form class="form" noValidate onSubmit={(event) => void save(event)}>
          <label class="field">
            <span>{ft('replace_by')}</span>
            <select name="by" value={by} aria-invalid={wrong !== null} onChange={(event) => setBy(event.currentTarget.value)}>
              <option value="">{ft('choose')}</option>
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {wrong !== null && (
            <p class="field-error" role="alert">
              {wrong}
            </p>
          )}
          <div class="actions">
            <button type="button" class="button" onClick={onClose}>
              {t('cancel')}
            </button>
            <button class="button danger" disabled={busy} data-testid="replace-act">
              {ft('replace_act')}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
