/** What an agent writes when it starts, given what its journal holds of the present boot. Pure. */
import type { InterfaceKind } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import type { TimedDraft } from './beat.ts';

/** The newest records kept, back to the last `boot`; null where there is none. */
export interface Past {
  boot: string | null;
  /** Kind of the newest record of all. */
  last: string | null;
  /** `m` of the last `agent_start`. */
  startM: number | null;
  net: { link: LinkWord; if: InterfaceKind } | null;
  /** The last offset of the PC's clock that was told. */
  off: { ms: number; m: number } | null;
}

/** The PC at the moment the agent starts. */
export interface Start {
  boot: string;
  version: string;
  m: number;
  wall: number;
}

/**
 * An agent that is killed again and again (an antivirus, every 10 s) leaves one `agent_start` a minute, not one a start: else ten
 * thousand of them a day would push true transitions out of a full journal. What it tells is the same: no heartbeat was made.
 */
const QUIET_MS = 60_000;
/** A process that was killed leaves one of these last; one that ended leaves word. */
const LEFT_BY_KILLED: ReadonlySet<string> = new Set(['agent_start', 'net', 'sample', 'clk']);

/** The `boot` record of a journal that has to begin here: `up` says that the boot itself was earlier. */
export const bootDraft = ({ boot, m, wall }: Start): TimedDraft => ({ kind: 'boot', m, w: wall, body: { boot, up: m } });

/** Started again, in the same boot, less than a minute after an agent that was killed before its first heartbeat. */
export function startsAgain(past: Past, { boot, m }: Start): boolean {
  return past.boot === boot && past.startM !== null && m - past.startM < QUIET_MS && LEFT_BY_KILLED.has(past.last ?? '');
}

/** `boot` unless the journal knows that this boot is the present one, then `agent_start`. */
export function openingDrafts(past: Past, start: Start): TimedDraft[] {
  if (startsAgain(past, start)) return [];
  const { m, wall } = start;
  const started: TimedDraft = { kind: 'agent_start', m, w: wall, body: { ver: start.version, up: m } };
  return past.boot === start.boot ? [started] : [bootDraft(start), started];
}
