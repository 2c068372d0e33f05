/** a PC without a line for seven months, one record a minute, on the journal's real cap of 16 MiB; then the line comes, and the server has every transition. */
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import { buildUp } from '@cac/agent/core/batch.ts';
import { openJournal } from '@cac/agent/journal/journal.ts';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { encodePayload } from '@cac/agent/journal/payload.ts';
import { newEpoch } from '@cac/agent/service/machine-clock.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { journalState } from '@cac/server/store/machines.ts';
import { openStore } from '@cac/server/store/store.ts';
import { temporaryDir } from '../databases.ts';
import { EVERYTHING, siteWithMachines, T0 } from '../fixtures.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';

const test = suite('months offline');
const DAYS = 210;
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

test(`A-07: ${DAYS} days offline at 16 MiB: no transition is lost, what was thinned is declared with its count, and the server accounts for every number`, async () => {
  const opened = openJournal(memoryFiles(), { newEpoch });
  if (opened.kind !== 'open') throw new Error(opened.reason);
  const { journal } = opened;
  let transitions = 0;
  let samples = 0;
  for (let day = 0; day < DAYS; day += 1) {
    // Ten hours a day: a boot in the morning, a link that breaks and comes back, a stop in the evening.
    const boot = `boot-${day}`;
    const at = T0 + day * DAY;
    journal.append([{ kind: 'boot', m: 0, w: at, body: { boot, up: 0 } }, { kind: 'agent_start', m: 1, w: at + 1, body: { ver: '0.1.0', up: 1 } }]);
    transitions += 2;
    for (let minute = 1; minute <= 1_380; minute += 1) {
      const m = minute * MINUTE;
      const draft = (kind: string, body: Record<string, unknown>) => ({ kind, m, w: at + m, body });
      const link = minute % 400 < 100 ? 'internet' : 'ok';
      const drafts = [draft('hb', { link })];
      if (minute % 100 === 0) drafts.push(draft('net', { link, if: 'wired' }));
      if (minute % 5 === 0) drafts.push(draft('sample', { gw: 1.2, dns: 20 + (minute % 17), net1: minute % 31 === 0 ? 'timeout' : 60 + (minute % 23), net2: 71, srv: 'timeout' }));
      journal.append(drafts);
      transitions += minute % 100 === 0 ? 1 : 0;
      samples += minute % 5 === 0 ? 1 : 0;
    }
    journal.append([{ kind: 'stop', m: 1_381 * MINUTE, w: at + 1_381 * MINUTE, body: { why: 'shutdown' } }]);
    transitions += 1;
  }
  const all = journal.hi();
  assert.ok(journal.bytes() <= 16 * 1024 * 1024, `${journal.bytes()} bytes`);

  const store = await openStore({ dataDir: temporaryDir('months') });
  try {
    await loadReference(store, join(ROOT, 'seeds'), T0);
    const [machine] = await siteWithMachines(store, 'S-1', 1, {}, T0 - DAY);
    const now = T0 + (DAYS + 1) * DAY;
    const kept = { transitions: 0, samples: 0, dropped: 0 };
    const whys = new Set<string>();
    for (;;) {
      const batch = buildUp(journal, { inst: '00000000000000aa', conn: 1, boot: `boot-${DAYS - 1}`, w: now, m: DAY + 2 * MINUTE });
      if (!batch) break;
      for (const entry of batch.message.r) {
        const kind = entry.length === 6 ? entry[2] : entry[1];
        if (kind === 'sample') kept.samples += 1;
        else if (kind !== 'hb') kept.transitions += 1;
      }
      for (const [from, to, why] of batch.message.drop ?? []) {
        kept.dropped += to - from + 1;
        whys.add(why);
      }
      const { acks } = await receiveReports(store, [{ machine: machine!.id as never, payload: encodePayload(batch.message), receivedAt: now, livenessMs: MINUTE }], now, { sid: 's', dbi: 'd' });
      assert.equal([acks[0]?.code, acks[0]?.W], ['ok', batch.to]);
      journal.acknowledge(batch.to, 'd');
    }
    const state = (await journalState(store.db, EVERYTHING, machine!.id))!;
    console.log(`\n  note: ${all} records in ${DAYS} days: ${kept.transitions} transitions of ${transitions}, ${kept.samples} samples of ${samples}, ${kept.dropped} numbers declared dropped (${[...whys].join(', ')})`);
    assert.is(kept.transitions, transitions);
    assert.ok(kept.samples > 0 && kept.samples < samples, 'samples were thinned, not all of them');
    assert.equal([state.W, state.dropped, state.lost, state.rejected], [all, kept.dropped, 0, 0]);
    assert.is(state.stored + state.expired, all - kept.dropped);
    assert.equal([...whys], ['cap']);
  } finally {
    await store.close();
  }
});

test.run();
