/** Channels: relays and addresses by which people are told. Secrets are sealed before they come here. */
import type { Channel, ChannelKind } from '@cac/shared/notices.ts';
import { sql, type Selectable } from 'kysely';
import type { ChannelTable } from './alert-tables.ts';
import type { Handle } from './store.ts';

export interface ChannelRow {
  id: number;
  kind: ChannelKind;
  name: string;
  settings: Record<string, unknown>;
  secrets: string | null;
  enabled: boolean;
  author: string;
  writtenAt: number;
}

const channelOf = (row: Selectable<ChannelTable>): ChannelRow => ({
  id: row.id, kind: row.kind as ChannelKind, name: row.name, settings: JSON.parse(row.settings) as Record<string, unknown>, secrets: row.secrets, enabled: row.enabled === 1, author: row.author, writtenAt: row.written_at,
});

export async function listChannels(db: Handle): Promise<ChannelRow[]> {
  return (await db.selectFrom('channels').selectAll().where('deleted_at', 'is', null).orderBy('id').execute()).map(channelOf);
}

export async function findChannel(db: Handle, id: number): Promise<ChannelRow | null> {
  const row = await db.selectFrom('channels').selectAll().where('id', '=', id).where('deleted_at', 'is', null).executeTakeFirst();
  return row ? channelOf(row) : null;
}

/** Those that are on, the oldest first: of a kind, the first is the one that people are reached by. */
export const usableChannels = async (db: Handle): Promise<ChannelRow[]> => (await listChannels(db)).filter(({ enabled }) => enabled);

interface ChannelWrite {
  kind: string;
  name: string;
  settings: Record<string, unknown>;
  secrets: string | null;
  enabled: boolean;
  author: string;
  now: number;
}

const columnsOf = ({ kind, name, settings, secrets, enabled, author, now }: ChannelWrite) => ({ kind, name, settings: JSON.stringify(settings), secrets, enabled: enabled ? 1 : 0, author, written_at: now, deleted_at: null });

export const insertChannel = async (tx: Handle, row: ChannelWrite): Promise<number> => (await tx.insertInto('channels').values(columnsOf(row)).returning('id').executeTakeFirstOrThrow()).id;
export const updateChannel = (tx: Handle, id: number, row: ChannelWrite): Promise<unknown> => tx.updateTable('channels').set(columnsOf(row)).where('id', '=', id).execute();
/** Its secret goes with it. */
export const removeChannel = (tx: Handle, id: number, now: number): Promise<unknown> => tx.updateTable('channels').set({ deleted_at: now, enabled: 0, secrets: null }).where('id', '=', id).execute();

/** With how many messages wait for it, and what was last answered to one. */
export async function channelViews(db: Handle): Promise<Channel[]> {
  const rows = await listChannels(db);
  const first = new Map<string, number>();
  for (const { kind, id, enabled } of rows) if (enabled && !first.has(kind)) first.set(kind, id);
  return Promise.all(
    rows.map(async ({ id, kind, name, settings, secrets, enabled, author, writtenAt }) => {
      const own = kind === 'webhook' ? id : null;
      // People's messages wait for the first one of its kind that is on.
      const carries = own !== null || first.get(kind) === id;
      const { n } = await db.selectFrom('outbox').select((eb) => eb.fn.countAll<number>().as('n')).where(sql<boolean>`state in ('queued', 'sending')`).where('channel_kind', '=', kind).$if(own !== null, (q) => q.where('channel_id', '=', own)).executeTakeFirstOrThrow();
      const last = carries ? await db.selectFrom('outbox').select('answer').where('channel_kind', '=', kind).where('answer', 'is not', null).$if(own !== null, (q) => q.where('channel_id', '=', own)).orderBy('id', 'desc').limit(1).executeTakeFirst() : undefined;
      return { id, kind, name, enabled, settings, hasSecret: secrets !== null, author, writtenAt, waiting: carries ? Number(n) : 0, lastAnswer: last?.answer ?? null };
    }),
  );
}
