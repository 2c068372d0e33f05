/** `cac-agent run`: until a signal ends it. */
import { openLog } from '../service/log.ts';
import { startAgent } from '../service/agent.ts';
import { STOP_SIGNALS } from '../service/shutdown.ts';
import type { Texts } from './texts.ts';

const EXIT = { already_running: 3, no_identity: 4, other_machine: 5, journal: 6 } as const;

/** Resolves with the exit code once the agent has stopped. */
export async function runCommand(dir: string, eager: boolean, texts: Texts, env: Record<string, string | undefined>): Promise<number> {
  const settings = {
    batchEveryMs: amount(env['CAC_BATCH_MS'], 300_000, 1_000, 3_600_000),
    keepaliveS: amount(env['CAC_KEEPALIVE_S'], 60, 10, 1_200),
    targets: env['CAC_PROBE_TARGETS'],
    eager,
  };
  // Listened to before anything starts: a signal in the first second is a stop like any other.
  const asked = new Promise<NodeJS.Signals>((done) => {
    for (const signal of STOP_SIGNALS) process.on(signal, () => done(signal));
  });
  const started = await startAgent(dir, settings, openLog(dir));
  switch (started.kind) {
    case 'running':
      break;
    case 'already_running':
      console.error(texts.alreadyRunning(started.pid));
      return EXIT.already_running;
    case 'no_identity':
      console.error(texts.noIdentity(dir));
      return EXIT.no_identity;
    case 'other_machine':
      console.error(texts.otherMachine);
      return EXIT.other_machine;
    case 'journal':
      console.error(texts.journal(started.reason));
      return EXIT.journal;
    default:
      return started satisfies never;
  }
  await started.agent.stop(await asked);
  return Number(process.exitCode ?? 0);
}

/** A setting within its bounds; what is no number is the default. */
function amount(text: string | undefined, otherwise: number, least: number, most: number): number {
  const value = Number(text);
  return text?.trim() && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise;
}
