/** The service on Windows, through NSSM (a console program becomes a service that is stopped by Ctrl-C). Each step looks first. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { win32 } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { SERVICE } from './places.ts';
import { copyProgram, differs, planCopies } from './program-files.ts';
import { runCommand, type Ran } from './run-command.ts';
import type { ServiceOutcome, ServicePlan } from './service.ts';
import { protectSteps, readServiceState, registerSteps, removeSteps, startStep, stopStep, type ServiceState, type Step } from './windows-plan.ts';

const STOP_LIMIT_MS = 40_000;
/** A service that was registered a moment ago is not always known yet, and a busy service manager refuses: asked again, this often and after this pause. */
const TRIES = 6;
const PAUSE_MS = 500;

async function insist(step: Step): Promise<Ran> {
  for (let tries = 1; ; tries += 1) {
    const ran = await runCommand(step.command, step.args);
    if (ran.code === 0 || tries === (step.must ? TRIES : 1)) return ran;
    await pause(PAUSE_MS);
  }
}

/** Asked of the wrapper beside this program: before the first installation there is no other. */
async function stateOf(script: string): Promise<ServiceState> {
  for (let tries = 1; ; tries += 1) {
    const { code, out } = await runCommand(win32.join(win32.dirname(script), 'nssm.exe'), ['status', SERVICE.windows]);
    if (code === 0) return readServiceState(out);
    if (tries === 3) return 'absent';
    await pause(PAUSE_MS);
  }
}

/** @throws at the first step that must work and does not, with what it said. `said` hears of the others. */
async function carryOut(steps: readonly Step[], said: string[]): Promise<void> {
  for (const step of steps) {
    const ran = await insist(step);
    if (ran.code === 0) continue;
    const line = `${step.command.split('\\').at(-1)} ${step.args.join(' ')}: ${ran.out.split(/\r?\n/)[0] || `code ${ran.code}`}`;
    if (step.must) throw new Error(line);
    said.push(line);
  }
}

const RUNS: ReadonlySet<ServiceState> = new Set(['starting', 'running']);

/** Starts it unless it runs; a start that was answered badly may have worked. */
async function start(script: string): Promise<void> {
  for (let tries = 1; !RUNS.has(await stateOf(script)); tries += 1) {
    const ran = await runCommand(startStep.command, startStep.args);
    if (ran.code === 0) return;
    if (tries === TRIES) throw new Error(`${startStep.command} ${startStep.args.join(' ')}: ${ran.out.split(/\r?\n/).at(-1) || `code ${ran.code}`}`);
    await pause(PAUSE_MS);
  }
}

export async function installWindowsService({ program, state, execPath, script }: ServicePlan): Promise<ServiceOutcome> {
  const changed: string[] = [];
  const said: string[] = [];
  try {
    let service = await stateOf(script);
    const copies = planCopies(program, execPath, script).filter(differs);
    if (copies.length > 0) {
      if (RUNS.has(service)) {
        await stopWindowsService(script);
        service = 'stopped';
      }
      copyProgram(copies);
      changed.push(program);
    }
    if (!existsSync(state)) changed.push(state);
    mkdirSync(state, { recursive: true });
    if (service === 'absent') {
      await carryOut(registerSteps(program, state), said);
      changed.push(SERVICE.windows);
    }
    // After the service exists: its account is known from then on.
    await carryOut(protectSteps(state), said);
    if (!RUNS.has(service)) {
      await start(script);
      changed.push('start');
    }
    return { kind: 'installed', changed, running: 'now', said };
  } catch (error) {
    return { kind: 'failed', step: error instanceof Error ? error.message : String(error) };
  }
}

/** Windows stops no service that is still starting: it is waited for. */
export async function stopWindowsService(script: string): Promise<void> {
  for (const until = Date.now() + STOP_LIMIT_MS; Date.now() < until; await pause(PAUSE_MS)) {
    const state = await stateOf(script);
    if (state === 'stopped' || state === 'absent') return;
    if (state === 'running') await carryOut([stopStep], []);
  }
  await carryOut([stopStep], []);
}

/** The program's folder goes with uninstall.cmd, since this Node runs in it. */
export async function removeWindowsService({ program, state, script, keepJournal }: ServicePlan & { keepJournal: boolean }): Promise<ServiceOutcome> {
  try {
    if ((await stateOf(script)) !== 'absent') await carryOut(removeSteps(program), []);
    if (!keepJournal) rmSync(state, { recursive: true, force: true, maxRetries: 5 });
    return { kind: 'removed', kept: keepJournal ? state : null };
  } catch (error) {
    return { kind: 'failed', step: error instanceof Error ? error.message : String(error) };
  }
}
