/** The journal on a real disk: kills, a directory that goes away and comes back, who may read it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import * as assert from 'uvu/assert';
import { memoryFiles } from '@cac/agent/journal/memory-files.ts';
import { nodeFiles } from '@cac/agent/journal/node-files.ts';
import { openStore } from '@cac/agent/service/store.ts';
import { suite } from '../harness.ts';
import { draft, gapsOf, opened, recordsOf } from './journal-fixture.ts';

const test = suite('journal on disk');

/** The record with which a journal in memory begins. */
const BOOT = { kind: 'boot', m: 500, w: 1_750_000_000_500, body: { boot: 'boot-1', up: 500 } };

let dir = '';
let appender = '';
test.before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cac-journal-'));
  appender = join(dir, 'appender.cjs'); // built once: starting it through tsx fifteen times takes half a minute
  await build({ entryPoints: [resolve(import.meta.dirname, 'appender.ts')], outfile: appender, bundle: true, platform: 'node', format: 'cjs', logLevel: 'warning' });
});
test.after(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the appender and kills it after it announced some records; returns what it announced. */
function runAndKill(path: string, afterMs: number): Promise<number[]> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [appender, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      output += chunk.toString();
    });
    child.on('close', () => done(output.split('\n').slice(0, -1).map(Number)));
  });
}

test('A-01: killed fifteen times while appending: what was announced is there, numbers go on without a gap', async () => {
  const path = join(dir, 'kills');
  let last = 0;
  for (let round = 0; round < 15; round += 1) {
    const announced = await runAndKill(path, 5 + ((round * 7) % 23));
    assert.is(announced[0], last + 1, `round ${round}`);
    const { journal, notes } = opened(nodeFiles(path), { segmentBytes: 4096 });
    assert.ok(journal.hi() >= announced.at(-1)!, `round ${round}: announced ${announced.at(-1)}, found ${journal.hi()}`);
    assert.equal(gapsOf(journal), [], notes.join());
    assert.is(recordsOf(journal).length, journal.hi() - journal.lo() + 1);
    last = journal.hi();
  }
});

test('A-05: a journal directory that vanishes: in memory, said, and back on disk in a new epoch with everything', () => {
  const lines: string[] = [];
  const home = join(dir, 'vanish');
  const store = openStore(home, BOOT, (line) => lines.push(line));
  store.append([draft(1), draft(2)]);
  const first = store.journal().ep();
  rmSync(join(home, 'journal'), { recursive: true });
  writeFileSync(join(home, 'journal'), 'in the way');
  assert.ok(store.append([draft(3)]), 'the journal became another one');
  assert.equal(store.flags(), ['journal_unavailable']);
  assert.is.not(store.journal().ep(), first);
  assert.equal(recordsOf(store.journal()).map((r) => [r[1], r[2]]), [['boot', 500], ['hb', draft(3).m]], 'it stands alone');
  assert.not(store.retry(), 'still in the way');
  store.append([draft(4)]);
  rmSync(join(home, 'journal'));
  assert.ok(store.retry());
  assert.equal([store.flags(), recordsOf(store.journal()).map((r) => r[2])], [[], [500, draft(3).m, draft(4).m]]);
  assert.match(lines.join('\n'), /journal_unavailable[^]*journal available again/);
});

test('A-05: a directory that turns read-only under a running agent', () => {
  const files = memoryFiles();
  const { journal } = opened(files);
  journal.append([draft(1)]);
  files.onStep = () => {
    throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
  };
  assert.equal(journal.append([draft(2)]), { records: [], trouble: { code: 'journal_unavailable', detail: 'EROFS: read-only file system' } });
  files.onStep = null;
  assert.is(journal.append([draft(2)]).records[0]![0], 2);
});

test('A-05: a journal that was unreadable at the start is taken over when it is back: both halves are kept', () => {
  const home = join(dir, 'halves');
  openStore(home, BOOT, () => {}).append([draft(1), draft(2)]);
  const files = readdirSync(join(home, 'journal'));
  assert.ok(files.some((f) => f.endsWith('.seg')));
  const store = openStore(home, BOOT, () => {});
  store.abandon('EIO');
  store.append([draft(3)]);
  assert.ok(store.retry());
  assert.equal(recordsOf(store.journal()).map((r) => [r[0], r[1], r[2]]), [[1, 'boot', draft(1).m], [2, 'hb', draft(1).m], [3, 'hb', draft(2).m], [4, 'boot', 500], [5, 'hb', draft(3).m]]);
});

test('A-13: files are the owner\'s alone', () => {
  const home = join(dir, 'modes');
  openStore(home, BOOT, () => {}).append([draft(1)]);
  const journal = join(home, 'journal');
  assert.is(statSync(journal).mode & 0o777, 0o700);
  for (const name of readdirSync(journal)) assert.is(statSync(join(journal, name)).mode & 0o777, 0o600, name);
});

test.run();
