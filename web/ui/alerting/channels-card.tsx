/** The channels: what waits, what the provider last said, and a test that shows its real answer. */
import type { Channel } from '@cac/shared/notices.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at } from '../../i18n/alerting/text.ts';
import { number } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { alertingApi } from './api.ts';
import { ChannelForm } from './channel-form.tsx';
import { Field } from './fields.tsx';
import { refusalText } from './words.ts';

const KINDS = ['email', 'webhook', 'sms'] as const;
type Kind = (typeof KINDS)[number];

export function ChannelsCard(): JSX.Element {
  const { value, error, again } = useAnswer('channels', alertingApi.channels);
  const [open, setOpen] = useState<Channel | Kind | null>(null);
  const [removing, setRemoving] = useState<Channel | null>(null);
  return (
    <section class="card wide" data-testid="channels-card">
      <header class="card-head">
        <h2>{at('channels_title')}</h2>
      </header>
      <p class="quiet">{at('channels_text')}</p>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={3} />}
      {value?.items.length === 0 && <p class="nothing">{at('channels_none')}</p>}
      <ul class="alert-list">
        {value?.items.map((channel) => (
          <li key={channel.id} class={channel.enabled ? '' : 'is-off'} data-testid="channel-line">
            <div>
              <p>
                <b><bdi>{channel.name}</bdi></b> <span class="quiet">{at(`kind_${channel.kind}`)} · <bdi dir="ltr">{placeOf(channel)}</bdi></span> {!channel.enabled && <span class="tag">{at('off')}</span>} {channel.waiting > 0 && <span class="tag">{at('channel_waiting', { n: number(channel.waiting) })}</span>}
              </p>
              {channel.lastAnswer !== null && (
                <p class="quiet">
                  {at('channel_last', { answer: '' })} <bdi dir="ltr">{channel.lastAnswer}</bdi>
                </p>
              )}
              <Test channel={channel} />
            </div>
            <div class="line-acts">
              <button type="button" class="button small" aria-label={`${at('edit')} · ${channel.name}`} onClick={() => setOpen(channel)}>
                {at('edit')}
              </button>
              <button type="button" class="link danger" aria-label={`${at('remove')} · ${channel.name}`} onClick={() => setRemoving(channel)}>
                {at('remove')}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <p class="channel-adds">
        {KINDS.map((kind) => (
          <button key={kind} type="button" class="button small" data-testid={`channel-add-${kind}`} onClick={() => setOpen(kind)}>
            {at(`channel_add_${kind}`)}
          </button>
        ))}
      </p>
      {open !== null && <ChannelForm channel={typeof open === 'string' ? null : open} kind={typeof open === 'string' ? open : open.kind} onClose={() => setOpen(null)} onDone={() => { setOpen(null); again(); }} />}
      {removing !== null && <Confirm title={at('channel_remove_title', { name: removing.name })} text={at('channel_remove_text')} verb={at('remove')} act={() => alertingApi.removeChannel(removing.id)} onDone={() => { setRemoving(null); again(); }} onClose={() => setRemoving(null)} />}
    </section>
  );
}

const placeOf = ({ settings }: Channel): string => (typeof settings['url'] === 'string' ? settings['url'] : `${String(settings['host'])}:${String(settings['port'])}`);

function Test({ channel }: { channel: Channel }): JSX.Element {
  const [to, setTo] = useState('');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<{ ok: boolean; answer: string; ms: number } | null>(null);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setResult(null);
    setRefused(null);
    try {
      setResult(await alertingApi.test(channel.id, to, language.value));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <details class="channel-test">
      <summary>{at('test')}</summary>
      <form class="who-form" noValidate onSubmit={(event) => void send(event)}>
        {channel.kind !== 'webhook' && <Field name="to" label={at(channel.kind === 'email' ? 'test_to_email' : 'test_to_sms')} value={to} ltr wrong={refused === null ? null : { field: 'to', text: refusalText(refused) }} onText={setTo} />}
        <button class="button small" disabled={busy} data-testid="test-send">
          {at('test_send')}
        </button>
      </form>
      <div aria-live="polite">
        {refused !== null && channel.kind === 'webhook' && <p class="field-error">{refusalText(refused)}</p>}
        {result !== null && (
          <p class={result.ok ? 'test-ok' : 'test-refused'} data-testid="test-answer">
            {at(result.ok ? 'test_ok' : 'test_refused', { ms: number(result.ms) })} <code dir="ltr">{result.answer}</code>
          </p>
        )}
      </div>
    </details>
  );
}
