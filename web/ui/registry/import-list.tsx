/** The files that were imported, by whom, and the last of them to be taken back. */
import type { ImportView } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dateTime, number } from '../../i18n/format.ts';
import { rt } from '../../i18n/registry/text.ts';
import { registryApi } from '../../registry-api.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { registryError } from './words.ts';

export function ImportList({ version, onUndone }: { version: number; onUndone: () => void }): JSX.Element {
  const [items, setItems] = useState<readonly ImportView[] | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [undoing, setUndoing] = useState<ImportView | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const read = async (): Promise<void> => {
    try {
      setItems((await registryApi.imports()).items);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void read(), [version]);
  const undo = async (made: ImportView): Promise<void> => {
    try {
      setRefused(null);
      await registryApi.undo(made.id);
    } catch (failure) {
      if (failure instanceof RequestError) setRefused(registryError(failure));
      throw failure;
    }
  };
  return (
    <section class="card" data-testid="imports">
      <header class="card-head">
        <h2>{rt('imports')}</h2>
      </header>
      {error !== null && <Failure error={error} onRetry={() => void read()} />}
      {refused !== null && (
        <p class="field-error" role="alert" data-testid="undo-refused">
          {refused}
        </p>
      )}
      {items === null && error === null && <Skeleton lines={3} />}
      {items?.length === 0 && <p class="nothing quiet">{rt('imports_none')}</p>}
      <ol class="changes">
        {items?.map((made) => (
          <li key={made.id} data-testid="import-line" data-id={made.id}>
            <p>
              <b>
                <bdi>{made.fileName}</bdi>
              </b>{' '}
              · {rt(`kind_${made.kind}`)}
              <time class="quiet" dateTime={new Date(made.at).toISOString()}>
                {dateTime(made.at)}
              </time>
            </p>
            <p class="quiet">
              <bdi>{made.author}</bdi> · {number(made.added)} {rt('added')}, {number(made.changed)} {rt('changed')}, {number(made.unchanged)} {rt('unchanged')}
              {made.undone !== null && <> · <em>{rt('undone', { name: made.undone.by })}</em></>}
            </p>
            {made.undoable && (
              <button type="button" class="link danger" data-testid="import-undo" onClick={() => setUndoing(made)}>
                {rt('undo')}
              </button>
            )}
          </li>
        ))}
      </ol>
      {undoing !== null && (
        <Confirm
          title={rt('undo_title', { file: undoing.fileName })}
          text={rt('undo_text')}
          verb={rt('undo')}
          act={() => undo(undoing)}
          onDone={() => { setUndoing(null); onUndone(); }}
          onClose={() => setUndoing(null)}
        />
      )}
    </section>
  );
}
