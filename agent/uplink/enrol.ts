/**
 * Getting an identity: ask what the voucher is for, let a person confirm, send the fingerprint and the hash of a secret made here.
 * The attempt (nonce and secret) is kept in a file until it succeeds, so that asking again gives the same machine.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import type { EnrolAnswer, EnrolRequest, VoucherAnswer } from '@cac/shared/messages.ts';
import { AGENT_VERSION } from '../core/version.ts';
import { fingerprintOf, readHardware } from './hardware.ts';
import { writeIdentity, writePrivate, type Identity } from './identity.ts';

/** What went wrong, in the server's words or ours. */
export interface EnrolFault {
  code: string;
  message: string;
  todo: string | null;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; fault: EnrolFault };

const ANSWER_BYTES = 64 * 1024;
const PENDING = 'enrol-pending.json';

/** POSTs JSON; an ApiError, a non-JSON page (a captive portal's, say) and a dead line all come back as a fault. */
async function post<T>(server: string, path: string, body: unknown): Promise<Answer<T>> {
  const url = new URL(path, server.endsWith('/') ? server : `${server}/`);
  const fault = (code: string, message: string, todo: string | null = null): Answer<T> => ({ ok: false, fault: { code, message, todo } });
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { method: 'POST', redirect: 'error', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(20_000) });
    text = (await response.text()).slice(0, ANSWER_BYTES);
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    return fault('server_unreachable', `${url.origin}: ${cause}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fault('not_the_platform', `${url.origin} answered ${response.status} without JSON`);
  }
  if (response.ok) return { ok: true, value: value as T };
  const error = (value as { error?: { code?: string; message?: string; todo?: string } } | null)?.error;
  return fault(error?.code ?? `http_${response.status}`, error?.message ?? `HTTP ${response.status}`, error?.todo ?? null);
}

export async function askVoucher(server: string, voucher: string): Promise<Answer<VoucherAnswer>> {
  const answer = await post<VoucherAnswer>(server, 'api/v1/enrol/check', { voucher });
  if (answer.ok && (typeof answer.value?.site?.name !== 'string' || typeof answer.value.salt !== 'string')) return { ok: false, fault: { code: 'not_the_platform', message: 'unexpected answer', todo: null } };
  return answer;
}

/** Enrols and writes `identity.json`. `salt` comes from `askVoucher`. */
export async function enrol(dir: string, server: string, voucher: string, salt: string, name: string = hostname()): Promise<Answer<Identity>> {
  const attempt = pendingAttempt(dir, server, voucher);
  const fp = fingerprintOf(salt, await readHardware());
  const request: EnrolRequest = {
    v: 1, voucher, nonce: attempt.nonce, fp, name: name.slice(0, 64) || 'PC', agent: AGENT_VERSION, os: `${process.platform} ${release()}`.slice(0, 64),
    secretHash: createHash('sha256').update(attempt.secret).digest('hex'),
  };
  const answer = await post<EnrolAnswer>(server, 'api/v1/enrol', request);
  if (!answer.ok) return answer;
  const { machine, site, mqtt, dbi } = answer.value;
  if (!/^[a-z0-9]{20}$/.test(machine) || typeof mqtt?.port !== 'number') return { ok: false, fault: { code: 'not_the_platform', message: 'unexpected answer', todo: null } };
  const identity: Identity = { machine, secret: attempt.secret, server, site, mqtt, salt, fp, voucher, name: request.name, dbi };
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
