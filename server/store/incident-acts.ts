/** What people write on an incident: each act changes its row, stands in its timeline, and moves `touched_at`. */
import type { Handle } from './store.ts';

export const noteEvent = (tx: Handle, row: { incident: number; at: number; act: string; who: string; detail: Record<string, unknown> }): Promise<unknown> =>
  tx.insertInto('incident_events').values({ incident_id: row.incident, at: row.at, act: row.act, who: row.who, detail: JSON.stringify(row.detail) }).execute();

export const touch = (tx: Handle, id: number, at: number): Promise<unknown> => tx.updateTable('incidents').set({ touched_at: at }).where('id', '=', id).execute();

/** False when somebody has, or when it is over: of two at once one is first. */
export async function takeIncident(tx: Handle, id: number, by: string, reason: string, at: number): Promise<boolean> {
  const done = await tx.updateTable('incidents').set({ acknowledged_at: at, acknowledged_by: by, ack_reason: reason, touched_at: at }).where('id', '=', id).where('acknowledged_at', 'is', null).where('state', 'in', ['open', 'paused']).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** False when nobody has taken it, or when it is over. */
export async function releaseIncident(tx: Handle, id: number, at: number): Promise<boolean> {
  const done = await tx.updateTable('incidents').set({ acknowledged_at: null, acknowledged_by: null, ack_reason: null, touched_at: at }).where('id', '=', id).where('acknowledged_at', 'is not', null).where('state', 'in', ['open', 'paused']).executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export const giveIncident = (tx: Handle, id: number, assignee: number | null, at: number): Promise<unknown> => tx.updateTable('incidents').set({ assignee, touched_at: at }).where('id', '=', id).execute();

export const writeTicket = (tx: Handle, id: number, ticket: string | null, promisedAt: number | null, at: number): Promise<unknown> =>
  tx.updateTable('incidents').set({ ticket, promised_at: promisedAt, touched_at: at }).where('id', '=', id).execute();
