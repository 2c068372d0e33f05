/** A file is chosen, looked at, its columns put right, then imported: all of it or nothing. */
import type { ImportDone, ImportKind, ImportPreview } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { number, percent } from '../../i18n/format.ts';
import { rt } from '../../i18n/registry/text.ts';
import { registryApi, type ChosenFile } from '../../registry-api.ts';
import { Confirm } from '../confirm.tsx';
import { Findings } from './findings.tsx';
import { Columns, WouldChange } from './preview.tsx';
import { registryError } from './words.ts';

const KINDS = ['sites', 'communes', 'calendar'] as const;

export function ImportWizard({ onImported }: { onImported: () => void }): JSX.Element {
  const [kind, setKind] = useState<ImportKind>('sites');
  const [chosen, setChosen] = useState<ChosenFile | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [phase, setPhase] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState<ImportDone | null>(null);
  const asked = useRef(0);

  const sending = (then: string) => (part: number): void => setPhase(part < 1 ? rt('sending', { percent: percent(part) }) : then);
  const look = async (next: ChosenFile): Promise<void> => {
    const turn = (asked.current += 1);
    setChosen(next);
    setDone(null);
    setError(null);
    setPhase(rt('checking'));
    try {
      const seen = await registryApi.preview(next, sending(rt('checking')));
      if (turn === asked.current) setPreview(seen);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      if (turn !== asked.current) return;
      setError(failure);
      setPreview(null);
    } finally {
      if (turn === asked.current) setPhase(null);
    }
  };
  const importIt = async (): Promise<void> => {
    try {
      setDone(await registryApi.apply(chosen!, preview!.digest, sending(rt('writing'))));
      setPreview(null);
      setChosen(null);
      onImported();
    } finally {
      setPhase(null);
    }
  };
  const nothing = preview !== null && preview.added + preview.changed === 0;
  return (
    <section class="card wide" data-testid="import">
      <header class="card-head">
        <h2>{rt('import')}</h2>
      </header>
      <p class="quiet">{rt('import_text')}</p>
      <div class="import-choice">
        <label class="field">
          <span>{rt('kind')}</span>
          <select
            name="import-kind"
            value={kind}
            onChange={(event) => {
              const next = event.currentTarget.value as ImportKind;
              setKind(next);
              if (chosen !== null) void look({ ...chosen, kind: next, mapping: null });
            }}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {rt(`kind_${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="button file-choice">
          {rt('choose_file')}
          <input
            type="file"
            name="import-file"
            accept=".csv,.txt,.tsv,.xlsx,.ics,text/csv,text/calendar"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void look({ file, kind, mapping: null });
              // The same file, corrected, is chosen again.
              event.currentTarget.value = '';
            }}
          />
        </label>
        {chosen !== null && (
          <p class="chosen">
            <bdi>{chosen.file.name}</bdi>
          </p>
        )}
      </div>
      <p role="status" class="quiet" data-testid="import-phase">
        {phase ?? ''}
      </p>
      {error !== null && (
        <div class="failure" role="alert" data-testid="import-refused">
          <div>
            <p>{registryError(error)}</p>
            <p class="quiet">
              {error.message} {error.todo}
            </p>
          </div>
        </div>
      )}
      {done !== null && (
        <p class="done" role="status" data-testid="imported">
          {rt('done', { added: number(done.added), changed: number(done.changed), unchanged: number(done.unchanged) })}
        </p>
      )}
      {preview !== null && (
        <>
          <Columns preview={preview} onMap={(mapping) => void look({ ...chosen!, mapping })} />
          <Findings preview={preview} />
          <WouldChange preview={preview} />
          <div class="actions">
            {preview.errors > 0 && <p class="field-error">{rt('import_blocked')}</p>}
            {preview.errors === 0 && nothing && <p class="quiet">{rt('import_nothing')}</p>}
            <button type="button" class="button primary" data-testid="import-act" disabled={preview.errors > 0 || nothing || phase !== null} onClick={() => setAsking(true)}>
              {rt('do_import')}
            </button>
          </div>
        </>
      )}
      {asking && preview !== null && (
        <Confirm title={rt('confirm_title')} text={rt('confirm_text', { added: number(preview.added), changed: number(preview.changed) })} verb={rt('do_import')} act={importIt} onDone={() => setAsking(false)} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}
