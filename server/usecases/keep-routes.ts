/** Adding, changing and removing a route: what it names must exist, and go together. */
import type { AlertRoute, AlertRouteDraft } from '@cac/shared/notices.ts';
import { problem } from '../core/problem.ts';
import { writeAudit } from '../store/accounts.ts';
import { findRoute, insertRoute, removeRoute, updateRoute } from '../store/alert-routes.ts';
import { findChannel } from '../store/channels.ts';
import { tellablePeople } from '../store/notice-people.ts';
import { listProgrammes } from '../store/programme.ts';
import type { Handle, Store } from '../store/store.ts';
import { listAreas } from '../store/territory.ts';

const wrong = (where: string, message: string): Error => problem('route_wrong', message, { where });

async function mustFit(tx: Handle, { target, by, regions, programmes, hours }: AlertRouteDraft): Promise<void> {
  if (target.kind === 'channel') {
    const channel = await findChannel(tx, target.id);
    if (channel === null) throw wrong('target', 'There is no such channel.');
    if (channel.kind !== 'webhook') throw wrong('target', 'People are told by e-mail and SMS: choose a role or a person. Only a webhook is told itself.');
    if (by !== 'webhook') throw wrong('by', 'A webhook is told by webhook.');
  } else if (by === 'webhook') throw wrong('by', 'People are told by e-mail or SMS: for a webhook choose it as the receiver.');
  if (target.kind === 'account' && (await tellablePeople(tx, target.id)).length === 0) throw wrong('target', 'There is no such person, or the account is closed.');
  const known = new Set((await listAreas(tx)).regions.map(({ code }) => code));
  const region = regions.findIndex((one) => !known.has(one));
  if (region !== -1) throw wrong(`regions[${region}]`, `There is no region ${regions[region]}.`);
  const codes = new Set((await listProgrammes(tx)).map(({ code }) => code));
  const programme = programmes.findIndex((one) => !codes.has(one));
  if (programme !== -1) throw wrong(`programmes[${programme}]`, `There is no programme ${programmes[programme]}.`);
  if (hours !== null && hours.from === hours.to) throw wrong('hours', 'Hours that end when they begin are none: leave them out for the whole day.');
}

function shown(route: AlertRoute | null): AlertRouteDraft | null {
  if (route === null) return null;
  const { id: _, author: __, writtenAt: ___, ...draft } = route;
  return draft;
}

async function audit(tx: Handle, who: string, act: string, id: number, before: AlertRoute | null, now: number): Promise<void> {
  const after = await findRoute(tx, id);
  await writeAudit(tx, { at: now, who, act, subject: `route ${id}`, detail: (after ?? before)!.name, before: shown(before), after: shown(after) });
}

export async function addRoute(store: Store, who: string, draft: AlertRouteDraft, now: number): Promise<number> {
  return store.db.transaction().execute(async (tx) => {
    await mustFit(tx, draft);
    const id = await insertRoute(tx, draft, who, now);
    await audit(tx, who, 'add_route', id, null, now);
    return id;
  });
}

export async function changeRoute(store: Store, who: string, id: number, draft: AlertRouteDraft, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const before = await findRoute(tx, id);
    if (before === null) throw problem('not_found', 'There is no such route.');
    await mustFit(tx, draft);
    await updateRoute(tx, id, draft, who, now);
    await audit(tx, who, 'change_route', id, before, now);
  });
}

export async function dropRoute(store: Store, who: string, id: number, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const before = await findRoute(tx, id);
    if (before === null) throw problem('not_found', 'There is no such route.');
    await removeRoute(tx, id, now);
    await audit(tx, who, 'remove_route', id, before, now);
  });
}
