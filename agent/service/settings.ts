/** The agent's settings: as the server last said (kept in `config.json`), over its own defaults; what the environment says goes over both. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USUAL_RULES, type AgentConfig } from '@cac/shared/field.ts';
import { readConfig } from '../core/ack.ts';
import { writePrivate } from '../uplink/identity.ts';

/** Given by hand, for tests and demonstrations; undefined: as the server says. */
export interface Overrides {
  batchEveryMs: number | undefined;
  keepaliveS: number | undefined;
  targets: string | undefined;
}

const FILE = 'config.json';

/** Version 0: nobody has said anything yet. */
const DEFAULTS: AgentConfig = { version: 0, ...USUAL_RULES, targets: [...USUAL_RULES.targets], capMb: null, leftMb: null, metered: false, open: [] };

export function keptConfig(dir: string): AgentConfig {
  try {
    return readConfig(JSON.parse(readFileSync(join(dir, FILE), 'utf8'))) ?? DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

/** A disk that takes nothing keeps nothing: the server says it again at the next start. */
export function keepConfig(dir: string, config: AgentConfig): void {
  try {
    writePrivate(join(dir, FILE), `${JSON.stringify(config)}\n`);
  } catch {
    // in force all the same
  }
}
