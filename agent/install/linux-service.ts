/**
 * The service on Linux, with systemd: account, program, state directory, unit. Each step looks first, so that a second run changes
 * nothing. Where systemd is not running (a container, an image being made) the service is only enabled.
 */
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ACCOUNT, DEBIAN_PROGRAM, SERVICE } from './places.ts';
import { copyProgram, differs, planCopies } from './program-files.ts';
import { runCommand, type Ran } from './run-command.ts';
import type { ServiceOutcome, ServicePlan } from './service.ts';
import { readSystemdVersion, systemdUnit } from './systemd-unit.ts';

const UNIT = `/etc/systemd/system/${SERVICE.linux}.service`;
const UNIT_NAME = `${SERVICE.linux}.service`;
const COMMAND_LINK = '/usr/local/bin/cac-agent';
const USUAL_STATE = '/var/lib/cac-agent';

const systemdRuns = (): boolean => existsSync('/run/systemd/system');

/** Of Debian's package, dpkg owns program, command and unit. */
export const fromDebianPackage = (script: string): boolean => dirname(script) === DEBIAN_PROGRAM;

/** A step that has to work: the first that does not is named. @throws with what it said. */
async function must(command: string, args: readonly string[]): Promise<Ran> {
  const ran = await runCommand(command, args);
  if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.out.split('\n').at(-1) || `code ${ran.code}`}`);
  return ran;
}

export async function installLinuxService({ program, state, execPath, script }: ServicePlan): Promise<ServiceOutcome> {
  const changed: string[] = [];
  const debian = fromDebianPackage(script);
  const home = debian ? DEBIAN_PROGRAM : program;
  try {
    const copies = debian ? [] : planCopies(program, execPath, script).filter(differs);
    if (copies.length > 0) {
      copyProgram(copies);
      changed.push(program);
    }
    if (!debian && linkCommand(home)) changed.push(COMMAND_LINK);
    if (await makeAccount()) changed.push(ACCOUNT);
    if (await ownState(state)) changed.push(state);
    if ((!debian || state !== USUAL_STATE) && (await writeUnit(home, state))) changed.push(UNIT);
    return await startService(changed);
  } catch (error) {
    return { kind: 'failed', step: error instanceof Error ? error.message : String(error) };
  }
}

function linkCommand(program: string): boolean {
  const target = join(program, 'cac-agent');
  if (!existsSync(target)) writeFileSync(target, wrapper(program), { mode: 0o755 });
  if (lstatSync(COMMAND_LINK, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(COMMAND_LINK) === target) return false;
  mkdirSync(dirname(COMMAND_LINK), { recursive: true });
  rmSync(COMMAND_LINK, { force: true });
  symlinkSync(target, COMMAND_LINK);
  return true;
}

const wrapper = (program: string): string => `#!/bin/sh\nexec ${program}/node ${program}/cac-agent.cjs "$@"\n`;

async function makeAccount(): Promise<boolean> {
  if ((await runCommand('id', ['-u', ACCOUNT])).code === 0) return false;
  await must('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', ACCOUNT]);
  return true;
}

/** Everything in it belongs to the service, whoever wrote it. */
async function ownState(state: string): Promise<boolean> {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const uid = Number((await must('id', ['-u', ACCOUNT])).out);
  const before = statSync(state);
  await must('chown', ['-R', `${ACCOUNT}:${ACCOUNT}`, state]);
  await must('chmod', ['0700', state]);
  return before.uid !== uid || (before.mode & 0o777) !== 0o700;
}

async function writeUnit(program: string, state: string): Promise<boolean> {
  const text = systemdUnit({ program, state, systemd: readSystemdVersion((await runCommand('systemctl', ['--version'])).out) });
  if (existsSync(UNIT) && readFileSync(UNIT, 'utf8') === text) return false;
  mkdirSync(dirname(UNIT), { recursive: true });
  writeFileSync(UNIT, text, { mode: 0o644 });
  return true;
}

async function startService(changed: string[]): Promise<ServiceOutcome> {
  if ((await runCommand('systemctl', ['is-enabled', UNIT_NAME])).out !== 'enabled') {
    await must('systemctl', ['enable', UNIT_NAME]);
    changed.push('enable');
  }
  if (!systemdRuns()) return { kind: 'installed', changed, running: 'at_next_start', said: [] };
  if (changed.length > 0) await must('systemctl', ['daemon-reload']);
  const active = (await runCommand('systemctl', ['is-active', UNIT_NAME])).out === 'active';
  if (active && changed.length === 0) return { kind: 'installed', changed, running: 'now', said: [] };
  await must('systemctl', [active ? 'restart' : 'start', UNIT_NAME]);
  if (!active) changed.push('start');
  return { kind: 'installed', changed, running: 'now', said: [] };
}

/** Stops it; what it journals then is its own matter (last-word.ts). */
export async function stopLinuxService(): Promise<void> {
  if (systemdRuns()) await runCommand('systemctl', ['stop', UNIT_NAME]);
}

/** Takes away what `install` put there. Of Debian's package dpkg does that, through the scripts of the package. */
export async function removeLinuxService({ program, state, script, keepJournal }: ServicePlan & { keepJournal: boolean }): Promise<ServiceOutcome> {
  try {
    if (fromDebianPackage(script)) {
      await must('dpkg', [keepJournal ? '--remove' : '--purge', 'cac-agent']);
      return { kind: 'removed', kept: keepJournal ? state : null };
    }
    await runCommand('systemctl', ['disable', UNIT_NAME]);
    rmSync(UNIT, { force: true });
    if (systemdRuns()) await runCommand('systemctl', ['daemon-reload']);
    rmSync(COMMAND_LINK, { force: true });
    rmSync(program, { recursive: true, force: true });
    if (!keepJournal) {
      rmSync(state, { recursive: true, force: true });
      await runCommand('userdel', [ACCOUNT]);
    }
    return { kind: 'removed', kept: keepJournal ? state : null };
  } catch (error) {
    return { kind: 'failed', step: error instanceof Error ? error.message : String(error) };
  }
}
