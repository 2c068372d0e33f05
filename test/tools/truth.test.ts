/** The truth command as people run it. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import * as assert from 'uvu/assert';
import { suite } from '../harness.ts';

const test = suite('truth command');
const root = resolve(import.meta.dirname, '../..');

test('plays two seeds apart, says what it found, and leaves nothing behind', () => {
  const { pid, status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/truth.ts', '--seed', '1', '--seeds', '2', '--sites', '3', '--days', '4'], { cwd: root, encoding: 'utf8' });
  assert.is(status, 0, stdout + stderr);
  assert.match(stdout, /settled: minutes by what was true and what is told[^]*\n0 wrong settled minutes, /);
  assert.match(stderr, /seed 2: 0 wrong settled minutes/);
  assert.equal(readdirSync(resolve(root, 'server/dist')).filter((f) => f.includes(`truth-${pid}`)), []);
});

test.run();
