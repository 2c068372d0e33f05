/**
 * The steps of the Windows service, as commands. Accounts are named by number (SIDs), since Windows translates their names. The service
 * runs under its own account, NT SERVICE\CacAgent, which may write to its state directory and nowhere else. Pure.
 */
import { win32 } from 'node:path';
import { SERVICE } from './places.ts';
import { serviceSid } from './service-sid.ts';

export interface Step {
  command: string;
  args: string[];
  /** False: tried; what comes of it is told, and what follows is done all the same. */
  must: boolean;
}

const NAME = SERVICE.windows;
const SYSTEM = '*S-1-5-18';
const ADMINISTRATORS = '*S-1-5-32-544';
const OWN = `*${serviceSid(NAME)}`;

const step = (command: string, ...args: string[]): Step => ({ command, args, must: true });
const tried = (command: string, ...args: string[]): Step => ({ command, args, must: false });
const quoted = (path: string): string => `"${path}"`;

/** Registers the service (once): delayed automatic start, started again whenever it ends, Ctrl-C first when it is stopped. */
export function registerSteps(program: string, state: string): Step[] {
  const nssm = win32.join(program, 'nssm.exe');
  const set = (...args: string[]): Step => step(nssm, 'set', NAME, ...args);
  return [
    step(nssm, 'install', NAME, win32.join(program, 'node.exe')),
    set('AppDirectory', program),
    // One value: the wrapper joins its arguments with blanks and quotes nothing.
    set('AppParameters', `cac-agent.cjs run --dir ${quoted(state)}`),
    set('DisplayName', 'CAC agent'),
    set('Description', 'Proves, minute by minute, that this place is open, powered and connected. It reads nothing of people.'),
    // Its own log is in its directory; the console would be nobody's.
    set('AppStdout', 'NUL'),
    set('AppStderr', 'NUL'),
    // Killed within 15 s of its start again and again, it comes back ever later. No AppRestartDelay beside it: with one, NSSM did not come back at all under wine.
    set('AppExit', 'Default', 'Restart'),
    set('AppThrottle', '15000'),
    // Ctrl-C, and time for a last word; only then harsher means.
    set('AppStopMethodConsole', '15000'),
    set('AppStopMethodWindow', '1000'),
    set('AppStopMethodThreads', '1000'),
    set('AppRotateFiles', '0'),
    set('Start', 'SERVICE_DELAYED_AUTO_START'),
    // The wrapper itself: started again by Windows.
    tried('sc.exe', 'failure', NAME, 'reset=', '86400', 'actions=', 'restart/5000/restart/60000/restart/300000'),
    tried('sc.exe', 'failureflag', NAME, '1'),
    tried('sc.exe', 'sidtype', NAME, 'unrestricted'),
    tried('sc.exe', 'config', NAME, 'obj=', `NT SERVICE\\${NAME}`),
  ];
}

/** Who may read what the agent keeps: SYSTEM, administrators, the service; nobody by inheritance. */
export const protectSteps = (state: string): Step[] => [
  tried('icacls.exe', state, '/inheritance:r', '/grant:r', `${SYSTEM}:(OI)(CI)F`, `${ADMINISTRATORS}:(OI)(CI)F`, `${OWN}:(OI)(CI)M`, '/T', '/C', '/Q'),
];

export const startStep: Step = step('net.exe', 'start', NAME);
export const stopStep: Step = tried('net.exe', 'stop', NAME);
export const removeSteps = (program: string): Step[] => [tried(win32.join(program, 'nssm.exe'), 'remove', NAME, 'confirm')];

/** `starting`: NSSM says so until the agent has run for a while (AppThrottle), or while it waits to start it again. */
export type ServiceState = 'absent' | 'starting' | 'running' | 'stopped';

/** `nssm status NAME`: words of the service interface, in no language. */
export function readServiceState(output: string): ServiceState {
  const state = /SERVICE_([A-Z_]+)/.exec(output)?.[1];
  if (state === undefined) return 'absent';
  if (state === 'RUNNING') return 'running';
  return state === 'START_PENDING' || state === 'CONTINUE_PENDING' || state === 'PAUSED' ? 'starting' : 'stopped';
}
