/** The simple signs of a site: PCs without an agent that call an address. Weaker evidence, and shown as such. */
import type { NewPingSource, PingSource } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ago } from '../../i18n/format.ts';
import { gdays, gt } from '../../i18n/pings/text.ts';
import { pingCommands, pingUrl } from '../../ping-commands.ts';
import { pingsApi } from '../../pings-api.ts';
import { now, session } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { CommandLine, CopyButton } from '../copy-line.tsx';
import { Dialog } from '../dialog.tsx';
import { Failure } from '../notice.tsx';

const COMMANDS = ['schtasks', 'powershell', 'cron', 'curl'] as const;

function NewDialog({ source, onClose }: { source: NewPingSource; onClose: () => void }): JSX.Element {
  const url = pingUrl(session.value?.settings.publicUrl ?? location.origin, source.token);
  const commands = pingCommands(url);
  return (
    <Dialog title={gt('new_title')} onClose={onClose} testId="ping-dialog" wide>
      <p>{gt('once')}</p>
      <CommandLine text={url} testId="ping-url" />
      <CopyButton text={url} label={gt('copy')} done={gt('copied')} />
      {COMMANDS.map((name) => (
        <section key={name}>
          <h3>{gt(name)}</h3>
          <CommandLine text={commands[name]} testId={`ping-${name}`} />
          <CopyButton text={commands[name]} label={gt('copy')} done={gt('copied')} />
        </section>
      ))}
      <p class="quiet">{gt('old_windows')}</p>
    </Dialog>
  );
}

export function PingSources({ siteId, mayEdit }: { siteId: string; mayEdit: boolean }): JSX.Element | null {
  const [sources, setSources] = useState<readonly PingSource[] | null>(null);
  const [name, setName] = useState('');
  const [made, setMade] = useState<NewPingSource | null>(null);
  const [closing, setClosing] = useState<PingSource | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    // What cannot be read just now is not worth a warning here.
    pingsApi.ofSite(siteId).then(({ items }) => current && setSources(items), () => {});
    return () => void (current = false);
  }, [siteId, asked]);
  const add = async (): Promise<void> => {
    setError(null);
    try {
      setMade(await pingsApi.add(siteId, name.trim()));
      setName('');
      setAsked(asked + 1);
    } catch (failure) {
      if (failure instanceof RequestError) setError(failure);
    }
  };
  if (sources === null || (sources.length === 0 && !mayEdit)) return null;
  return (
    <section class="block" data-testid="ping-sources">
      <h3>{gt('title')}</h3>
      <p class="quiet" data-testid="ping-weaker">
        <strong>{gt('weaker')}.</strong> {gt('text')}
      </p>
      {mayEdit && (
        <form
          class="issue"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <label class="field">
            <span>{gt('name')}</span>
            <input type="text" value={name} maxLength={64} required dir="auto" data-testid="ping-name" onInput={(event) => setName(event.currentTarget.value)} />
          </label>
          <button type="submit" class="button" data-testid="ping-add" disabled={name.trim() === ''}>
            {gt('add')}
          </button>
        </form>
      )}
      {error && <Failure error={error} />}
      {sources.length === 0 && <p class="quiet">{gt('none')}</p>}
      <ul class="vouchers">
        {sources.map((source) => (
          <li key={source.id} class={source.revoked ? 'revoked' : 'valid'} data-testid="ping-source">
            <span>
              <b dir="auto">{source.name}</b>
              <small class="quiet">
                {source.revoked ? `${gt('revoked')} · ` : ''}
                {source.lastAt === null ? gt('never') : gt('last', { ago: ago(source.lastAt, Math.max(now.value, source.lastAt)) })} · {gdays(source.days)}
              </small>
            </span>
            {mayEdit && !source.revoked && (
              <button type="button" class="link danger" data-testid="ping-revoke" onClick={() => setClosing(source)}>
                {gt('revoke')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {made && <NewDialog source={made} onClose={() => setMade(null)} />}
      {closing && (
        <Confirm
          title={gt('revoke_title')}
          text={gt('revoke_text')}
          verb={gt('revoke')}
          act={() => pingsApi.revoke(closing.id)}
          onDone={() => {
            setClosing(null);
            setAsked(asked + 1);
          }}
          onClose={() => setClosing(null)}
        />
      )}
    </section>
  );
}
