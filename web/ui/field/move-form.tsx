/** A PC moves to another site: found by its name or code, with the reason. */
import type { Machine, Site } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ft } from '../../i18n/field/text.ts';
import { t } from '../../i18n/text.ts';
import { areaName } from '../area-names.ts';
import { Dialog } from '../dialog.tsx';
import { siteName } from '../site-name.ts';
import { fieldApi } from './api.ts';
import { fieldError } from './words.ts';

const PAUSE_MS = 250;

export function MoveForm({ machine, onDone, onClose }: { machine: Machine; onDone: () => void; onClose: () => void }): JSX.Element {
  const [q, setQ] = useState('');
  const [found, setFound] = useState<readonly Site[] | null>(null);
  const [site, setSite] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (q.trim() === '') return setFound(null);
    let current = true;
    const soon = setTimeout(() => {
      fieldApi.sites(q.trim()).then(
        ({ items }) => current && setFound(items.filter(({ id }) => id !== machine.siteId)),
        (failure: unknown) => current && failure instanceof RequestError && setWrong(fieldError(failure)),
      );
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(soon);
    };
  }, [q]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (site === null || reason.trim() === '') return setWrong(t('error_required'));
    setBusy(true);
    setWrong(null);
    try {
      await fieldApi.move(machine.id, site, reason.trim());
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong(fieldError(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={ft('move_title', { name: machine.name })} onClose={onClose} testId="move-dialog">
      <p>{ft('move_text')}</p>
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <label class="field">
          <span>{ft('move_search')}</span>
          <input type="search" name="site" dir="auto" autocomplete="off" maxLength={80} value={q} aria-invalid={wrong !== null && site === null} onInput={(event) => { setQ(event.currentTarget.value); setSite(null); setWrong(null); }} />
        </label>
        {found !== null && (
          <fieldset class="radio-cards found">
            <legend class="hidden">{ft('move_search')}</legend>
            {found.length === 0 && <p class="quiet">{ft('move_none')}</p>}
            {found.map((one) => (
              <label key={one.id} class={site === one.id ? 'chosen' : ''}>
                <input type="radio" name="found" value={one.id} checked={site === one.id} onChange={() => { setSite(one.id); setWrong(null); }} />
                <span>
                  <strong>
                    <bdi>{siteName(one)}</bdi>
                  </strong>
                  <small class="quiet">
                    <bdi>{one.id}</bdi> · {areaName(one.province ?? one.region)}
                  </small>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <label class="field">
          <span>{ft('move_reason')}</span>
          <input name="reason" dir="auto" maxLength={300} value={reason} aria-required aria-invalid={wrong !== null && reason.trim() === ''} onInput={(event) => { setReason(event.currentTarget.value); setWrong(null); }} />
          <small class="quiet">{ft('move_reason_hint')}</small>
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
          <button class="button primary" disabled={busy} data-testid="move-act">
            {ft('move_act')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
