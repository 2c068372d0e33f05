/** `cac-agent status`: plain words, and a last line to act on. */
import { accessSync, constants } from 'node:fs';
import { readKeptRequest } from '../install/kept-request.ts';
import { askRunning } from '../service/lock.ts';
import { judge, type StatusDocument } from '../service/status.ts';
import { readIdentity } from '../uplink/identity.ts';
import type { Texts } from './texts.ts';

/** Another account's directory, as the service's is: what is in it is not ours to read. */
function isForeign(dir: string): boolean {
  try {
    accessSync(dir, constants.R_OK | constants.X_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** 0: OK, you can leave. 1: not. */
export async function statusCommand(dir: string, texts: Texts): Promise<number> {
  const identity = readIdentity(dir);
  if (!identity && isForeign(dir)) {
    console.log(`${texts.notOk}: ${texts.install.rights}`);
    return 1;
  }
  const kept = identity ? null : readKeptRequest(dir);
  if (kept) {
    const waiting = await askRunning(dir);
    console.log(texts.install.waiting(kept.server, waiting?.enrolment ?? null));
    console.log(`${texts.notOk}: ${waiting ? texts.install.waitForServer : texts.todo.start}`);
    return 1;
  }
  if (!identity) {
    console.log(`${texts.notOk}: ${texts.noIdentity(dir)}`);
    return 1;
  }
  const status = await askRunning(dir);
  const live = status?.machine ? status : null;
  const l = texts.labels;
  console.log(`${l.machine}: ${identity.machine}\n${l.site}: ${identity.site.name} (${identity.site.id})\n${l.server}: ${identity.server}`);
  if (live) for (const line of linesOf(live, texts)) console.log(line);
  const verdict = judge(live);
  if (verdict.ok && verdict.but !== null) console.log(texts.but(verdict.but));
  console.log(verdict.ok ? texts.ok : `${texts.notOk}: ${texts.todo[verdict.todo]}`);
  return verdict.ok ? 0 : 1;
}

function linesOf(status: StatusDocument, texts: Texts): string[] {
  const l = texts.labels;
  const ago = (at: number | null): string => (at === null ? texts.never : texts.ago(Math.max(0, Math.round((status.now - at) / 1000))));
  const probes = Object.entries(status.probes).map(([name, result]) => `${name} ${typeof result === 'number' ? `${result} ms` : result}`);
  return [
    `${l.agent}: ${status.version}, pid ${status.pid}`,
    `${l.connection}: ${texts.connection[status.connection]} (${status.mqtt})${status.lastFailure ? `, ${status.lastFailure}` : ''}`,
    `${l.lastAck}: ${ago(status.lastAckAt)}`,
    `${l.backlog}: ${texts.records(status.backlog)}`,
    `${l.link}: ${status.link ?? '?'} (${status.interface ?? '?'})`,
    `${l.probes}: ${probes.join(', ') || texts.never}${status.probedAt === null ? '' : ` (${ago(status.probedAt)})`}`,
    `${l.bytes}: ${Math.round(status.bytesToday / 1024)} KiB`,
    `${l.settings}: ${texts.settings(status.keepaliveS, status.batchEveryMs / 1000, status.configVersion, status.capMb, status.postponed)}`,
    ...(status.flags.length > 0 ? [`${l.flags}: ${status.flags.join(', ')}`] : []),
  ];
}
