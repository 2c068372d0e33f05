/**
 * What the server says, checked by hand: the schemas in shared/messages.ts are the contract (a test compares the two), but they
 * would cost the agent a quarter of its private memory.
 */
import type { AgentConfig, CommandKind } from '@cac/shared/field.ts';
import type { Ack, AckCode, Down, Srv } from '@cac/shared/messages.ts';

/** The longest message the agent reads from the server. */
const DOWN_BYTES = 4 * 1024;

const CODES: Record<AckCode, true> = { ok: true, slow: true, fork: true, revoked: true, unknown: true, stale_epoch: true, too_big: true, upgrade: true };

const COMMANDS: ReadonlySet<unknown> = new Set<CommandKind>(['report_now', 'rotate_secret', 'send_log']);

const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 64;

/** Bytes as JSON, or null: too long, not UTF-8, not an object. */
export function readJson(bytes: Uint8Array): Record<string, unknown> | null {
  if (bytes.length > DOWN_BYTES) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function readAck(value: Record<string, unknown> | null): Ack | null {
  if (!value) return null;
  const { v, ep, W, t, sid, dbi, code, wait } = value;
  const sound =
    typeof v === 'number' && typeof ep === 'string' && /^[a-z0-9]{16}$/.test(ep) && isCount(W) && Number.isSafeInteger(t) &&
    isText(sid) && isText(dbi) && typeof code === 'string' && Object.hasOwn(CODES, code) && isCount(wait, 3_600_000);
  return sound ? ({ v, ep, W, t, sid, dbi, code, wait } as Ack) : null;
}

export function readSrv(value: Record<string, unknown> | null): Srv | null {
  if (!value) return null;
  const { sid, dbi, t, spread } = value;
  const sound = isText(sid) && isText(dbi) && typeof t === 'number' && typeof spread === 'number' && spread >= 0 && spread <= 3_600_000;
  return sound ? { sid, dbi, t, spread } : null;
}

export function readDown(value: Record<string, unknown> | null): Down | null {
  if (!value || typeof value['v'] !== 'number' || typeof value['t'] !== 'number') return null;
  const { v, t, hello, cmd, id, cfg, held, enrol } = value;
  const isFlag = (flag: unknown): boolean => flag === undefined || typeof flag === 'boolean';
  if (!isFlag(hello) || !isFlag(held) || (id !== undefined && (!isCount(id) || id === 0)) || (cmd !== undefined && !COMMANDS.has(cmd))) return null;
  const config = cfg === undefined ? undefined : readConfig(cfg);
  if (config === null) return null;
  const voucher = (enrol as { voucher?: unknown } | undefined)?.voucher;
  if (enrol !== undefined && voucher !== null && typeof voucher !== 'string') return null;
  return { v, t, ...(hello !== undefined && { hello }), ...(cmd !== undefined && { cmd }), ...(id !== undefined && { id }), ...(config && { cfg: config }), ...(held !== undefined && { held }), ...(enrol !== undefined && { enrol: { voucher } }) } as Down;
}

const TARGET = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;
const within = (value: unknown, least: number, most: number): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

/** A configuration, from the server or as it was kept; null: nothing to go by. */
export function readConfig(value: unknown): AgentConfig | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { version, keepaliveS, batchS, targets, capMb, leftMb, metered, open } = value as Record<string, unknown>;
  const sound =
    isCount(version) && version > 0 && within(keepaliveS, 30, 1_200) && within(batchS, 60, 3_600) && typeof metered === 'boolean' &&
    Array.isArray(targets) && targets.length <= 8 && targets.every((target) => typeof target === 'string' && target.length <= 100 && TARGET.test(target)) &&
    (capMb === null || within(capMb, 1, 10_000_000)) && (leftMb === null || typeof leftMb === 'number') &&
    Array.isArray(open) && open.length <= 28 && open.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((minute) => typeof minute === 'number'));
  return sound ? ({ version, keepaliveS, batchS, targets, capMb, leftMb, metered, open } as AgentConfig) : null;
}
