/** Simulated PCs: a plausible life, told through the real protocol to a real server, exactly once. */
import * as assert from 'uvu/assert';
import type { JournalState, List, Machine } from '@cac/shared/api.ts';
import { readRecord } from '@cac/shared/records.ts';
import { random } from '@cac/seeds/random.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { startMachine, type SimulatedMachine } from '@cac/seeds/simulator/machine.ts';
import { signIn } from '@cac/seeds/simulator/platform.ts';
import { drawCharacter, draftsOf, sessionsOf, type Character } from '@cac/seeds/simulator/routine.ts';
import { suite } from '../harness.ts';
import { PASSWORD, json, startTestServer, until } from '../running-server.ts';

const test = suite('simulator');
const NOW = Date.UTC(2026, 10, 20, 12);
const DAYS = 30;

test('sessions follow each other, end before now, and only a present PC is still on', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const r = random(seed);
    const character = drawCharacter(r);
    const sessions = sessionsOf(r, character, seed % 2 === 0, DAYS, NOW);
    assert.ok(sessions.length > 3, `${character} ${seed}`);
    for (const [i, { bootAt, endAt }] of sessions.entries()) {
      const next = sessions[i + 1];
      assert.ok(next === undefined ? (endAt ?? NOW) <= NOW : endAt !== null && endAt < next.bootAt, `${character} ${seed}`);
      assert.ok(bootAt < NOW);
    }
    assert.is(sessions.at(-1)!.endAt === null, ['steady', 'flaky', 'no_internet'].includes(character));
  }
});

test('every record is one the server accepts, and time never runs backwards in a session', () => {
  const r = random(7);
  for (const session of sessionsOf(r, 'flaky', false, DAYS, NOW)) {
    let before = 0;
    for (const [i, { kind, m, w, body }] of draftsOf(r, session, NOW).entries()) {
      assert.is(readRecord([i + 1, kind, m, w, body]).ok, true, kind);
      assert.ok(m >= before && w === session.bootAt + m && w <= NOW);
      before = m;
    }
  }
});

test('the same seed gives the same life', () => {
  const life = () => {
    const r = random(3);
    return sessionsOf(r, 'flaky', false, 5, NOW).flatMap((session) => draftsOf(r, session, NOW));
  };
  assert.equal(life(), life());
});

test('a small fleet backfills ten days, each record once, and shows what it is now', async () => {
  const server = await startTestServer({ demo: true });
  const running: SimulatedMachine[] = [];
  try {
    const platform = await signIn(server.base, 'admin', PASSWORD);
    const sites = demoRegistry(1).sites.slice(0, 6);
    assert.is(await platform.addSites(sites), 6);
    assert.is(await platform.addSites(sites), 0);
    const codes = await platform.issueVouchers(sites.map((site) => site.id), 2);
    const characters: Character[] = ['steady', 'flaky', 'no_internet', 'closed', 'cut', 'gone'];
    const ids: string[] = [];
    for (const [i, character] of characters.entries()) {
      const identity = await platform.enrol(codes[i]!, `PC-${i}`);
      ids.push(identity.machine);
      const r = random(100 + i);
      running.push(startMachine(identity, sessionsOf(r, character, false, 10, Date.now()), r));
    }
    await until('the fleet has told everything', () => running.every((machine) => machine.caughtUp()), 30_000);
    for (const [i, machine] of running.entries()) {
      const { W, stored, rejected, dropped, lost, duplicates } = await json<JournalState>(server, `/api/v1/machines/${ids[i]}/journal`);
      assert.equal({ W, stored, rejected, dropped, lost, duplicates }, { W: machine.records(), stored: W, rejected: 0, dropped: 0, lost: 0, duplicates: 0 }, characters[i]);
      assert.ok(W > 100);
    }
    const { items } = await json<List<Machine>>(server, '/api/v1/machines?limit=50');
    const states = ids.map((id) => items.find((machine) => machine.id === id)!.state.kind);
    assert.equal(states.slice(0, 3), ['on', 'on', 'on']);
  } finally {
    for (const machine of running) machine.stop();
    await server.end();
  }
});

test.run();
