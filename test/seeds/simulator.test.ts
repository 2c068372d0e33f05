/** Simulated PCs: a plausible life, told through the real protocol to a real server, exactly once. */
import * as assert from 'uvu/assert';
import type { JournalState, Machine } from '@cac/shared/api.ts';
import { readRecord } from '@cac/shared/records.ts';
import { random } from '@cac/seeds/random.ts';
import { demoCommuneDrafts } from '@cac/seeds/demo-communes.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { startMachine, type Identity, type Life, type Presence, type SimulatedMachine } from '@cac/seeds/simulator/machine.ts';
import { deviation } from '@cac/seeds/simulator/movement.ts';
import { papersOf, signIn } from '@cac/seeds/simulator/platform.ts';
import { draftsOf, portionsOf, sessionsOf, type Character } from '@cac/seeds/simulator/routine.ts';
import { createWheel } from '@cac/seeds/simulator/wheel.ts';
import { suite } from '../harness.ts';
import { PASSWORD, json, startTestServer, type TestServer } from '../running-server.ts';
import { until } from '../until.ts';

const test = suite('simulator');
const NOW = Date.UTC(2026, 10, 20, 12);
const DAYS = 30;
const REGISTRY = demoRegistry(1);
const SITES = REGISTRY.sites.slice(0, 10);
const CHARACTERS: Character[] = ['steady', 'flaky', 'no_internet'];

test('sessions follow each other, end before now, and the PC is still on in the last', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const character = CHARACTERS[seed % 3]!;
    const sessions = sessionsOf(random(seed), character, 'ok', seed % 2 === 0 ? 'school' : 'afternoon', DAYS, NOW);
    assert.ok(sessions.length > 3, `${character} ${seed}`);
    for (const [i, { bootAt, endAt }] of sessions.entries()) {
      const next = sessions[i + 1];
      assert.ok(next === undefined ? endAt === null : endAt !== null && endAt < next.bootAt, `${character} ${seed}`);
      assert.ok(bootAt < NOW);
    }
  }
});

test('every record is one the server accepts, and time never runs backwards in a session', () => {
  const r = random(7);
  for (const session of sessionsOf(r, 'flaky', 'ok', 'day', DAYS, NOW)) {
    let before = 0;
    for (const [i, { kind, m, w, body }] of draftsOf(r, session, NOW).entries()) {
      assert.is(readRecord([i + 1, kind, m, w, body]).ok, true, kind);
      assert.ok(m >= before && w === session.bootAt + m && w <= NOW);
      before = m;
    }
  }
});

test('who is gone was last on more than a week ago; who is idle is on less often; each says how far its clock is off', () => {
  const of = (character: Character) => sessionsOf(random(9), character, 'ok', 'day', DAYS, NOW);
  assert.ok(of('gone').length > 3);
  for (const { endAt } of of('gone')) assert.ok(endAt !== null && endAt < NOW - 9 * 86_400_000);
  assert.ok(of('idle').length < 0.7 * of('steady').length);
  for (const session of of('steady')) assert.ok(draftsOf(random(1), session, NOW).some(({ kind }) => kind === 'clk'));
});

test('the same seed gives the same past, and told by portions it is the same', () => {
  const sessions = (r: ReturnType<typeof random>) => sessionsOf(r, 'flaky', 'ok', 'day', DAYS, NOW);
  const [a, b] = [random(3), random(3)];
  const portions = [...portionsOf(a, sessions(a), NOW)];
  assert.equal(portions.flat(), sessions(b).flatMap((session) => draftsOf(b, session, NOW)));
  assert.ok(portions.length > 3);
});

test('no portion ends with a shutdown of the past, which the server would take for the present', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const r = random(seed);
    for (const portion of portionsOf(r, sessionsOf(r, 'steady', 'ok', 'school', 12, NOW), NOW)) assert.is.not(portion.at(-1)?.kind, 'stop');
  }
});

test('what leaves the plan differs from it', () => {
  const planned: Presence[] = [{ kind: 'on', link: 'ok' }, { kind: 'on', link: 'dns' }, { kind: 'off' }, { kind: 'silent' }];
  for (const presence of planned) for (let seed = 1; seed <= 30; seed += 1) assert.not.equal(deviation(random(seed), presence), presence);
});

/** Some machines at a real server, and what it says of them. */
interface Ground {
  server: TestServer;
  identities: Identity[];
  start(i: number, life: Omit<Life, 'onSettled'>): { machine: SimulatedMachine; settled(): number };
  state(i: number): Promise<string>;
  journal(i: number): Promise<JournalState>;
}

