/** From the outbox to a real relay and a real endpoint: order, joining, provider's answers, leases, two postmen, hours without a relay. */
import * as assert from 'uvu/assert';
import { claimFrom, dueHeads, insertNotices, type OutboxDraft } from '@cac/server/store/outbox.ts';
import type { Store } from '@cac/server/store/store.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { announce } from '@cac/server/usecases/announce.ts';
import { messageIdOf } from '@cac/server/usecases/post-notices.ts';
import { databases, type TestStore } from '../databases.ts';
import { ADMIN, siteDraft, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { putIncident } from '../incident-fixture.ts';
import { addPerson, addRelay, addWebhook, clockAt, startEndpoint, startRelay, testPostman, type Relay } from './notice-fixture.ts';

const test = suite('the postman');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function begin(open: () => Promise<TestStore>): Promise<{ kept: TestStore; store: Store; relay: Relay; nadia: number }> {
  const kept = await open();
  const { store } = kept;
  await addSites(store, ADMIN, [siteDraft('RAB-1', { name: 'Centre\u202E de <Rabat>' }), siteDraft('RAB-2')], { many: true, demo: false }, T0);
  const relay = await startRelay();
  await addRelay(store.db, relay.port);
  const nadia = await addPerson(store.db, 'nadia');
  return { kept, store, relay, nadia };
}

const tell = (store: Store, id: number, news: Parameters<typeof announce>[2], now: number) => store.db.transaction().execute((tx) => announce(tx, id, news, now));
const states = async (store: Store) => (await store.db.selectFrom('outbox').select(['event', 'state', 'attempts', 'answer', 'due_at', 'payload']).orderBy('id').execute());
const draft = (n: number, over: Partial<OutboxDraft> = {}): OutboxDraft => ({ key: `k${n}`, incidentId: null, event: 'opened', accountId: null, channelKind: 'webhook', channelId: 1, address: 'channel:1', language: 'fr', payload: '{}', dueAt: T0, ...over });

for (const database of databases) {
  const on = (name: string, body: () => Promise<void>): void => test.needs(database.missing, `${database.name}: ${name}`, body);

  on('an alert arrives as text and HTML, with its answer kept and one Message-ID', async () => {
    const { kept, store, relay } = await begin(database.open);
    const clock = clockAt();
    const postman = testPostman(store, clock);
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await postman.round();
    assert.is(relay.received.length, 1);
    const { mail, to, raw } = relay.received[0]!;
    assert.equal(to, ['nadia@example.org']);
    assert.is(mail.subject, 'Site hors ligne : Centre de <Rabat>');
    assert.match(mail.text!, /rien n’explique encore/);
    assert.match(mail.html!, /Centre de &lt;Rabat&gt;/);
    assert.match(raw, /^Auto-Submitted: auto-generated/m);
    const [row] = await states(store);
    assert.equal([row!.state, row!.attempts], ['sent', 1]);
    assert.match(row!.answer!, /^250/);
    await postman.round();
    assert.is(relay.received.length, 1);
    assert.equal(postman.failures, []);
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('a name with line ends in it reaches a real relay as plain words, and nobody else (E-10)', async () => {
    const { kept, store, relay } = await begin(database.open);
    await store.db.updateTable('sites').set({ name: 'x\r\nBcc: all@example.org\r\n\r\n<script>y</script>', duty_phone: '1\r\nBcc: b@example.org' }).where('id', '=', 'RAB-1').execute();
    const postman = testPostman(store, clockAt());
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await postman.round();
    const [{ mail, raw, to }] = relay.received as [(typeof relay.received)[0]];
    assert.equal([to, mail.bcc ?? [], mail.headers.filter(({ key }) => key === 'bcc').length], [['nadia@example.org'], [], 0]);
    assert.not.match(raw, /^Bcc:/im);
    assert.is(mail.subject, 'Site hors ligne : x Bcc: all@example.org <script>y</script>');
    assert.not.match(mail.html!, /<script/);
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('six hours without a relay: all that is due arrives, what recovered meanwhile in a line, in order, one mail a person (E-06, must show 4)', async () => {
    const { kept, store, relay } = await begin(database.open);
    await addPerson(store.db, 'omar');
    const clock = clockAt();
    const postman = testPostman(store, clock);
    const { port } = relay;
    await relay.stop();
    const incidents = [await putIncident(store.db, { members: ['RAB-1'] }), await putIncident(store.db, { members: ['RAB-2'], kind: 'internet_down' }), await putIncident(store.db, { members: ['RAB-1'], kind: 'did_not_open' })];
    for (const id of incidents) {
      await tell(store, id, 'opened', clock.at);
      await postman.round();
      clock.at += 20 * MINUTE;
    }
    await store.db.updateTable('incidents').set({ state: 'resolved', resolved_at: clock.at, end_at: clock.at - 3 * MINUTE }).where('id', '=', incidents[1]!).execute();
    await tell(store, incidents[1]!, 'resolved', clock.at);
    for (; clock.at < T0 + 6 * HOUR; clock.at += 10 * MINUTE) await postman.round();
    assert.ok((await states(store)).every(({ state }) => state === 'queued'));
    const back = await startRelay(port);
    for (; back.received.length < 2 && clock.at < T0 + 7 * HOUR; clock.at += 5 * MINUTE) await postman.round();
    assert.equal(back.received.map(({ to }) => to[0]).toSorted(), ['nadia@example.org', 'omar@example.org']);
    for (const { mail } of back.received) {
      assert.is(mail.subject, '3 alertes (rétablies : 1)');
      const lines = mail.text!.split('\n').filter((line) => line.startsWith('- '));
      assert.equal(lines.map((line) => line.split(' : ')[0]), ['- Site hors ligne', '- Internet coupé', '- Aucun PC vu depuis l’ouverture']);
      assert.match(lines[1]!, /rétabli$/);
    }
    assert.ok((await states(store)).every(({ state }) => state === 'sent'));
    await postman.stop();
    await back.stop();
    await kept.close();
  });

  on('421 is tried again, 550 is final and shown (E-06)', async () => {
    const { kept, store, relay } = await begin(database.open);
    const clock = clockAt();
    const postman = testPostman(store, clock);
    relay.greeting = { code: 421, text: 'too busy' };
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await postman.round();
    const [first] = await states(store);
    assert.equal([first!.state, first!.attempts], ['queued', 1]);
    assert.match(first!.answer!, /421/);
    relay.greeting = null;
    relay.answer = { code: 550, text: 'no such mailbox' };
    clock.at += 16 * MINUTE;
    await postman.round();
    const [second] = await states(store);
    assert.is(second!.state, 'failed');
    assert.match(second!.answer!, /550.*no such mailbox/);
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('a relay that dies after DATA may have it: sent again with the same Message-ID, joined with nothing (E-05, E-06)', async () => {
    const { kept, store, relay } = await begin(database.open);
    const clock = clockAt();
    const postman = testPostman(store, clock);
    relay.answer = 'drop';
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await postman.round();
    assert.equal((await states(store)).map(({ state }) => state), ['queued']);
    relay.answer = null;
    await tell(store, await putIncident(store.db, { members: ['RAB-2'] }), 'opened', T0);
    clock.at += 16 * MINUTE;
    await postman.round();
    const ids = relay.received.map(({ messageId }) => messageId);
    assert.is(ids.length, 3);
    assert.is(ids[0], ids[1]);
    assert.is.not(ids[2], ids[0]);
    assert.ok(relay.received.every(({ mail }) => !mail.subject!.includes('alertes')));
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('a day without success ends it; by hand it begins anew', async () => {
    const { kept, store, relay } = await begin(database.open);
    const clock = clockAt();
    const postman = testPostman(store, clock);
    relay.greeting = { code: 421, text: 'busy' };
    await tell(store, await putIncident(store.db, { members: ['RAB-1'] }), 'opened', T0);
    await postman.round();
    clock.at += 24 * HOUR;
    await postman.round();
    assert.equal((await states(store)).map(({ state }) => state), ['failed']);
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('a letter’s link does not stay in a closed row, and waits behind nothing', async () => {
    const { kept, store, relay, nadia } = await begin(database.open);
    const clock = clockAt();
    const postman = testPostman(store, clock);
    await insertNotices(store.db, [
      draft(1, { key: 'later', accountId: nadia, channelKind: 'email', channelId: null, address: 'nadia@example.org', dueAt: T0 + HOUR }),
      draft(2, { key: 'letter', event: 'password_reset', accountId: nadia, channelKind: 'email', channelId: null, address: 'nadia@example.org', payload: JSON.stringify({ url: 'https://constat.example/sign-in#link=SECRET', expiresAt: T0, name: 'Nadia' }) }),
    ], T0);
    await postman.round();
    assert.is(relay.received.length, 1);
    assert.match(relay.received[0]!.mail.text!, /link=SECRET/);
    assert.not.ok((await states(store)).some(({ payload }) => payload.includes('SECRET')));
    await postman.stop();
    await relay.stop();
    await kept.close();
  });

  on('two postmen on one database: each message once, each receiver’s in order (E-09)', async () => {
    const { kept, store, relay } = await begin(database.open);
    const endpoint = await startEndpoint();
    const hooks = [await addWebhook(store.db, `${endpoint.url}/a`), await addWebhook(store.db, `${endpoint.url}/b`), await addWebhook(store.db, `${endpoint.url}/c`)];
    const incident = await putIncident(store.db, { members: ['RAB-1'] });
    const drafts = Array.from({ length: 90 }, (_, i) => draft(i, { incidentId: incident, channelId: hooks[i % 3]!, address: `channel:${hooks[i % 3]}` }));
    await insertNotices(store.db, drafts, T0);
    const clock = clockAt();
    const other = database.name === 'PostgreSQL' ? await (await import('@cac/server/store/store.ts')).openStore({ dataDir: kept.dataDir, databaseUrl: kept.databaseUrl }) : store;
    const [one, two] = [testPostman(store, clock), testPostman(other, clock)];
    for (let i = 0; i < 5; i += 1) await Promise.all([one.round(), two.round()]);
    const keys = endpoint.calls.map(({ headers }) => headers['idempotency-key']);
    assert.is(keys.length, 90);
    assert.is(new Set(keys).size, 90);
    for (const [i, path] of ['/a', '/b', '/c'].entries()) {
      const expected = drafts.filter((_, n) => n % 3 === i).map(({ key }) => messageIdOf([key]));
      assert.equal(endpoint.calls.filter((call) => call.path === path).map(({ headers }) => headers['idempotency-key']), expected, path);
    }
    assert.equal([...one.failures, ...two.failures], []);
    await one.stop();
    await two.stop();
    if (other !== store) await other.close();
    await endpoint.stop();
    await relay.stop();
    await kept.close();
  });

  on('of two that claim the same, one has it; a lease that ran out is taken over with the same id', async () => {
    const { kept, store, relay } = await begin(database.open);
    await insertNotices(store.db, [draft(1), draft(2)], T0);
    const [head] = await dueHeads(store.db, T0, 10);
    const both = await Promise.all([claimFrom(store, head!, 'one', messageIdOf, T0), claimFrom(store, head!, 'two', messageIdOf, T0)]);
    assert.is(both.filter((rows) => rows !== null).length, 1);
    assert.equal(await dueHeads(store.db, T0 + MINUTE, 10), []);
    const [again] = await dueHeads(store.db, T0 + 2 * MINUTE, 10);
    assert.is(again!.key, 'k1');
    const rows = await claimFrom(store, again!, 'three', messageIdOf, T0 + 2 * MINUTE);
    assert.is(rows![0]!.claim, `${messageIdOf(['k1'])} three`);
    await relay.stop();
    await kept.close();
  });
}

test.after(() => Promise.all(databases.map((database) => database.stop())).then(() => {}));
test.run();
