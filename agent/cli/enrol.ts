/** `cac-agent enrol`: show which site the voucher is for, ask, enrol. */
import { createInterface } from 'node:readline/promises';
import { readVoucherCode } from '@cac/shared/voucher-code.ts';
import { askVoucher, enrol } from '../uplink/enrol.ts';
import { readIdentity } from '../uplink/identity.ts';
import type { Texts } from './texts.ts';

export interface EnrolArguments {
  dir: string;
  server: string | undefined;
  voucher: string | undefined;
  name: string | undefined;
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
  const question = await askVoucher(server, voucher);
  if (!question.ok) return say(texts.fault(question.fault), 1);
  const { site, salt } = question.value;
  if (!args.yes && process.stdin.isTTY && !(await confirm(texts.siteQuestion(site.name, site.id)))) return say(texts.cancelled, 1);
  const answer = await enrol(args.dir, server, voucher, salt, args.name);
  if (!answer.ok) return say(texts.fault(answer.fault), 1);
  console.log(texts.enrolled(answer.value.machine, `${site.name} (${site.id})`));
  return 0;
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return /^(y|yes|o|oui)$/i.test(answer.trim());
}

function say(text: string, code: number): number {
  console.error(text);
  return code;
}
