/** What the demonstration keeps, and what it may delete: only what it marked as its own. */
import * as assert from 'uvu/assert';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deleteDemoData, markDemoData } from '@cac/seeds/demo-data.ts';
import { DEMO_HELP, readDemoOptions } from '@cac/seeds/demo-options.ts';
import { readFleet, writeFleet, type FleetFile } from '@cac/seeds/fleet-file.ts';
import { createProgress } from '@cac/seeds/progress.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';

const test = suite('demonstration data');

const inDir = (body: (dir: string) => void): void => {
  const dir = temporaryDir('demo');
  try {
    body(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

test('a marked directory is emptied, and can be used again', () =>
  inDir((dir) => {
    markDemoData(dir);
    mkdirSync(join(dir, 'agent'));
    writeFileSync(join(dir, 'agent', 'identity.json'), '{}');
    markDemoData(dir);
    deleteDemoData(dir);
    assert.equal(readdirSync(dir), []);
    markDemoData(dir);
  }));

test('a directory with other data is neither taken nor emptied', () =>
  inDir((dir) => {
    writeFileSync(join(dir, 'cac.sqlite'), 'real');
    assert.throws(() => markDemoData(dir), /not the demonstration/);
    assert.throws(() => deleteDemoData(dir), /nothing was deleted/);
    assert.is(readFileSync(join(dir, 'cac.sqlite'), 'utf8'), 'real');
  }));

test('a directory that does not exist is made and marked, and there is nothing to delete in it', () =>
  inDir((dir) => {
    deleteDemoData(join(dir, 'new'));
    markDemoData(join(dir, 'new'));
    assert.ok(existsSync(join(dir, 'new', 'DEMONSTRATION.txt')));
  }));

test('the fleet is remembered whole; a file of another version is told, not guessed at', () =>
  inDir((dir) => {
    assert.is(readFleet(dir), null);
    const fleet: FleetFile = { version: 2, seed: 3, key: 'k', vouchers: { 'DEMO-CAC-0001': 'CODE' }, vouchersAt: 1, machines: ['m', null], pasts: { 0: null, 1: { from: 1, until: 2, days: 30 } } };
    writeFleet(dir, fleet);
    assert.equal(readFleet(dir), fleet);
    writeFileSync(join(dir, 'demo-fleet.json'), '{"seed":1,"machines":[]}');
    assert.throws(() => readFleet(dir), /--fresh/);
  }));

test('options: defaults, numbers, and a sentence for what is wrong', () => {
  const { machines, seed, history, days, fresh } = readDemoOptions([]);
  assert.equal({ machines, seed, history, days, fresh }, { machines: null, seed: null, history: 200, days: 30, fresh: false });
  assert.is(readDemoOptions(['--machines', '50', '--fresh']).machines, 50);
  assert.throws(() => readDemoOptions(['--machines', 'many']), /--machines takes a whole number/);
  assert.throws(() => readDemoOptions(['--machine', '5']), /--machine/);
  for (const name of ['--machines', '--seed', '--history', '--days', '--fresh', 'data-demo']) assert.ok(DEMO_HELP.includes(name), name);
});

test('progress rewrites its line on a terminal only', () => {
  const said = (isTTY: boolean): string => {
    let text = '';
    const progress = createProgress({ isTTY, columns: 40, write: (more) => (text += more) });
    for (let i = 0; i < 1_000; i += 1) progress.now(`${i} of 1,000`);
    progress.done('all');
    return text;
  };
  assert.is(said(false), '  Fleet      all\n');
  const onTerminal = said(true).split('\r\u001B[2K');
  assert.is(onTerminal.at(-1), '  Fleet      all\n');
  assert.not.ok(onTerminal.slice(0, -1).join('').includes('\n'));
});

test.run();
