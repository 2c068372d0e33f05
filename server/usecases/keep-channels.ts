/** Adding, changing, removing and trying a channel: settings are checked by its kind, secrets are sealed and never said again. */
import type { ChannelDraft } from '@cac/shared/notices.ts';
import type { Language } from '@cac/shared/people.ts';
import { answerLine, type ChannelTable, type Sealer } from '../core/notices/channel.ts';
import { testLetter } from '../core/notices/other-letters.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { findChannel, insertChannel, removeChannel, updateChannel, type ChannelRow } from '../store/channels.ts';
import type { Handle, Store } from '../store/store.ts';
import { openedSecret } from './post-notices.ts';

export interface ChannelTools {
  channels: ChannelTable;
  sealer: Sealer;
}

const SECRET_FIELD = { email: 'password', webhook: 'secret', sms: 'token' } as const;

interface Parts {
  settings: Record<string, unknown>;
  /** Undefined: stays as it is; null: taken away. */
  secret: string | null | undefined;
}

function partsOf(draft: ChannelDraft): Parts {
  const { kind, name: _, enabled: __, ...rest } = draft;
  const { [SECRET_FIELD[kind]]: secret, ...settings } = rest as Record<string, unknown>;
  return { settings, secret: secret as string | null | undefined };
}

/** The first finding is said with its field. */
function mustFit(tools: ChannelTools, draft: ChannelDraft, { settings }: Parts): void {
  const [finding] = tools.channels[draft.kind].check(settings);
  if (finding !== undefined) throw problem('channel_wrong', finding.message, { where: finding.field });
}

const shown = (row: ChannelRow) => ({ kind: row.kind, name: row.name, enabled: row.enabled, ...row.settings, hasSecret: row.secrets !== null });

async function audit(tx: Handle, who: string, act: string, id: number, before: ChannelRow | null, now: number): Promise<void> {
  const after = await findChannel(tx, id);
  await writeAudit(tx, { at: now, who, act, subject: `channel ${id}`, detail: (after ?? before)!.name, before: before === null ? null : shown(before), after: after === null ? null : shown(after) });
}

export async function addChannel(store: Store, tools: ChannelTools, who: string, draft: ChannelDraft, now: number): Promise<number> {
  const parts = partsOf(draft);
  mustFit(tools, draft, parts);
  const secrets = typeof parts.secret === 'string' ? tools.sealer.seal(JSON.stringify({ secret: parts.secret })) : null;
  return store.db.transaction().execute(async (tx) => {
    const id = await insertChannel(tx, { kind: draft.kind, name: draft.name, settings: parts.settings, secrets, enabled: draft.enabled, author: who, now });
    await audit(tx, who, 'add_channel', id, null, now);
    return id;
  });
}

/** The kind stays what it is. A secret stays with the place it was given for: another host or address asks for it again. */
export async function changeChannel(store: Store, tools: ChannelTools, who: string, id: number, draft: ChannelDraft, now: number): Promise<void> {
  const parts = partsOf(draft);
  mustFit(tools, draft, parts);
  await store.db.transaction().execute(async (tx) => {
    const before = await findChannel(tx, id);
    if (before === null) throw problem('not_found', 'There is no such channel.');
    if (before.kind !== draft.kind) throw problem('channel_wrong', 'A channel’s kind cannot be changed: add another.', { where: 'kind' });
    if (parts.secret === undefined && before.secrets !== null && placeOf(before.settings) !== placeOf(parts.settings)) {
      throw problem('channel_wrong', 'The address is another one: enter the secret again, so that it is not sent to whoever is there.', { where: SECRET_FIELD[draft.kind] });
    }
    const secrets = parts.secret === undefined ? before.secrets : parts.secret === null ? null : tools.sealer.seal(JSON.stringify({ secret: parts.secret }));
    await updateChannel(tx, id, { kind: draft.kind, name: draft.name, settings: parts.settings, secrets, enabled: draft.enabled, author: who, now });
    await audit(tx, who, 'change_channel', id, before, now);
  });
}

/** Where its secret goes: the relay and how it is spoken to, or the host of the address. */
const placeOf = (settings: Record<string, unknown>): string => {
  const url = settings['url'];
  if (typeof url !== 'string') return `${String(settings['host'])}:${String(settings['port'])} ${String(settings['security'])} ${String(settings['user'])}`;
  return URL.canParse(url) ? new URL(url).origin : url;
};

export async function dropChannel(store: Store, who: string, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const before = await findChannel(tx, id);
    if (before === null) throw problem('not_found', 'There is no such channel.');
    await removeChannel(tx, id, now);
    await audit(tx, who, 'remove_channel', id, before, now);
  });
}

/** Sends a message now, past the outbox, and says what the provider answered and how long it took. */
export async function tryChannel(store: Store, tools: ChannelTools, who: string, id: number, test: { to: string; key: string; language: Language; publicUrl: string }, now: number, clock: () => number): Promise<{ ok: boolean; answer: string; ms: number }> {
  const channel = await findChannel(store.db, id);
  if (channel === null) throw problem('not_found', 'There is no such channel.');
  const secret = openedSecret(channel, tools.sealer);
  const startedAt = clock();
  const result = await tools.channels[channel.kind].send({ id, kind: channel.kind, settings: channel.settings, secret }, { id: test.key, to: test.to, language: test.language, facts: { event: 'test', at: now }, at: now, ...testLetter(test.language, now, test.publicUrl) });
  await writeAudit(store.db, { at: now, who, act: 'test_channel', subject: `channel ${id}`, detail: result.ok ? 'ok' : 'refused' });
  return { ok: result.ok, answer: answerLine(result.answer), ms: clock() - startedAt };
}
