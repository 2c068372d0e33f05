/**
 * Tells of an incident, inside the transaction that decided it: one row of the outbox for each receiver. What is over is told to those who were told
 * that it began; to whom that has not left yet, both are one message.
 */
import { hourStart } from '../core/notices/hours.ts';
import { dueAtOf, receiversOf, type Planned } from '../core/notices/receivers.ts';
import { listRoutes } from '../store/alert-routes.ts';
import { usableChannels } from '../store/channels.ts';
import { extentOf, incidentRow, type IncidentRow } from '../store/notice-facts.ts';
import { tellablePeople } from '../store/notice-people.ts';
import { cancelNotices, givenSince, hastenNotices, insertNotices, noticesOfIncident, retellNotice, type OutboxDraft, type OutboxRow } from '../store/outbox.ts';
import type { Handle } from '../store/store.ts';

export type IncidentNews = 'opened' | 'reopened' | 'resolved' | 'flapping' | 'steady' | 'escalated';

/** Of all that tells of a beginning. */
const BEGINNINGS: ReadonlySet<string> = new Set(['opened', 'reopened', 'flapping', 'escalated']);

/** How many messages it wrote. */
export async function announce(tx: Handle, incidentId: number, news: IncidentNews, now: number): Promise<number> {
  const incident = await incidentRow(tx, incidentId);
  if (incident === null) return 0;
  if (news === 'resolved') return announceEnd(tx, incident, now);
  if (news === 'steady') return announceSteady(tx, incident, now);
  // Who is told that nobody acknowledges is planned with the wait that has passed: escalate.ts.
  if (news === 'escalated') return announceStep(tx, incident, 'escalated', { from: 1, to: incident.escalated }, now);
  return announceStep(tx, incident, news, { from: 0, to: 0 }, now);
}

/** `step`: the routes whose wait lies within it. */
export async function announceStep(tx: Handle, incident: IncidentRow, news: IncidentNews, step: { from: number; to: number }, now: number): Promise<number> {
  const { rows } = receiversOf(await listRoutes(tx), await tellablePeople(tx), await usableChannels(tx), await extentOf(tx, incident), step, now, await givenSince(tx, hourStart(now)));
  const written = await insertNotices(tx, rows.map((row) => draftOf(incident, news, row)), now);
  // Messages leave in their order: what waits for the end of the hour leaves with it, as one.
  if (incident.severity === 'critical') for (const row of rows) if (row.dueAt === now) await hastenNotices(tx, row.channelKind, row.address, now);
  return written;
}

const keyOf = (incident: IncidentRow, news: string, receiver: string, channelKind: string): string => `${incident.id}:${news}:${incident.reopened}:${receiver}:${channelKind}`;

const draftOf = (incident: IncidentRow, news: string, row: Planned): OutboxDraft => ({
  key: keyOf(incident, news, row.key, row.channelKind),
  incidentId: incident.id,
  event: news,
  accountId: row.accountId,
  channelKind: row.channelKind,
  channelId: row.channelId,
  address: row.address,
  language: row.language,
  payload: '{}',
  dueAt: row.dueAt,
});

const receiverOf = (row: OutboxRow): string => (row.account_id === null ? `channel:${row.channel_id}` : `account:${row.account_id}`);

/** By receiver and kind of channel, in order. */
async function toldOf(tx: Handle, incident: IncidentRow): Promise<Map<string, OutboxRow[]>> {
  const told = new Map<string, OutboxRow[]>();
  for (const row of await noticesOfIncident(tx, incident.id)) {
    if (row.state === 'cancelled') continue;
    const receiver = `${receiverOf(row)} ${row.channel_kind}`;
    told.set(receiver, [...(told.get(receiver) ?? []), row]);
  }
  return told;
}

/** Certainly not with the receiver yet. */
const waits = (row: OutboxRow): boolean => row.state === 'queued' && row.claim === null;

async function announceEnd(tx: Handle, incident: IncidentRow, now: number): Promise<number> {
  const drafts: OutboxDraft[] = [];
  const [people, given] = [await peopleById(tx), await givenSince(tx, hourStart(now))];
  for (const [receiver, rows] of await toldOf(tx, incident)) {
    const lastEnd = rows.findLastIndex(({ event }) => event === 'resolved' || event === 'passed');
    const since = rows.slice(lastEnd + 1).filter(({ event }) => BEGINNINGS.has(event));
    if (since.length === 0) continue;
    const waiting = since.filter(waits);
    const left = since.filter((row) => !waits(row) && row.state !== 'failed');
    const [first, ...others] = waiting;
    await cancelNotices(tx, others.map(({ id }) => id), 'over', now);
    if (first !== undefined && left.length === 0 && (await retellNotice(tx, first.id, 'passed'))) continue;
    // Who was told that it began, or may have been, is told that it is over.
    if (first !== undefined) await cancelNotices(tx, [first.id], 'over', now);
    const [last] = since.slice(-1);
    if (left.length > 0 || first !== undefined) drafts.push(again(incident, 'resolved', last!, receiver, people, given, now));
  }
  return insertNotices(tx, drafts, now);
}

/** It neither falls nor rises any more, but is still in trouble: to those who were told that it flaps. */
async function announceSteady(tx: Handle, incident: IncidentRow, now: number): Promise<number> {
  if (incident.state === 'resolved') return 0;
  const drafts: OutboxDraft[] = [];
  const [people, given] = [await peopleById(tx), await givenSince(tx, hourStart(now))];
  for (const [receiver, rows] of await toldOf(tx, incident)) {
    const flapping = rows.findLast(({ event }) => event === 'flapping' || event === 'steady' || event === 'resolved');
    if (flapping?.event === 'flapping') drafts.push(again(incident, 'steady', flapping, receiver, people, given, now));
  }
  return insertNotices(tx, drafts, now);
}

type People = Map<number, Awaited<ReturnType<typeof tellablePeople>>[number]>;
const peopleById = async (tx: Handle): Promise<People> => new Map((await tellablePeople(tx)).map((person) => [person.id, person]));

/** To the same receiver as an earlier message, at the address and in the language of today. */
function again(incident: IncidentRow, news: string, row: OutboxRow, receiver: string, people: People, given: ReadonlyMap<string, number>, now: number): OutboxDraft {
  const person = row.account_id === null ? undefined : people.get(row.account_id);
  const address = (row.channel_kind === 'sms' ? person?.phone : person?.email) ?? row.address;
  return {
    key: keyOf(incident, news, receiverOf(row), row.channel_kind),
    incidentId: incident.id,
    event: news,
    accountId: row.account_id,
    channelKind: row.channel_kind,
    channelId: row.channel_id,
    address,
    language: person?.language ?? row.language,
    payload: '{}',
    dueAt: dueAtOf({ accountId: row.account_id, quiet: person?.quiet ?? null }, now, given.get(receiver) ?? 0),
  };
}
