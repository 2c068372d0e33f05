/**
 * What the server says to this agent beside acks: settings, commands, another identity. And what the agent says beside its records: which settings are in force, a new
 * secret, its log, which command was carried out. Said with a hello, and again with the next until an ack has come.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { AgentConfig } from '@cac/shared/field.ts';
import type { Down, Up } from '@cac/shared/messages.ts';
import { writeIdentity, type Identity } from '../uplink/identity.ts';
import { readLogEnd, type Log } from './log.ts';

export interface DeskOptions {
  dir: string;
  identity: Identity;
  log: Log;
  version(): number;
  onConfig(config: AgentConfig): void;
  /** Say hello now: there is something to be said with it. */
  sayHello(): void;
  onReport(): void;
  /** Drop the identity and enrol again; null: with the kept voucher. */
  onEnrol(voucher: string | null): void;
}

export interface Desk {
  take(down: Down): void;
  /** Goes with a hello. */
  words(): Pick<Up, 'cfg' | 'sh' | 'log' | 'done'>;
  /** The server has what the last hello said. */
  acked(): void;
}

/** Of the log's end; a message holds 32 KiB before it is compressed. */
const LOG_BYTES = 20 * 1024;

export function createDesk(options: DeskOptions): Desk {
  const { dir, identity, log } = options;
  let words: Pick<Up, 'sh' | 'log' | 'done'> = {};
  let said: typeof words | null = null;
  // A secret was made, and this process or the line ended before the server confirmed it: say it again.
  if (identity.nextSecret) words = { sh: hashOf(identity.nextSecret) };

  function isKept(next: Identity): boolean {
    try {
      writeIdentity(dir, next);
      return true;
    } catch (error) {
      log(`identity not written: ${(error as Error).message}`);
      return false;
    }
  }

  function carryOut(down: Down): void {
    const done = down.id === undefined ? {} : { done: down.id };
    switch (down.cmd) {
      case undefined:
        return;
      case 'report_now':
        words = { ...words, ...done };
        options.onReport();
        break;
      case 'send_log':
        words = { ...words, ...done, log: readLogEnd(dir, LOG_BYTES) };
        break;
      case 'rotate_secret':
        if (!identity.nextSecret) {
          const nextSecret = randomBytes(32).toString('base64url');
          // Kept before it is told: else an answer that got lost would lock this PC out. A disk that takes nothing keeps the old one; the server asks again.
          if (!isKept({ ...identity, nextSecret })) return;
          identity.nextSecret = nextSecret;
        }
        words = { ...words, ...done, sh: hashOf(identity.nextSecret) };
        break;
      default:
        down.cmd satisfies never;
    }
    log(`the server asked: ${down.cmd}`);
    options.sayHello();
  }

  return {
    take(down) {
      if (down.cfg) options.onConfig(down.cfg);
      carryOut(down);
      if (down.held !== undefined) log(down.held ? 'clone_held: another PC runs with this identity' : 'this PC has its identity again');
      if (down.enrol) options.onEnrol(down.enrol.voucher);
    },
    words() {
      said = words;
      return { cfg: options.version(), ...words };
    },
    acked() {
      if (said === null) return;
      if (said.sh !== undefined && identity.nextSecret) {
        identity.oldSecret = identity.secret;
        identity.secret = identity.nextSecret;
        delete identity.nextSecret;
        // If not, the file holds both: the next start is refused with the one and goes on with the other.
        if (isKept(identity)) log('the secret was changed');
      }
      if (said === words) words = {};
      said = null;
    },
  };
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
