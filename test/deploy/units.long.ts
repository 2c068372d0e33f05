/** The units of deploy/, as far as systemd judges them without being started: that they are understood, and how much they close. */
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS } from '@cac/server/config.ts';
import { temporaryDir } from '../databases.ts';
import { suite } from '../harness.ts';
import { ROOT } from '../running-server.ts';
import { missingProgram, programAt } from './programs.ts';

const test = suite('systemd units of the server');
const missing = missingProgram('systemd-analyze', 'systemd');
const UNITS = ['constat.service', 'constat-backup.service', 'constat-backup.timer'];

/** Paths of this machine in place of those of an installation, which are not here. */
function prepared(dir: string): void {
  for (const unit of UNITS) {
    const text = readFileSync(join(ROOT, 'deploy', unit), 'utf8');
    writeFileSync(join(dir, unit), text.replaceAll('/usr/bin/node', process.execPath).replaceAll('file:///opt/constat', `file://${ROOT}`));
  }
}

const analyze = (args: string[]): { status: number | null; text: string } => {
  const { status, stdout, stderr } = spawnSync(programAt('systemd-analyze')!, args, { encoding: 'utf8', env: { ...process.env, SYSTEMD_LOG_LEVEL: 'warning', LC_ALL: 'C' } });
  return { status, text: `${stdout}${stderr}` };
};

test.needs(missing, 'systemd-analyze verify has nothing to say', () => {
  const dir = temporaryDir('units');
  prepared(dir);
  for (const unit of UNITS) {
    const { status, text } = analyze(['verify', '--recursive-errors=no', '--man=no', join(dir, unit)]);
    assert.equal([status, text.split('\n').filter((line) => line.includes('constat')).join('\n')], [0, ''], unit);
  }
  rmSync(dir, { recursive: true });
});

test.needs(missing, 'systemd-analyze security finds little exposure', () => {
  const root = temporaryDir('unit-root');
  const units = join(root, 'etc', 'systemd', 'system');
  mkdirSync(units, { recursive: true });
  prepared(units);
  copyFileSync('/etc/os-release', join(root, 'etc', 'os-release'));
  for (const unit of ['constat.service', 'constat-backup.service']) {
    const { text } = analyze(['security', '--offline=true', `--root=${root}`, unit]);
    const [, score, word] = /Overall exposure level for \S+: ([\d.]+) (\w+)/.exec(text) ?? [];
    assert.ok(Number(score) <= 2, text);
    console.log(`\n  note: ${unit}: exposure ${score} ${word}`);
  }
  rmSync(root, { recursive: true });
});

test('the units name files that are here, and settings that there are', () => {
  const known = new Set(SETTINGS.flatMap(([names]) => names.split(', ')));
  for (const unit of UNITS) {
    const text = readFileSync(join(ROOT, 'deploy', unit), 'utf8');
    for (const [, name] of text.matchAll(/^Environment=(CAC_\w+)=/gm)) assert.ok(known.has(name!), `${unit}: ${name}`);
    for (const [, script] of text.matchAll(/ (tools\/\S+\.ts) /g)) assert.ok(readFileSync(join(ROOT, script!), 'utf8').length > 0);
  }
});
test.run();
