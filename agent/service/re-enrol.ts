/** Another identity for this PC: the server lost it, it was moved to another site, or a person said that it is a copy. It begins with a restart: exit code 75. */
import { askVoucher, enrol } from '../uplink/enrol.ts';
import { roadOf, writeIdentity, type Identity } from '../uplink/identity.ts';
import type { Answer } from '../uplink/post.ts';
import { keepJournalFor } from './journal-owner.ts';
import type { Log } from './log.ts';

/** The server no longer knows this machine: the kept voucher and fingerprint may bring it back, and what its journal holds goes with it. */
export async function reEnrol(dir: string, identity: Identity, log: Log): Promise<void> {
  if (identity.voucher === '') return;
  const answer = await orFault(enrol(dir, roadOf(identity), identity.voucher, identity.salt, { name: identity.name }));
  log(answer.ok ? 'enrolled again: restarting with the new identity' : `enrolling again failed: ${answer.fault.code}`);
  if (!answer.ok) return;
  keepJournalFor(dir, answer.value.machine);
  restart();
}

/** It is another machine from now on, perhaps of another site: the journal is the old one's, and goes with it. If the way is closed, the server says it again. */
export async function becomeAnother(dir: string, identity: Identity, voucher: string | null, log: Log): Promise<void> {
  const answer = await orFault(enrolAs(dir, identity, voucher ?? identity.voucher));
  if (!answer.ok) return log(`no other identity yet: ${answer.fault.code}`);
  log(`this PC is another machine now: ${answer.value.machine}, site ${answer.value.site.id}`);
  restart();
}

async function enrolAs(dir: string, identity: Identity, voucher: string): Promise<Answer<Identity>> {
  const question = await askVoucher(roadOf(identity), voucher);
  if (!question.ok) return question;
  const answer = await enrol(dir, roadOf(identity), voucher, question.value.salt, { name: identity.name });
  // What came with one voucher for one purpose opens nothing later; the site's own does, if it is the same site.
  if (answer.ok && answer.value.site.id === identity.site.id) writeIdentity(dir, { ...answer.value, voucher: identity.voucher });
  return answer;
}

/** A disk that takes nothing is a fault like a closed way, and only logged: the agent goes on as it is, and tries again when it is told to. */
const orFault = (asked: Promise<Answer<Identity>>): Promise<Answer<Identity>> => asked.catch((error: Error) => ({ ok: false, fault: { code: 'identity_not_written', message: error.message, todo: null } }));

function restart(): void {
  process.exitCode = 75;
  process.emit('SIGINT', 'SIGINT'); // not a real signal: on Windows that would end it without a last word
}
