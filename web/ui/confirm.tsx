/** Asks once more before an act that cannot be undone; a refusal is said in the same window. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../api.ts';
import { t } from '../i18n/text.ts';
import { Dialog } from './dialog.tsx';
import { Failure } from './notice.tsx';

interface ConfirmProps {
  title: string;
  text: string;
  /** What the button that does it says. */
  verb: string;
  act: () => Promise<void>;
  onDone: () => void;
  onClose: () => void;
}

export function Confirm({ title, text, verb, act, onDone, onClose }: ConfirmProps): JSX.Element {
  const [error, setError] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const confirmed = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await act();
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose} testId="confirm">
      <p>{text}</p>
      {error && <Failure error={error} />}
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {t('cancel')}
        </button>
        <button type="button" class="button danger" data-testid="confirm-act" disabled={busy} onClick={() => void confirmed()}>
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
