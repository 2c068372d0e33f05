/** What a technician is asked at an installation, as it is kept in files: the enrolment file of a voucher's page, and the kept request. Pure. */
import { readVoucherCode } from '@cac/shared/voucher-code.ts';

/** What it takes to enrol a PC. */
export interface EnrolAnswers {
  server: string;
  /** The site's voucher, as it is sent. */
  voucher: string;
  /** Certificates to trust beside the system's, PEM. */
  ca?: string;
  /** `http://host:port` */
  proxy?: string;
  /** What this PC is called in lists; else its host name. */
  name?: string;
}

/** `where`: the field, or null for the whole file. */
export interface FileFault {
  code: 'enrol_file_unreadable' | 'enrol_file_version' | 'enrol_file_field';
  where: string | null;
}

export type ReadAnswers = { ok: true; answers: EnrolAnswers } | { ok: false; fault: FileFault };

const FILE_VERSION = 1;
const fault = (code: FileFault['code'], where: string | null = null): ReadAnswers => ({ ok: false, fault: { code, where } });
const text = (value: unknown, most: number): value is string => typeof value === 'string' && value.length > 0 && value.length <= most;

/** `{v:1, server, voucher, ca?, proxy?, name?}`; unknown fields are left alone. */
export function readEnrolAnswers(file: string): ReadAnswers {
  let found: Record<string, unknown>;
  try {
    found = JSON.parse(file.replace(/^\uFEFF/, '')) as Record<string, unknown>;
  } catch {
    return fault('enrol_file_unreadable');
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return fault('enrol_file_unreadable');
  if (found['v'] !== FILE_VERSION) return fault('enrol_file_version', 'v');
  const server = text(found['server'], 500) ? readServer(found['server']) : null;
  if (server === null) return fault('enrol_file_field', 'server');
  const voucher = text(found['voucher'], 64) ? readVoucherCode(found['voucher']) : null;
  if (!voucher) return fault('enrol_file_field', 'voucher');
  const answers: EnrolAnswers = { server, voucher };
  for (const [field, most] of [['ca', 200_000], ['proxy', 500], ['name', 64]] as const) {
    const value = found[field];
    if (value === undefined || value === null) continue;
    if (!text(value, most) || (field === 'proxy' && readProxy(value) === null) || (field === 'ca' && !isPem(value))) return fault('enrol_file_field', field);
    answers[field] = field === 'proxy' ? readProxy(value)! : value;
  }
  return { ok: true, answers };
}

export const writeEnrolAnswers = (answers: EnrolAnswers): string => `${JSON.stringify({ v: FILE_VERSION, ...answers }, null, 2)}\n`;

/** An address as people type it; `https://` goes without saying. */
export function readServer(typed: string): string | null {
  const server = /^https?:\/\//i.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`;
  return URL.canParse(server) && new URL(server).hostname !== '' ? server : null;
}

/** `http://host:port`; the scheme goes without saying, and no other is spoken to. */
export function readProxy(typed: string): string | null {
  const proxy = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed.trim()) ? typed.trim() : `http://${typed.trim()}`;
  return URL.canParse(proxy) && new URL(proxy).protocol === 'http:' ? proxy : null;
}

export const isPem = (value: string): boolean => /-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(value);
