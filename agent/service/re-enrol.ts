/** The server no longer knows this machine: the kept voucher and fingerprint may bring it back. */
import { enrol } from '../uplink/enrol.ts';
import type { Identity } from '../uplink/identity.ts';
import type { Log } from './log.ts';

/** A new identity starts with a restart: exit code 75. */
export async function reEnrol(dir: string, identity: Identity, log: Log): Promise<void> {
  if (identity.voucher === '') return;
  const answer = await enrol(dir, identity.server, identity.voucher, identity.salt, identity.name);
  log(answer.ok ? 'enrolled again: restarting with the new identity' : `enrolling again failed: ${answer.fault.code}`);
  if (answer.ok) process.exitCode = 75;
  if (answer.ok) process.emit('SIGINT', 'SIGINT'); // not a real signal: on Windows that would end it without a last word
}
