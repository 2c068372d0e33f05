/** `cac-agent enrol`: show which site the voucher is for, ask, enrol. */
import { readFileSync } from 'node:fs';
import { readVoucherCode } from '@cac/shared/voucher-code.ts';
import { isPem, readProxy } from '../install/enrol-answers.ts';
import { askVoucher, enrol } from '../uplink/enrol.ts';
import { readIdentity } from '../uplink/identity.ts';
import { canAsk, confirm } from './ask.ts';
import type { Texts } from './texts.ts';

export interface EnrolArguments {
  dir: string;
  server: string | undefined;
  voucher: string | undefined;
  name: string | undefined;
  proxy: string | undefined;
  /** A file of certificates, PEM. */
  ca: string | undefined;
  yes: boolean;
}

/** The exit code: 0 enrolled, 1 refused, 2 the command is wrong. */
export async function enrolCommand(args: EnrolArguments, texts: Texts): Promise<number> {
  if (!args.server || !args.voucher) return say(texts.missing(args.server ? '--voucher CODE' : '--server URL'), 2);
  const server = /^https?:\/\//.test(args.server) ? args.server : `https://${args.server}`;
  if (!URL.canParse(server)) return say(texts.missing('--server URL'), 2);
  const voucher = readVoucherCode(args.voucher);
  if (!voucher) return say(texts.badVoucher, 2);
  const present = readIdentity(args.dir);
  if (present) return say(texts.alreadyEnrolled(present.machine), 1);
  const proxy = args.proxy === undefined ? undefined : readProxy(args.proxy);
  if (proxy === null) return say(texts.install.badProxy, 2);
  const ca = args.ca === undefined ? undefined : readPem(args.ca);
  if (ca === null) return say(texts.install.badCa(args.ca!), 2);
  const road = { server, proxy, ca };
  const question = await askVoucher(road, voucher);
  if (!question.ok) return say(texts.fault(question.fault), 1);
  const { site, salt } = question.value;
  if (!args.yes && canAsk() && !(await confirm(texts.siteQuestion(site.name, site.id)))) return say(texts.cancelled, 1);
  const answer = await enrol(args.dir, road, voucher, salt, { name: args.name });
  if (!answer.ok) return say(answer.fault.code === 'enrol_pending' ? texts.install.pending(answer.fault.message) : texts.fault(answer.fault), 1);
  console.log(texts.enrolled(answer.value.machine, `${site.name} (${site.id})`));
  return 0;
}

function readPem(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8');
    return isPem(text) ? text : null;
  } catch {
    return null;
  }
}

function say(text: string, code: number): number {
  console.error(text);
  return code;
}
