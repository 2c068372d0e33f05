/** One channel's settings, by its kind. A secret is never shown: it is typed anew, or kept. */
import type { Channel } from '@cac/shared/notices.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at } from '../../i18n/alerting/text.ts';
import { t } from '../../i18n/text.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { alertingApi } from './api.ts';
import { ChoiceField, Field, Tick, type Wrong } from './fields.tsx';
import { refusalText } from './words.ts';

type Kind = Channel['kind'];
type Texts = Readonly<Record<string, string>>;

const SECRET = { email: 'password', webhook: 'secret', sms: 'token' } as const;
const EMPTY: Readonly<Record<Kind, Texts>> = {
  email: { host: '', port: '587', security: 'starttls', from: '', user: '' },
  webhook: { url: '' },
  sms: { url: '', method: 'POST', contentType: 'application/json', body: '{"to":"{to}","text":"{text}"}', header: '' },
};

function textsOf(kind: Kind, channel: Channel | null): Texts {
  if (channel === null) return { name: '', secret_text: '', ...EMPTY[kind] };
  const { settings } = channel;
  const header = (settings['headers'] as { name: string; value: string }[] | undefined)?.[0];
  return { ...EMPTY[kind], ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value === null ? '' : String(value)])), header: header === undefined ? '' : `${header.name}: ${header.value}`, name: channel.name, secret_text: '' };
}

function draftOf(kind: Kind, texts: Texts, enabled: boolean, channel: Channel | null): object {
  const [headerName = '', ...headerValue] = (texts['header'] ?? '').split(':');
  // Those that one field cannot show stay as they are.
  const others = ((channel?.settings['headers'] as object[] | undefined) ?? []).slice(1);
  const own: Record<Kind, object> = {
    email: { host: texts['host'], port: Number(texts['port']), security: texts['security'], from: texts['from'], user: texts['user']?.trim() === '' ? null : texts['user'] },
    webhook: { url: texts['url'] },
    sms: { url: texts['url'], method: texts['method'], contentType: texts['contentType'], body: texts['body'], headers: [...(headerName.trim() === '' ? [] : [{ name: headerName.trim(), value: headerValue.join(':').trim() }]), ...others] },
  };
  const secret = texts['secret_text'] ?? '';
  return { kind, name: texts['name'], enabled, ...own[kind], ...(secret !== '' && { [SECRET[kind]]: secret }) };
}

export function ChannelForm({ channel, kind, onDone, onClose }: { channel: Channel | null; kind: Kind; onDone: () => void; onClose: () => void }): JSX.Element {
  const [texts, setTexts] = useState(() => textsOf(kind, channel));
  const [enabled, setEnabled] = useState(channel?.enabled ?? true);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState(false);
  const field = refused === null ? null : (refused.where?.split(/[.[]/)[0] ?? fieldOf(refused));
  const wrong: Wrong | null = refused === null || field === null ? null : { field: field === SECRET[kind] ? 'secret_text' : field === 'headers' ? 'header' : field, text: refusalText(refused) };
  const given = (name: string) => ({ name, value: texts[name] ?? '', wrong, onText: (value: string) => setTexts({ ...texts, [name]: value }) });
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setRefused(null);
    try {
      await alertingApi.saveChannel(channel?.id ?? null, draftOf(kind, texts, enabled, channel));
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={channel === null ? at(`channel_add_${kind}`) : at('channel_edit')} onClose={onClose} testId="channel-form">
      <form class="form" noValidate onInput={() => setRefused(null)} onSubmit={(event) => void save(event)}>
        <Field {...given('name')} label={at('name')} />
        {kind === 'email' && (
          <>
            <div class="pair">
              <Field {...given('host')} label={at('host')} ltr />
              <Field {...given('port')} label={at('port')} type="number" ltr />
            </div>
            <ChoiceField {...given('security')} label={at('security')} options={[['starttls', at('security_starttls')], ['tls', at('security_tls')], ['plain', at('security_plain')]]} />
            <Field {...given('from')} label={at('from')} type="email" ltr />
            <Field {...given('user')} label={at('user')} ltr />
          </>
        )}
        {kind !== 'email' && <Field {...given('url')} label={at('url')} ltr placeholder="https://" />}
        {kind === 'sms' && (
          <>
            <div class="pair">
              <ChoiceField {...given('method')} label={at('method')} options={[['POST', 'POST'], ['GET', 'GET']]} />
              {texts['method'] === 'POST' && <ChoiceField {...given('contentType')} label={at('content_type')} options={[['application/json', 'JSON'], ['application/x-www-form-urlencoded', 'Form']]} />}
            </div>
            {texts['method'] === 'POST' && <Field {...given('body')} label={at('body')} ltr />}
            <Field {...given('header')} label={at('header')} ltr />
          </>
        )}
        <Field {...given('secret_text')} label={at(SECRET[kind])} type="password" ltr hint={at(channel?.hasSecret ? 'secret_kept' : 'secret_none')} />
        <Tick name="enabled" checked={enabled} onChange={setEnabled}>{at('enabled')}</Tick>
        {refused !== null && !(wrong !== null && wrong.field in texts) && <p class="field-error" role="alert" data-testid="channel-refused">{refusalText(refused)}</p>}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="channel-save">
            {at('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
