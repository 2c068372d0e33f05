/** Enrols with given answers, and tells apart what a person must change from what only time does. */
import { askVoucher, enrol } from '../uplink/enrol.ts';
import { systemProxy } from '../uplink/system-proxy.ts';
import type { EnrolFault } from '../uplink/post.ts';
import type { Identity } from '../uplink/identity.ts';
import type { EnrolAnswers } from './enrol-answers.ts';
import type { KeptRequest } from './kept-request.ts';

export type EnrolOutcome =
  | { kind: 'enrolled'; identity: Identity }
  /** The person asked said that the site is another one. */
  | { kind: 'cancelled' }
  /** A coordinator is asked: the same again in a minute. */
  | { kind: 'pending'; fault: EnrolFault }
  /** No link, a captive portal, a server that cannot answer now. */
  | { kind: 'unreachable'; fault: EnrolFault }
  /** As it stands it will never do. */
  | { kind: 'refused'; fault: EnrolFault };

export type Confirm = (site: { id: string; name: string }) => Promise<boolean>;

const REFUSALS: ReadonlySet<string> = new Set(['voucher_refused', 'voucher_invalid', 'enrol_refused', 'enrol_conflict', 'bad_json', 'bad_field', 'unknown_field']);

/** Pure. */
export function outcomeOf(fault: EnrolFault): Exclude<EnrolOutcome, { kind: 'enrolled' | 'cancelled' }> {
  if (fault.code === 'enrol_pending') return { kind: 'pending', fault };
  return { kind: REFUSALS.has(fault.code) ? 'refused' : 'unreachable', fault };
}

/** Straight first; where nobody answers, through the proxy that this PC is set to use, which is then kept. */
export async function enrolWith(dir: string, answers: EnrolAnswers, confirm: Confirm): Promise<EnrolOutcome> {
  const outcome = await tryWith(dir, answers, confirm);
  if (outcome.kind !== 'unreachable' || answers.proxy !== undefined) return outcome;
  const proxy = await systemProxy(answers.server);
  if (proxy === null) return outcome;
  const other = await tryWith(dir, { ...answers, proxy }, confirm);
  return other.kind === 'unreachable' ? outcome : other;
}

async function tryWith(dir: string, answers: EnrolAnswers, confirm: Confirm): Promise<EnrolOutcome> {
  const question = await askVoucher(answers, answers.voucher);
  if (!question.ok) return outcomeOf(question.fault);
  const { site, salt } = question.value;
  if (!(await confirm(site))) return { kind: 'cancelled' };
  const answer = await enrol(dir, answers, answers.voucher, salt, { name: answers.name, hardware: (answers as Partial<KeptRequest>).hardware });
  return answer.ok ? { kind: 'enrolled', identity: answer.value } : outcomeOf(answer.fault);
}
