/**
 * Kills a postman again and again while its messages go out to a real relay and a real endpoint, and counts: what was received, how often, under which
 * id; and after each kill which received messages the database does not know as sent. Only those may come twice.
 */
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageIdOf } from '@cac/server/usecases/post-notices.ts';
import { insertNotices, type OutboxDraft } from '@cac/server/store/outbox.ts';
import { openStore } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { databases } from '../databases.ts';
import { ADMIN, siteDraft, T0 } from '../fixtures.ts';
import { putIncident } from '../incident-fixture.ts';
import { addPerson, addRelay, addWebhook, startEndpoint, startRelay } from '../notices/notice-fixture.ts';
import { ROOT } from '../running-server.ts';

export interface OutboxScale {
  webhooks: number;
  letters: number;
  kills: number;
  parallel: number;
}

export interface OutboxCount {
  notices: number;
  kills: number;
  /** Messages that were never received. */
  missing: number;
  duplicates: number;
  /** Messages received whose row was not closed, summed over the kills. */
  between: number;
  /** Kills that left at least one such message. */
  killsBetween: number;
  /** Received under an id that no row has. */
  strange: number;
  /** Rows of a receiver that arrived before an elder of the same receiver. */
  disorder: number;
  unsent: number;
}

const RECEIVERS = 10;
let bundles = 0;

/** In one file: each life begins in a fraction of a second. */
async function bundled(name: string): Promise<string> {
  const outfile = join(ROOT, 'server', 'dist', `${name}-${process.pid}-${(bundles += 1)}.mjs`);
  await build({
    entryPoints: [join(ROOT, 'test', 'kills', 'outbox-process.ts')], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'error',
    // Read as one file, packages and all but those with native code: half of a life is its start.
    external: ['better-sqlite3', 'pg'],
  });
  return outfile;
}

export async function killPostman({ webhooks, letters, kills, parallel }: OutboxScale): Promise<OutboxCount> {
  const kept = await databases[0]!.open();
  const { store, dataDir } = kept;
  const [endpoint, relay, script] = [await startEndpoint(), await startRelay(), await bundled('outbox-process')];
  await addSites(store, ADMIN, [siteDraft('RAB-1')], { many: false, demo: false }, T0);
  await addRelay(store.db, relay.port);
  const incident = await putIncident(store.db, { members: ['RAB-1'] });
  const hooks: number[] = [];
  for (let i = 0; i < RECEIVERS; i += 1) hooks.push(await addWebhook(store.db, `${endpoint.url}/${i}`));
  const nadia = await addPerson(store.db, 'nadia');
  const row = (n: number): OutboxDraft => ({ key: `hook-${n}`, incidentId: incident, event: 'opened', accountId: null, channelKind: 'webhook', channelId: hooks[n % RECEIVERS]!, address: `channel:${hooks[n % RECEIVERS]}`, language: 'fr', payload: '{}', dueAt: T0 });
  const letter = (n: number): OutboxDraft => ({ key: `letter-${n}`, incidentId: null, event: 'invitation', accountId: nadia, channelKind: 'email', channelId: null, address: `p${n}@example.org`, language: 'fr', payload: JSON.stringify({ url: 'https://constat.example/x', expiresAt: T0, name: 'x' }), dueAt: T0 });
  const drafts = Array.from({ length: webhooks + letters }, (_, i) => (i < webhooks ? row(i) : letter(i)));
  // Mails among the posts, as they come.
  drafts.sort((a, b) => messageIdOf([a.key]).localeCompare(messageIdOf([b.key])));
  await insertNotices(store.db, drafts, T0);
  await store.close();

  const received = new Map<string, number>();
  const orders = new Map<string, string[]>();
  let thisLife = new Set<string>();
  let onReceipt: (answered: boolean) => void = () => {};
  const take = (id: string, receiver: string): void => {
    const before = received.get(id) ?? 0;
    received.set(id, before + 1);
    if (before === 0) orders.set(receiver, [...(orders.get(receiver) ?? []), id]);
    thisLife.add(id);
  };
  endpoint.handle = (request, answer) => {
    take(String(request.headers['idempotency-key']), request.url!);
    onReceipt(false);
    answer.end('ok', () => onReceipt(true));
  };
  const mails = setInterval(() => {
    for (const { messageId } of relay.received.splice(0)) {
      take(messageId.replace(/^<|@.*$/g, ''), 'mail');
      onReceipt(true);
    }
  }, 1);

  const start = (): ChildProcess => spawn(process.execPath, [script, dataDir, String(parallel)], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const count: OutboxCount = { notices: drafts.length, kills: 0, missing: 0, duplicates: 0, between: 0, killsBetween: 0, strange: 0, disorder: 0, unsent: 0 };
  const idOfKey = new Map(drafts.map(({ key }) => [messageIdOf([key]), key]));
  const each = Math.max(1, Math.floor((drafts.length * 0.85) / kills));
  while (count.kills < kills) {
    const child = start();
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    // After some receipts: before the answer, right after it, or a moment later, so that every place is met.
    let left = 1 + Math.floor(Math.random() * each * 2);
    const place = Math.floor(Math.random() * 3);
    const limit = setTimeout(() => child.kill('SIGKILL'), 20_000);
    onReceipt = (answered) => {
      if (!answered) left -= 1;
      if (left > 0 || (place > 0 && !answered)) return;
      if (place === 2) setTimeout(() => child.kill('SIGKILL'), Math.random() * 4);
      else child.kill('SIGKILL');
    };
    await gone;
    clearTimeout(limit);
    onReceipt = () => {};
    count.kills += 1;
    // What was on its way to the relay when the process died still arrives.
    await new Promise((next) => setTimeout(next, 5));
    const db = new Database(join(dataDir, 'cac.sqlite'));
    const sent = db.prepare("select count(*) as n from outbox where key = ? and state = 'sent'");
    const open = [...thisLife].filter((id) => idOfKey.has(id) && (sent.get(idOfKey.get(id)) as { n: number }).n === 0).length;
    db.close();
    count.between += open;
    if (open > 0) count.killsBetween += 1;
    thisLife = new Set();
  }
  const last = start();
  for (let i = 0; i < 600 && received.size < drafts.length; i += 1) await new Promise((next) => setTimeout(next, 100));
  await new Promise((next) => setTimeout(next, 500));
  last.kill('SIGTERM');
  await new Promise<void>((done) => last.once('exit', () => done()));
  clearInterval(mails);
  await endpoint.stop();
  await relay.stop();
  rmSync(script, { force: true });
  count.missing = [...idOfKey.keys()].filter((id) => !received.has(id)).length;
  count.strange = [...received.keys()].filter((id) => !idOfKey.has(id)).length;
  for (const n of received.values()) count.duplicates += n - 1;
  const place = new Map(drafts.map(({ key }, i) => [messageIdOf([key]), i]));
  for (const [receiver, ids] of orders) if (receiver !== 'mail') count.disorder += ids.filter((id, i) => i > 0 && place.get(id)! < place.get(ids[i - 1]!)!).length;
  const reopened = await openStore({ dataDir });
  count.unsent = Number((await reopened.db.selectFrom('outbox').select((eb) => eb.fn.countAll<number>().as('n')).where('state', '<>', 'sent').executeTakeFirstOrThrow()).n);
  await reopened.close();
  rmSync(dataDir, { recursive: true, force: true });
  return count;
}
