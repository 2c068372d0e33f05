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

test('plays a world of outages, and says what was told of them', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'tools/truth.ts', '--alerts', '--seed', '11', '--sites', '6', '--days', '4', '--quiet'], { cwd: root, encoding: 'utf8' });
  assert.is(status, 0, stdout + stderr);
  assert.match(stdout, /true outage +outages +told +in time[^]*site_offline +\d+[^]*of these 0 without an outage/);
});

test.run();
