/** B-13: one machine sends without end. The others are heard as before, and what it is told may be believed. */
import * as assert from 'uvu/assert';
import type { Ack } from '@cac/shared/messages.ts';
import { createReportQueue } from '@cac/server/usecases/report-queue.ts';
import { createReportRate, REPORT_RATE } from '@cac/server/usecases/report-rate.ts';
import { databases } from '../../databases.ts';
import { beats, bytesOf, siteWithMachines, T0, wireJournal } from '../../fixtures.ts';
import { suite } from '../../harness.ts';

const test = suite('machines that send too much');

test('B-13 of 10,000 batches in a minute from one machine the bucket\'s are taken, the rest is told slow with the committed watermark; the fleet is unaffected', async () => {
  const opened = await databases[0]!.open();
  const { store } = opened;
  const [noisy, quiet] = await siteWithMachines(store, 'R-1', 2);
  let now = T0;
  const queue = createReportQueue({ store, server: { sid: 's', dbi: store.dbi }, now: () => now, onChanged() {}, onFailure: (error) => assert.unreachable(String(error)) });
  const journal = wireJournal('abcdefghij012345', [['agent_start', { ver: '1', up: 5 }], ...beats(20)]);
  const send = (machine: typeof noisy, message: Record<string, unknown>): Promise<Ack | null> =>
    new Promise((settle) => queue.push({ machine: machine!.id, payload: bytesOf(message), receivedAt: now, livenessMs: 60_000 }, settle));

  assert.is((await send(noisy, journal.up(1, 4)))?.W, 4);
  const told: (Ack | null)[] = [];
  const pending: Promise<unknown>[] = [];
  for (let i = 0; i < 10_000; i += 1) {
    now = T0 + i * 6;
    pending.push(send(noisy, journal.up(5, 21)).then((ack) => told.push(ack)));
    if (i % 2_500 === 1_250) pending.push(send(quiet, journal.up(1, 4 + Math.floor(i / 2_500))).then((ack) => assert.equal([ack?.code, ack?.wait], ['ok', 0])));
  }
  await Promise.all(pending);
  const slow = told.filter((ack) => ack?.code === 'slow');
  // The bucket at the beginning, and what it is refilled by in a minute.
  assert.ok(slow.length >= 10_000 - 2 * REPORT_RATE.capacity - 10 && slow.length < 10_000 - REPORT_RATE.capacity, `${slow.length} slow`);
  assert.is(queue.stats().slowed, slow.length);
  assert.ok(slow.every((ack) => ack!.wait === 60_000 && ack!.ep === journal.ep && (ack!.W === 4 || ack!.W === 21)));
  // A minute's silence, as it was asked for, and it is heard again.
  now += 60_000;
  assert.equal([(await send(noisy, journal.up(1, 21)))?.code, (await send(quiet, journal.up(1, 21)))?.W], ['ok', 21]);
  await queue.close();
  await opened.close();
});

test('a machine of which nothing was committed yet is told nothing, and its records stay with it', () => {
  const rate = createReportRate(() => T0, { capacity: 1, refillMs: 1_000 });
  assert.equal([rate.allows('a'), rate.allows('a'), rate.slow('a'), rate.allows('b')], [true, false, null, true]);
});
test.run();
