/** People and their sessions, through the doors: invited, changed, disabled, reset; what ends then, and what is written down. */
import * as assert from 'uvu/assert';
import type { List, Session, Site } from '@cac/shared/api.ts';
import type { AccountLink, AuditLine, OpenSession, Person } from '@cac/shared/people.ts';
import { siteDraft } from '../../fixtures.ts';
import { databases } from '../../databases.ts';
import { suite } from '../../harness.ts';
import { addRelay, startRelay, type Relay } from '../../notices/notice-fixture.ts';
import { json, PASSWORD, startTestServer, type TestServer } from '../../running-server.ts';
import { until } from '../../until.ts';

for (const database of databases) {
  const test = suite(`people and their sessions, on ${database.name}`);
  let server: TestServer;
  let relay: Relay;
  const missing = database.missing;

  test.before(async () => {
    if (missing !== null) return;
    const { store, dataDir, databaseUrl } = await database.open();
    relay = await startRelay();
    await addRelay(store.db, relay.port);
    await store.close();
    server = await startTestServer({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
    await json(server, '/api/v1/sites', siteDraft('RAB-1'));
    await json(server, '/api/v1/sites', siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, lat: 33.59, lon: -7.62 }));
  });
  test.after(async () => {
    await server?.end();
    await relay?.stop();
    await database.stop();
  });

  const PROFILE = { fullName: 'Nadia El Amrani', email: null, phone: null, language: 'fr', quiet: null };
  const draft = (name: string, over: object = {}) => ({ name, role: 'viewer', scope: { kind: 'regions', regions: ['MA-04'] }, ...PROFILE, ...over });
  const edit = ({ role, scope, disabled, fullName, email, phone, language, quiet }: Person, over: object = {}) => ({ role, scope, disabled, fullName, email, phone, language, quiet, ...over });
  const send = (method: string, path: string, body?: unknown, cookie?: string) =>
    server.api(path, { method, ...(body === undefined ? { headers: { ...(cookie ? { cookie } : {}), 'content-type': 'application/json' } } : { body: JSON.stringify(body), ...(cookie ? { headers: { cookie } } : {}) }) });
  const stranger = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(server.base + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const refusal = async (answer: Response): Promise<[number, string]> => [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
  const tokenOf = ({ url }: AccountLink): string => /\/sign-in#link=([\w-]{43})$/.exec(url)![1]!;
  const redeem = (link: AccountLink | string, password = PASSWORD) => stranger('/api/v1/password-links/redeem', { token: typeof link === 'string' ? link : tokenOf(link), password });
  const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;
  const statusOf = async (cookie: string, path = '/api/v1/session') => (await fetch(server.base + path, { headers: { cookie } })).status;
  const audit = async (query: string) => (await json<List<AuditLine>>(server, `/api/v1/audit?${query}`)).items;
  const listen = async (cookie: string): Promise<{ text: string; ended: boolean }> => {
    const answer = await fetch(`${server.base}/api/v1/events`, { headers: { cookie } });
    const heard = { text: '', ended: false };
    const read = async (): Promise<void> => {
      for await (const piece of answer.body!) heard.text += Buffer.from(piece).toString();
    };
    void read().catch(() => {}).finally(() => (heard.ended = true));
    return heard;
  };
  /** Invited, and in. */
  const join = async (name: string, over: object = {}): Promise<{ person: Person; cookie: string }> => {
    const link = await json<AccountLink>(server, '/api/v1/accounts', draft(name, over));
    return { person: link.person, cookie: cookieOf(await redeem(link)) };
  };
  const it = (name: string, body: () => Promise<void>): void => test.needs(missing, name, body);

  it('an invited person chooses the password, is signed in, and sees the own region only; the link opens once', async () => {
    const link = await json<AccountLink>(server, '/api/v1/accounts', draft('nadia'));
    assert.equal([link.person.invited, link.mailed, link.person.lastSeenAt], [true, false, null]);
    assert.equal(await refusal(await stranger('/api/v1/session', { name: 'nadia', password: '' })), [401, 'sign_in_refused'], 'no password opens an account that has none');
    assert.equal(await refusal(await redeem(link, 'too short')), [400, 'bad_field']);
    const opened = await redeem(link);
    assert.is(opened.status, 200);
    assert.is(((await opened.json()) as Session).name, 'nadia');
    const sites = (await (await fetch(`${server.base}/api/v1/sites`, { headers: { cookie: cookieOf(opened) } })).json()) as List<Site>;
    assert.equal(sites.items.map(({ id }) => id), ['RAB-1']);
    const again = await redeem(link, 'another password, chosen later');
    const unknown = await redeem('x'.repeat(43));
    const bodies = (await Promise.all([again.json(), unknown.json()])) as { error: Record<string, string> }[];
    assert.equal([again.status, unknown.status], [401, 401]);
    assert.equal(...(bodies.map(({ error }) => ({ ...error, requestId: '' })) as [object, object]), 'used is answered like unknown');
    assert.is((await server.signIn('nadia')) !== '', true);
    const person = await json<Person>(server, `/api/v1/accounts/${link.person.id}`);
    assert.equal([person.invited, person.lastSeenAt !== null], [false, true]);
  });

  it('where the server sends mail the link arrives in a real box, and opens', async () => {
    const { mailed } = await json<AccountLink>(server, '/api/v1/accounts', draft('postal', { email: 'postal@example.ma', language: 'ar' }));
    assert.is(mailed, true);
    await until('the letter arrives', () => relay.received.some(({ to }) => to.includes('postal@example.ma')), 15_000);
    const { mail } = relay.received.find(({ to }) => to.includes('postal@example.ma'))!;
    const [, token] = /#link=([\w-]{43})/.exec(mail.text ?? '') ?? [];
    assert.is((await redeem(token!)).status, 200);
  });

  it('of many who hold one link at once, one is let in', async () => {
    const link = await json<AccountLink>(server, '/api/v1/accounts', draft('hamid'));
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => redeem(link, `a password of guest ${i}`)));
    assert.equal(answers.map(({ status }) => status).toSorted(), [200, 401, 401, 401, 401, 401]);
  });

  it('only administrators see accounts and what was done; a name is given once; what does not fit is refused by its field (F-14)', async () => {
    for (const role of ['coordinator', 'operator', 'viewer']) {
      const { cookie } = await join(`only-${role}`, { role });
      for (const [method, path] of [['GET', '/api/v1/accounts'], ['GET', '/api/v1/accounts/1'], ['PUT', '/api/v1/accounts/1'], ['POST', '/api/v1/accounts'], ['POST', '/api/v1/accounts/1/link'], ['GET', '/api/v1/accounts/1/sessions'], ['DELETE', '/api/v1/accounts/1/sessions'], ['GET', '/api/v1/audit'], ['GET', '/api/v1/audit?format=csv']] as const) {
        assert.equal(await refusal(await send(method, path, method === 'GET' || method === 'DELETE' ? undefined : {}, cookie)), [403, 'role_forbidden'], `${role} ${method} ${path}`);
      }
    }
    const wrong: [object, number, string][] = [
      [draft('nadia'), 409, 'account_exists'],
      [draft('Two Words'), 400, 'bad_field'],
      [draft('karim', { role: 'administrator' }), 400, 'administrator_scope'],
      [draft('karim', { scope: { kind: 'regions', regions: [] } }), 400, 'regions_missing'],
      [draft('karim', { scope: { kind: 'regions', regions: ['MA-99'] } }), 400, 'bad_field'],
      [draft('karim', { scope: { kind: 'regions', regions: ['MA-04'], all: true } }), 400, 'unknown_field'],
      [draft('karim', { email: 'Karim <k@x.ma>' }), 400, 'bad_field'],
      [draft('karim', { email: 'k@x.ma\nBcc: all@x.ma' }), 400, 'bad_field'],
      [draft('karim', { phone: '0600' }), 400, 'bad_field'],
      [draft('karim', { quiet: { from: 0, to: 1440 } }), 400, 'bad_field'],
      [draft('karim', { passwordHash: 'x' }), 400, 'unknown_field'],
      [draft('karim', { mustChange: false }), 400, 'unknown_field'],
    ];
    for (const [body, status, code] of wrong) assert.equal(await refusal(await send('POST', '/api/v1/accounts', body)), [status, code], JSON.stringify(body));
    const { cookie } = await join('karim');
    assert.equal(await refusal(await send('PUT', '/api/v1/profile', { ...PROFILE, role: 'administrator' }, cookie)), [400, 'unknown_field']);
    assert.equal(await refusal(await send('PUT', '/api/v1/accounts/999999', edit((await json<Person>(server, '/api/v1/profile')) as Person))), [404, 'not_found']);
  });

  it('F-02 another region is in force on the next request, and the live stream is cut', async () => {
    const { person, cookie } = await join('amine');
    const ids = async () => ((await (await fetch(`${server.base}/api/v1/sites`, { headers: { cookie } })).json()) as List<Site>).items.map(({ id }) => id);
    assert.equal(await ids(), ['RAB-1']);
    const stream = await listen(cookie);
    assert.is((await send('PUT', `/api/v1/accounts/${person.id}`, edit(person, { scope: { kind: 'regions', regions: ['MA-06'] } }))).status, 200);
    assert.equal(await ids(), ['CAS-1']);
    await until('the stream is cut', () => stream.ended, 1_000);
    assert.match(stream.text, /event: reset\n/, 'a page that shows the old region takes a new snapshot');
    const second = await listen(cookie);
    assert.is((await send('PUT', `/api/v1/accounts/${person.id}`, edit(person, { scope: { kind: 'regions', regions: ['MA-06'] }, role: 'operator' }))).status, 200);
    await until('another role cuts it too', () => second.ended, 1_000);
  });

  it('F-08 F-16 who is disabled is out everywhere at once: sessions, streams, links, password', async () => {
    const { person, cookie } = await join('salma');
    const link = await json<AccountLink>(server, '/api/v1/accounts', draft('salma-2'));
    const stream = await listen(cookie);
    assert.is((await send('PUT', `/api/v1/accounts/${person.id}`, edit(person, { disabled: true }))).status, 200);
    assert.is(await statusOf(cookie), 401);
    await until('the stream is cut', () => stream.ended, 1_000);
    assert.equal(await refusal(await stranger('/api/v1/session', { name: 'salma', password: PASSWORD })), [401, 'sign_in_refused']);
    assert.equal(await refusal(await send('POST', `/api/v1/accounts/${person.id}/link`, {})), [409, 'account_disabled']);
    await send('PUT', `/api/v1/accounts/${link.person.id}`, edit(link.person, { disabled: true }));
    assert.equal(await refusal(await redeem(link)), [401, 'link_refused']);
    await send('PUT', `/api/v1/accounts/${person.id}`, edit(person));
    assert.is(await statusOf(cookie), 401, 'enabling opens no old session');
    assert.is((await stranger('/api/v1/session', { name: 'salma', password: PASSWORD })).status, 200);
    const acts = (await audit('subject=salma')).map(({ act }) => act);
    assert.equal(acts.filter((act) => act !== 'sign_in'), ['enable_account', 'disable_account', 'choose_password', 'invite_account']);
  });

  it('F-08 a reset ends every session and the old password; its link ends those that came since', async () => {
    const { person, cookie } = await join('youssef');
    const first = await json<AccountLink>(server, `/api/v1/accounts/${person.id}/link`, {});
    assert.is(await statusOf(cookie), 401);
    assert.equal(await refusal(await stranger('/api/v1/session', { name: 'youssef', password: PASSWORD })), [401, 'sign_in_refused']);
    const second = await json<AccountLink>(server, `/api/v1/accounts/${person.id}/link`, {});
    assert.equal(await refusal(await redeem(first)), [401, 'link_refused'], 'a newer link closes the older');
    const inside = cookieOf(await redeem(second, 'a better password'));
    assert.is(await statusOf(inside), 200);
    assert.is((await stranger('/api/v1/session', { name: 'youssef', password: 'a better password' })).status, 200);
    const own = await json<Person>(server, '/api/v1/profile');
    assert.equal(await refusal(await send('POST', `/api/v1/accounts/${own.id}/link`, {})), [409, 'own_account']);
  });

  it('F-08 a session that a stranger chose is never taken over, and one that ended opens nothing', async () => {
    await join('fixed');
    const planted = `cac_session=${'A'.repeat(43)}`;
    const answer = await stranger('/api/v1/session', { name: 'fixed', password: PASSWORD }, { cookie: planted });
    assert.is(answer.status, 200);
    assert.is.not(cookieOf(answer), planted);
    assert.is(await statusOf(planted), 401);
    const [here, there] = [cookieOf(answer), await server.signIn('fixed')];
    assert.is((await send('POST', '/api/v1/password', { current: PASSWORD, next: 'my own new password' }, here)).status, 204);
    assert.equal([await statusOf(here), await statusOf(there)], [200, 401]);
    assert.is((await send('DELETE', '/api/v1/session', undefined, here)).status, 204);
    assert.is(await statusOf(here), 401);
  });

  it('the last administrator who can sign in is neither disabled nor demoted', async () => {
    const own = await json<Person>(server, '/api/v1/profile');
    assert.equal(await refusal(await send('PUT', `/api/v1/accounts/${own.id}`, edit(own, { disabled: true }))), [409, 'last_administrator']);
    const link = await json<AccountLink>(server, '/api/v1/accounts', draft('deputy', { role: 'administrator', scope: { kind: 'all' } }));
    assert.equal(await refusal(await send('PUT', `/api/v1/accounts/${own.id}`, edit(own, { role: 'viewer' }))), [409, 'last_administrator'], 'an invited one cannot sign in yet');
    const deputy = cookieOf(await redeem(link));
    const both = await Promise.all([
      send('PUT', `/api/v1/accounts/${own.id}`, edit(own, { role: 'viewer' }), deputy),
      send('PUT', `/api/v1/accounts/${link.person.id}`, edit(link.person, { role: 'viewer' })),
    ]);
    const statuses = both.map(({ status }) => status);
    assert.ok(statuses.filter((status) => status === 200).length === 1, `one of two who demote each other: ${statuses.join()}`);
    if (statuses[0] === 200) await send('PUT', `/api/v1/accounts/${own.id}`, edit(own), deputy);
    assert.is((await json<Person>(server, '/api/v1/profile')).role, 'administrator');
  });

  it('sessions are listed by a name that opens nothing, and ended one by one or all others (F-01)', async () => {
    const { person, cookie } = await join('leila');
    const agent = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
    const others = await Promise.all([1, 2, 3].map(async () => cookieOf(await stranger('/api/v1/session', { name: 'leila', password: PASSWORD }, agent))));
    const list = async (path = '/api/v1/sessions') => ((await (await fetch(server.base + path, { headers: { cookie } })).json()) as List<OpenSession>).items;
    const open = await list();
    assert.equal([open.length, open.filter(({ own }) => own).length], [4, 1]);
    assert.equal(open.find(({ own }) => !own)!.browser, 'Firefox 128 · Linux');
    assert.match(open[0]!.address, /127\.0\.0\.1|::1/);
    assert.match(open[0]!.id, /^[0-9a-f]{16}$/);
    assert.is(await statusOf(`cac_session=${open[0]!.id}`), 401);
    const foreign = (await json<List<OpenSession>>(server, '/api/v1/sessions')).items[0]!.id;
    const made = await send('DELETE', '/api/v1/sessions/0123456789abcdef', undefined, cookie);
    const theirs = await send('DELETE', `/api/v1/sessions/${foreign}`, undefined, cookie);
    assert.equal([made.status, theirs.status], [404, 404]);
    assert.is((await send('DELETE', `/api/v1/sessions/${open.find(({ own }) => !own)!.id}`, undefined, cookie)).status, 204);
    assert.is((await list()).length, 3);
    assert.is((await send('DELETE', '/api/v1/sessions', undefined, cookie)).status, 204);
    assert.equal((await list()).map(({ own }) => own), [true]);
    for (const other of others) assert.is(await statusOf(other), 401);
    const seen = (await json<List<OpenSession>>(server, `/api/v1/accounts/${person.id}/sessions`)).items;
    assert.equal(seen.map(({ own }) => own), [false], 'an administrator sees it, and it is not the own');
    assert.is((await send('DELETE', `/api/v1/accounts/${person.id}/sessions`)).status, 204);
    assert.is(await statusOf(cookie), 401);
  });

  it('what was done to an account is written with what stood before and after, and no secret; as CSV it opens inert (F-09)', async () => {
    const { person, cookie } = await join('omar', { fullName: '=cmd|x' });
    await send('PUT', `/api/v1/accounts/${person.id}`, edit(person, { role: 'operator', email: 'omar@example.ma' }));
    await send('PUT', '/api/v1/profile', { ...PROFILE, phone: '+212 600-00.00 00', quiet: { from: 1320, to: 360 } }, cookie);
    const [profile, change, , , invite] = await audit('subject=omar');
    assert.equal([profile!.who, profile!.act, JSON.parse(profile!.after!).phone], ['omar', 'edit_profile', '+212600000000']);
    assert.equal([change!.who, change!.act, JSON.parse(change!.before!), JSON.parse(change!.after!)], ['admin', 'edit_account', { role: 'viewer', email: null }, { role: 'operator', email: 'omar@example.ma' }]);
    assert.equal([invite!.act, invite!.before, JSON.parse(invite!.after!).fullName], ['invite_account', null, '=cmd|x']);
    const csv = await (await server.api('/api/v1/audit?format=csv')).text();
    assert.match(csv, /^Numéro;Instant \(UTC\);Qui;Acte;Sur quoi;Précision;Avant;Après\r\n/);
    assert.not.match(csv, /argon2|link=|cac_session/);
    const page = await json<List<AuditLine>>(server, '/api/v1/audit?limit=2');
    const next = await json<List<AuditLine>>(server, `/api/v1/audit?limit=2&cursor=${page.next}`);
    assert.ok(next.items[0]!.id < page.items[1]!.id);
    assert.ok((await audit('who=omar')).every(({ who }) => who === 'omar'));
    assert.equal(await audit("who='%20or%201=1--"), []);
  });

  it('F-07 a forgotten password is answered alike for everybody, before anything is done, and is mailed to who has an address', async () => {
    const { cookie } = await join('rachid', { email: 'rachid@example.ma' });
    const [known, unknown, without] = await Promise.all(['Rachid', 'nobody-of-that-name', 'leila'].map((name) => stranger('/api/v1/password-resets', { name })));
    assert.equal([known!.status, unknown!.status, without!.status], [202, 202, 202]);
    assert.equal(await audit('act=ask_reset'), [], 'not before the answer');
    assert.equal(await Promise.all([known, unknown, without].map((answer) => answer!.text())), ['', '', '']);
    await until('the letter is written', async () => (await audit('act=ask_reset')).length > 0);
    assert.equal((await audit('act=ask_reset')).map(({ subject }) => subject), ['rachid']);
    assert.is(await statusOf(cookie), 200, 'asking ends nothing: anybody could');
    assert.is((await stranger('/api/v1/session', { name: 'rachid', password: PASSWORD })).status, 200);
  });

  it('F-07 links are not guessed, and asking is slowed down per account and address', async () => {
    const asked: number[] = [];
    for (let i = 0; i < 8; i += 1) asked.push((await stranger('/api/v1/password-resets', { name: 'omar' })).status);
    assert.equal(asked, [202, 202, 202, 202, 202, 429, 429, 429]);
    const guesses = await Promise.all(Array.from({ length: 40 }, (_, i) => redeem(String(i).padStart(43, 'x'))));
    assert.ok(guesses.filter(({ status }) => status === 401).length < 30);
    assert.ok(guesses.at(-1)!.status === 429 && Number(guesses.at(-1)!.headers.get('retry-after')) > 0);
  });

  it('a list of people is searched and read page by page', async () => {
    const first = await json<List<Person>>(server, '/api/v1/accounts?limit=2');
    const rest = await json<List<Person>>(server, `/api/v1/accounts?limit=500&cursor=${first.next}`);
    const names = [...first.items, ...rest.items].map(({ name }) => name);
    assert.equal(names, names.toSorted());
    assert.equal((await json<List<Person>>(server, '/api/v1/accounts?q=EL%20leil')).items.map(({ name }) => name), ['leila']);
    assert.equal((await json<List<Person>>(server, '/api/v1/accounts?q=%25')).items, []);
    assert.equal((await json<List<Person>>(server, '/api/v1/accounts?role=operator')).items.map(({ name }) => name), ['amine', 'omar', 'only-operator']);
  });

  test.run();
}
