/**
 * Getting an identity: ask what the voucher is for, let a person confirm, send the fingerprint and the hash of a secret made here.
 * The attempt (nonce and secret) is kept in a file until it succeeds, so that asking again gives the same machine.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import type { EnrolPending } from '@cac/shared/field.ts';
import type { EnrolAnswer, EnrolRequest, VoucherAnswer } from '@cac/shared/messages.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { fingerprintOf, readHardware } from './hardware.ts';
import { writeIdentity, writePrivate, type Identity } from './identity.ts';
import { post, type Answer } from './post.ts';
import type { Road } from './road.ts';

const PENDING = 'enrol-pending.json';
/** What to do is said where it is shown, in the language of the PC (cli/texts.ts). */
const NOT_THE_PLATFORM = { ok: false, fault: { code: 'not_the_platform', message: 'unexpected answer', todo: null } } as const;

export async function askVoucher(road: Road, voucher: string): Promise<Answer<VoucherAnswer>> {
  const answer = await post<VoucherAnswer>(road, 'api/v1/enrol/check', { voucher });
  if (answer.ok && (typeof answer.value?.site?.name !== 'string' || typeof answer.value.salt !== 'string')) return NOT_THE_PLATFORM;
  return answer;
}

/** Beside the voucher: what this PC is called, and its serial numbers where somebody with more rights has read them. */
export interface EnrolWords {
  name?: string | undefined;
  hardware?: readonly (string | null)[] | undefined;
}

/** Enrols and writes `identity.json`. `salt` comes from `askVoucher`. `enrol_pending`: a person is asked; ask again with the same words. */
export async function enrol(dir: string, road: Road, voucher: string, salt: string, { name = hostname(), hardware }: EnrolWords = {}): Promise<Answer<Identity>> {
  const { server } = road;
  const attempt = pendingAttempt(dir, server, voucher);
  const read = await readHardware();
  const fp = fingerprintOf(salt, read.map((part, i) => part ?? hardware?.[i] ?? null));
  const request: EnrolRequest = {
    v: 1, voucher, nonce: attempt.nonce, fp, name: name.slice(0, 64) || 'PC', agent: AGENT_VERSION, os: `${process.platform} ${release()}`.slice(0, 64),
    secretHash: createHash('sha256').update(attempt.secret).digest('hex'),
  };
  const answer = await post<EnrolAnswer | EnrolPending>(road, 'api/v1/enrol', request);
  if (!answer.ok) return answer;
  if (typeof answer.value !== 'object' || answer.value === null) return NOT_THE_PLATFORM;
  if ('pending' in answer.value) return { ok: false, fault: { code: 'enrol_pending', message: answer.value.why, todo: null } };
  const { machine, site, mqtt, dbi } = answer.value;
  if (!/^[a-z0-9]{20}$/.test(machine) || typeof mqtt?.port !== 'number' || typeof site?.id !== 'string') return NOT_THE_PLATFORM;
  const { proxy, ca } = road;
  const identity: Identity = { machine, secret: attempt.secret, server, site, mqtt, salt, fp, voucher, name: request.name, dbi, ...(proxy && { proxy }), ...(ca && { ca }) };
  writeIdentity(dir, identity);
  rmSync(join(dir, PENDING), { force: true });
  return { ok: true, value: identity };
}

function pendingAttempt(dir: string, server: string, voucher: string): { nonce: string; secret: string } {
  const path = join(dir, PENDING);
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { server: string; voucher: string; nonce: string; secret: string };
    if (kept.server === server && kept.voucher === voucher && /^[0-9a-f]{32}$/.test(kept.nonce) && kept.secret.length === 43) return kept;
  } catch {
    // none, or unreadable: a new attempt
  }
  const attempt = { nonce: randomBytes(16).toString('hex'), secret: randomBytes(32).toString('base64url') };
  writePrivate(path, JSON.stringify({ server, voucher, ...attempt }));
  return attempt;
}