async function onGround(machines: number, body: (ground: Ground) => Promise<void>): Promise<void> {
  const server = await startTestServer({ demo: true });
  const wheel = createWheel(() => performance.now());
  const running: SimulatedMachine[] = [];
  try {
    const platform = await signIn(server.base, 'admin', PASSWORD);
    const sites = SITES.slice(0, machines);
    await platform.addCommunes(demoCommuneDrafts(REGISTRY.communes, 1));
    assert.is(await platform.addSites(sites), machines);
    assert.is(await platform.addSites(sites), 0);
    const codes = await platform.issueVouchers(sites.map((site) => site.id), 2);
    const identities: Identity[] = [];
    for (const [i, code] of codes.entries()) {
      const papers = papersOf('key', i);
      const machine = await platform.enrol(code, `PC-${i}`, papers);
      assert.is(await platform.enrol(code, `PC-${i}`, papers), machine, 'the same papers are the same machine');
      identities.push({ machine, secret: papers.secret, host: '127.0.0.1', port: server.mqttPort });
    }
    await body({
      server,
      identities,
      start(i, life) {
        let settled = 0;
        const machine = startMachine(identities[i]!, wheel, random(Math.floor(Math.random() * 2 ** 32)), { ...life, onSettled: () => (settled += 1) });
        running.push(machine);
        return { machine, settled: () => settled };
      },
      async state(i) {
        const { state } = await json<Machine>(server, `/api/v1/machines/${identities[i]!.machine}`);
        return state.kind === 'on' && state.link !== 'ok' ? `on, ${state.link} failing` : state.kind;
      },
      journal: (i) => json<JournalState>(server, `/api/v1/machines/${identities[i]!.machine}/journal`),
    });
  } finally {
    for (const machine of running) machine.stop();
    wheel.stop();
    await server.end();
  }
}

const exactly = (records: number) => ({ W: records, stored: records, rejected: 0, dropped: 0, lost: 0, duplicates: 0, expired: 0 });
const without = ({ ep: _, ...counts }: JournalState) => counts;

test('each arrives as what it is, and changes as it is told', () =>
  onGround(4, async ({ start, state, journal }) => {
    const presences: Presence[] = [{ kind: 'on', link: 'ok' }, { kind: 'on', link: 'dns' }, { kind: 'off' }, { kind: 'silent' }];
    const started = presences.map((presence, i) => start(i, { presence }));
    await until('all have settled', () => started.every(({ settled }) => settled() === 1));
    assert.equal(await Promise.all([0, 1, 2, 3].map(state)), ['on', 'on, dns failing', 'off', 'on'], 'the silent one awaits its verdict');
    const next: Presence[] = [{ kind: 'on', link: 'internet' }, { kind: 'off' }, { kind: 'on', link: 'ok' }, { kind: 'on', link: 'ok' }];
    for (const [i, { machine }] of started.entries()) machine.change(next[i]!);
    await until('all have changed', () => started.every(({ settled }) => settled() === 2));
    assert.equal(await Promise.all([0, 1, 2, 3].map(state)), ['on, internet failing', 'off', 'on', 'on']);
    for (const [i, { machine }] of started.entries()) assert.equal(without(await journal(i)), exactly(machine.records()));
  }));

test('one with a past shows its present first, then tells a week, each record once', () =>
  onGround(2, async ({ start, state, journal }) => {
    const now = Date.now();
    for (const [i, character] of (['flaky', 'no_internet'] as const).entries()) {
      const r = random(100 + i);
      const link = i === 0 ? 'ok' : 'internet';
      const sessions = sessionsOf(r, character, link, 'day', 7, now);
      const { machine, settled } = start(i, { presence: { kind: 'on', link }, boot: sessions.at(-1)!, holdsBack: true });
      await until('its present is known', () => settled() === 1);
      const present = i === 0 ? 'on' : 'on, internet failing';
      assert.is(await state(i), present);
      assert.is(machine.records(), 0);
      let told = false;
      machine.tell(portionsOf(r, sessions, Date.now()), () => (told = true));
      await until('all is told', async () => {
        assert.is(await state(i), present, 'the past never shows as the present');
        return told;
      }, 15_000);
      assert.ok(machine.records() > 100);
      assert.equal(without(await journal(i)), exactly(machine.records()));
    }
  }));

test('a past that was interrupted goes on where it stood, and nothing comes twice', () =>
  onGround(1, async ({ start, journal }) => {
    const now = Date.now();
    const epoch = 'abcdefghij012345';
    const past = () => {
      const r = random(5);
      const sessions = sessionsOf(r, 'flaky', 'ok', 'day', 12, now);
      return { boot: sessions.at(-1)!, portions: portionsOf(r, sessions, now) };
    };
    const first = past();
    const before = start(0, { presence: { kind: 'on', link: 'ok' }, epoch, boot: first.boot, holdsBack: true });
    await until('its present is known', () => before.settled() === 1);
    before.machine.tell(first.portions, () => {});
    await until('some of it is told', async () => (await journal(0)).W > 0);
    before.machine.stop();
    const journaled = [...past().portions].flat();
    const after = start(0, { presence: { kind: 'on', link: 'ok' }, epoch, journaled });
    await until('all is told', () => after.settled() === 1);
    assert.is(after.machine.records(), journaled.length + 4, 'the new start comes after it');
    const { ep, duplicates, ...counts } = await journal(0);
    assert.is(ep, epoch);
    assert.equal({ ...counts, duplicates: 0, expired: 0 }, exactly(after.machine.records()));
    assert.ok(duplicates <= journaled.length);
  }));

test.run();
