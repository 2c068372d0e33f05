/** `cac-agent run`: until a signal ends it. */
import { readKeptRequest } from '../install/kept-request.ts';
import { forgetUninstalling } from '../install/last-word.ts';
import { awaitEnrolment } from '../service/await-enrolment.ts';
import { openLog } from '../service/log.ts';
import { startAgent, type Started } from '../service/agent.ts';
import { tellServiceManager } from '../service/service-manager.ts';
import { STOP_SIGNALS } from '../service/shutdown.ts';
import type { Texts } from './texts.ts';

const EXIT = { already_running: 3, no_identity: 4, other_machine: 5, journal: 6 } as const;

/** Resolves with the exit code once the agent has stopped. */
export async function runCommand(dir: string, eager: boolean, texts: Texts, env: Record<string, string | undefined>): Promise<number> {
  const settings = {
    batchEveryMs: amount(env['CAC_BATCH_MS'], 1_000, 3_600_000),
    keepaliveS: amount(env['CAC_KEEPALIVE_S'], 10, 1_200),
    targets: env['CAC_PROBE_TARGETS']?.trim() || undefined,
    eager,
  };
  // Listened to before anything starts: a signal in the first second is a stop like any other.
  const asked = new Promise<NodeJS.Signals>((done) => {
    for (const signal of STOP_SIGNALS) process.on(signal, () => done(signal));
  });
  forgetUninstalling(dir);
  tellServiceManager(env);
  const log = openLog(dir);
  const start = async (): Promise<Started | 'stopped'> => {
    const awaited = await awaitEnrolment(dir, asked, eager, log);
    if (awaited.kind === 'already_running') return awaited;
    return awaited.kind === 'stopped' ? 'stopped' : startAgent(dir, settings, log);
  };
  let started = await start();
  // A copied disk dropped the identity that came along: it asks for one of its own, if it has the means.
  if (started !== 'stopped' && started.kind === 'other_machine' && readKeptRequest(dir)) {
    log('other_machine: this disk is a copy, or was put into another PC; asking for an identity of its own');
    started = await start();
  }
  if (started === 'stopped') return 0;
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

/** A setting within its bounds; undefined where none is given: then it is as the server says. */
function amount(text: string | undefined, least: number, most: number): number | undefined {
  const value = Number(text);
  return text?.trim() && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : undefined;
}
