/** `cac-agent prepare-image`: nothing of this PC goes into an image of its disk but how to ask for an identity. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { keepRequest } from '../install/kept-request.ts';
import { askRunning } from '../service/lock.ts';
import { discardIdentity, readIdentity, roadOf } from '../uplink/identity.ts';
import type { Texts } from './texts.ts';

const OWN = ['journal', 'journal-of', 'config.json', 'bytes.json', 'boot', 'enrol-pending.json', 'agent.log', 'agent.log.1'];

/** 0: ready; 1: it runs, or there is nothing to prepare. */
export async function prepareImageCommand(dir: string, texts: Texts): Promise<number> {
  if (await askRunning(dir)) return say(texts.prepareImage.running, 1);
  const identity = readIdentity(dir);
  if (!identity) return say(texts.prepareImage.nothing, 1);
  const { proxy, ca, server } = roadOf(identity);
  // No serial numbers and no name: those of the PCs made from the image are read there.
  if (identity.voucher !== '') keepRequest(dir, { server, voucher: identity.voucher, ...(proxy && { proxy }), ...(ca && { ca }), hardware: [null, null, null] });
  discardIdentity(dir);
  for (const name of OWN) rmSync(join(dir, name), { recursive: true, force: true });
  console.log(texts.prepareImage.done);
  return 0;
}

function say(text: string, code: number): number {
  console.error(text);
  return code;
}
