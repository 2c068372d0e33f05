/** Where an installed agent lives on each system, and how its service is called. Pure. */
import { posix, win32 } from 'node:path';

export interface Places {
  /** Runtime and bundle; everybody may read it. */
  program: string;
  /** Identity, journal, log: the service's own (0700, or an ACL). */
  state: string;
}

export const SERVICE = { linux: 'cac-agent', windows: 'CacAgent' } as const;
/** The service's account on Linux. */
export const ACCOUNT = 'cac-agent';
export const BUNDLE = 'cac-agent.cjs';
/** What the page of a voucher offers for download; `install` looks for it beside the package when nothing else is given. */
export const ENROL_FILE = 'cac-enrol.json';

type Environment = Readonly<Record<string, string | undefined>>;

export function placesOf(platform: NodeJS.Platform, env: Environment): Places {
  if (platform !== 'win32') return { program: '/opt/cac-agent', state: '/var/lib/cac-agent' };
  return {
    program: win32.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'cac-agent'),
    state: win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'cac-agent'),
  };
}

/** What Debian's package brings: dpkg puts it there and takes it away, `install` copies nothing. */
export const DEBIAN_PROGRAM = '/usr/lib/cac-agent';

/** Does this process run from a package, with a runtime of its own beside the bundle? Only then is there a directory that goes without saying. */
export function isPackaged(platform: NodeJS.Platform, execPath: string, script: string | undefined): boolean {
  const path = platform === 'win32' ? win32 : posix;
  return script !== undefined && path.basename(script) === BUNDLE && path.dirname(execPath) === path.dirname(script);
}
