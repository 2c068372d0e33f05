import * as assert from 'uvu/assert';
import type { FleetSnapshot, SiteEvent } from '@cac/shared/api.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { openStore } from '@cac/server/store/store.ts';
import { siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';
import { createLive } from '@cac/server/http/live.ts';
import { databases, temporaryDir } from '../../databases.ts';

const test = suite('the live stream');
let server: TestServer;
const dataDir = temporaryDir('live');

test.before(async () => {
  const store = await openStore({ dataDir });
  await createAccount(store, { name: 'nord', role: 'viewer', scope: { kind: 'regions', regions: ['MA-01'] as never }, password: PASSWORD, mustChange: false }, T0);
  await store.close();
  server = await startTestServer({ dataDir });
});
test.after(() => server.end());

interface Reader {
  events: { id: number; name: string; data: SiteEvent }[];
  ended: boolean;
  close(): void;
}

async function listen(cookie: string, query = '', headers: Record<string, string> = {}): Promise<Reader> {
  const stop = new AbortController();
  const answer = await fetch(`${server.base}/api/v1/events${query}`, { headers: { cookie, ...headers }, signal: stop.signal });
  assert.is(answer.status, 200);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader: Reader = { events: [], ended: false, close: () => stop.abort() };
  const read = async (): Promise<void> => {
    let text = '';
    for await (const chunk of answer.body!) {
      text += Buffer.from(chunk).toString();
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, id, name, data] = /id: (\d+)\nevent: (\w+)\ndata: (.*)/.exec(block) ?? [];
        if (id) reader.events.push({ id: Number(id), name: name!, data: JSON.parse(data!) as SiteEvent });
      }
    }
  };
  void read().catch(() => {}).finally(() => (reader.ended = true));
  return reader;
}
const add = (id: string, region = 'MA-04') => json(server, '/api/v1/sites', siteDraft(id, { region, province: null } as never));
const heard = (reader: Reader): string[] => reader.events.map((e) => e.data.site ?? e.name);

test('tells what happened since the snapshot, then what happens, each once and in order', async () => {
  await add('L-1');
  const cookie = await server.signIn();
  const snapshot = await json<FleetSnapshot>(server, '/api/v1/fleet');
  assert.ok(snapshot.columns.id.includes('L-1'));
  await add('L-2');
  const reader = await listen(cookie, `?since=${snapshot.cursor}`);
  await add('L-3');
  await until('both are told', () => reader.events.length >= 2);
  assert.equal(heard(reader), ['L-2', 'L-3']);
  reader.close();
  const again = await listen(cookie, '', { 'last-event-id': String(reader.events[0]!.id) });
  await until('the rest is told', () => again.events.length >= 1);
  assert.equal(heard(again), ['L-3']);
  again.close();
});

test('a cursor that this log cannot serve is answered with reset', async () => {
  const reader = await listen(await server.signIn(), '?since=999999999');
  await until('reset', () => reader.events.length > 0);
  assert.is(reader.events[0]!.name, 'reset');
  reader.close();
});

test('nothing of another region is told', async () => {
  const reader = await listen(await server.signIn('nord'), '?since=0');
  await add('O-1', 'MA-06');
  await add('N-1', 'MA-01');
  await until('the own one is told', () => reader.events.length > 0);
  assert.equal(heard(reader), ['N-1']);
  reader.close();
});

test('a stream ends within five seconds of signing out', async () => {
  const cookie = await server.signIn();
  const reader = await listen(cookie);
  await fetch(`${server.base}/api/v1/session`, { method: 'DELETE', headers: { cookie } });
  await until('it ends', () => reader.ended, 5_000);
});

test('one account may open a bounded number of streams', async () => {
  const cookie = await server.signIn('nord');
  const readers = await Promise.all(Array.from({ length: 20 }, () => listen(cookie)));
  const refused = await fetch(`${server.base}/api/v1/events`, { headers: { cookie } });
  assert.equal([refused.status, ((await refused.json()) as { error: { code: string } }).error.code], [429, 'too_many_streams']);
  for (const reader of readers) reader.close();
});

test('asking for the head of a stream opens none', async () => {
  const cookie = await server.signIn();
  for (let i = 0; i < 25; i += 1) assert.is((await fetch(`${server.base}/api/v1/events`, { method: 'HEAD', headers: { cookie } })).status, 200);
  const reader = await listen(cookie);
  reader.close();
});

test('a stream that could not be opened for want of the database is not counted as open', async () => {
  const opened = await databases[0]!.open();
  const live = createLive(opened.store, () => T0, () => {});
  await opened.store.db.destroy();
  for (let i = 0; i < 3; i += 1) assert.ok(await live.open({ id: 1, scope: { kind: 'all' } } as never, 'token', null).then(() => false, () => true));
  assert.is(live.streams(), 0);
  await opened.close().catch(() => {});
});

test.run();
