/**
 * What a machine-day at one beat a minute with a sample each five minutes costs on disk once it is packed, everything counted; and how long it
 * takes to read one machine's day back, packed or not, among 10,000 machines.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import type { MachineId } from '@cac/shared/ids.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import { dayAfter, dayStartAt, localDayOf } from '@cac/shared/wall-time.ts';
import { writeEntries } from '@cac/server/store/ingest.ts';
import { loadEvidence } from '@cac/server/store/evidence.ts';
import { copySqlite, openSqlite } from '@cac/server/store/sqlite.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { ensureLocalSite, LOCAL_SITE } from '@cac/server/usecases/local-site.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { packFinishedDays } from '@cac/server/usecases/pack.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { random } from '../seeds/random.ts';
import { machineRow } from './machine-row.ts';
import { median, row, type Row } from './table.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const MACHINES = 10_000;
const AUTHOR = { name: 'bench', scope: { kind: 'all' } } as const;

const nameOf = (i: number): string => `bench${String(i).padStart(15, '0')}`;

async function prepare(store: Store, now: number): Promise<void> {
  await loadReference(store, resolve(import.meta.dirname, '..', 'seeds'), now);
  await ensureLocalSite(store, now);
  const [voucher] = await issueVouchers(store, AUTHOR, [{ siteId: LOCAL_SITE, uses: 1, days: 1 }], now);
  for (let i = 0; i < MACHINES; i += 500) {
    await store.db.insertInto('machines').values(Array.from({ length: 500 }, (_, k) => machineRow(nameOf(i + k), LOCAL_SITE, voucher!.id, now))).execute();
  }
}

/** Days of one PC, as its agent would send them: five minutes a batch, in the order of its journal. */
async function live(store: Store, i: number, startAt: number, days: number): Promise<void> {
  const draw = random(i);
  const ms = (low: number, spread: number): number => Math.round(10 * (low + spread * draw.next() ** 3)) / 10;
  let chain = CHAIN_START;
  let seq = 0;
  for (let minute = 0; minute < days * DAY_MINUTES; minute += 5) {
    const before = chain;
    const r: WireRecord[] = [];
    const add = (kind: string, m: number, body: Record<string, unknown>): void => {
      const record: WireRecord = [(seq += 1), kind, m, startAt + m, body];
      chain = nextChain(chain, record);
      r.push(record);
    };
    const m = minute * MINUTE_MS;
    if (minute === 0) add('boot', m, { boot: 'bench-1', up: 0 });
    for (let beat = 1; beat <= 5; beat += 1) add('hb', m + beat * MINUTE_MS, { link: 'ok' });
    const sentM = m + 5 * MINUTE_MS + 100 + Math.round(2_000 * draw.next());
    add('sample', sentM, { gw: ms(0.4, 8), dns: ms(8, 120), [`net${1 + (minute / 5) % 3}`]: ms(28, 260), srv: Math.round(40 + 300 * draw.next() ** 3) });
    const message = { v: 1, ep: 'abcdefghij012345', inst: '00000000000000aa', conn: 1, boot: 'bench-1', w: startAt + sentM, m: sentM, lo: 1, hi: seq, now: { link: 'ok', up: sentM }, chain: before, r };
    const receivedAt = startAt + sentM + Math.round(40 + 300 * draw.next());
    await receiveReports(store, [{ machine: nameOf(i) as MachineId, payload: Buffer.from(JSON.stringify(message)), receivedAt, livenessMs: MINUTE_MS }], receivedAt, { sid: 's', dbi: 'd' });
  }
}

/** The others: a morning each, so that reading has something to search in. */
async function crowd(store: Store, startAt: number): Promise<void> {
  for (let i = 100; i < MACHINES; i += 100) {
    const boots = await store.db
      .insertInto('boots')
      .values(Array.from({ length: 100 }, (_, k) => ({ machine_id: nameOf(i + k), boot: 'bench-1', offset_ms: startAt, start_at: startAt, placed: 'receipt' as const, at_epoch: 1, at_seq: 1 })))
      .returning('id')
      .execute();
    const entry = (boot: number, k: number) => ({ boot_id: boot, m: k * 150_000, epoch_no: 1, seq: k + 1, last_seq: k + 1, kind: 'sample', w: startAt + k * 150_000, received_at: startAt, body: '{"gw":1.5,"dns":12.5}' });
    await store.db.transaction().execute((tx) => writeEntries.run(tx, boots.flatMap(({ id }) => Array.from({ length: 100 }, (_, k) => entry(id, k)))));
  }
}

/** Of a copy without free pages. */
function bytes(dataDir: string): number {
  const copy = join(dataDir, 'copy.sqlite');
  const db = openSqlite(join(dataDir, 'cac.sqlite'));
  copySqlite(db, copy);
  db.close();
  return statSync(copy).size;
}

async function readMs(store: Store, machines: number, fromAt: number, toAt: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i < machines; i += 1) {
      const startedAt = performance.now();
      const { boots } = await loadEvidence(store.db, nameOf(i), fromAt, toAt);
      times.push(performance.now() - startedAt);
      if ((boots[0]?.entries.length ?? 0) < 500) throw new Error('a day is missing');
    }
  }
  return median(times);
}

export async function diskRows(machines: number, days: number): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cac-bench-'));
  const store = await openStore({ dataDir });
  try {
    const today = localDayOf(Date.now());
    const startAt = dayStartAt(dayAfter(today, -days));
    await prepare(store, startAt);
    const empty = bytes(dataDir);
    for (let i = 0; i < machines; i += 1) await live(store, i, startAt, days);
    const hot = bytes(dataDir) - empty;
    await crowd(store, dayStartAt(today));
    const rowsMs = await readMs(store, machines, dayStartAt(dayAfter(today, -2)), dayStartAt(dayAfter(today, -1)));
    const crowded = bytes(dataDir);
    const startedAt = performance.now();
    while ((await packFinishedDays(store, dayStartAt(today) + 37 * 3_600_000 - 1)) > 0);
    const packMs = performance.now() - startedAt;
    const packed = hot - (crowded - bytes(dataDir));
    const blockMs = await readMs(store, machines, dayStartAt(dayAfter(today, -2)), dayStartAt(dayAfter(today, -1)));
    const machineDays = machines * days;
    return [
      row('KB on disk a machine-day, packed', packed / machineDays / 1_000, hot / machineDays / 1_000, 'as rows', { ratio: packed / machineDays / 1_000, must: 36, goal: 5, more: false }),
      row('ms to pack a machine-day', packMs / machineDays, null, '', { ratio: packMs / machineDays, must: null, goal: null, more: false }),
      row('ms to read a machine\'s day among 10,000 machines, packed', blockMs, rowsMs, 'as rows', { ratio: Math.max(blockMs, rowsMs), must: 5, goal: 1, more: false }),
    ];
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
