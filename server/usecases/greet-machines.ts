/**
 * What machines that said hello are told: the configuration if it is another than theirs, and the commands that wait. The truth is in the database, so it is sent again at
 * each hello until it was carried out. Read for many machines at once: after a restart all of them say hello within a minute.
 */
import { PROTOCOL_VERSION, type Down } from '@cac/shared/messages.ts';
import { agentConfig, openWeek } from '../core/agent-config.ts';
import { ruleLayers } from '../store/agent-rules.ts';
import { siteCalendars } from '../store/calendars.ts';
import { openCommands, useOfSites, type OpenCommand } from '../store/machine-field.ts';
import type { Handle, Store } from '../store/store.ts';
import type { AgentConfig, CommandKind } from '@cac/shared/field.ts';
import { moveVoucher } from './move-machine.ts';

export interface Greeting {
  machine: string;
  down: Down;
  /** The command that it carries; null: none. */
  command: number | null;
}

/** The first day of the UTC month. */
export const monthOf = (now: number): string => `${new Date(now).toISOString().slice(0, 7)}-01`;

/** The configuration of each of these sites; an id that is none has no entry. */
export async function configsOf(db: Handle, sites: readonly string[], now: number): Promise<Map<string, AgentConfig>> {
  const configs = new Map<string, AgentConfig>();
  if (sites.length === 0) return configs;
  const facts = await db.selectFrom('sites').select(['id', 'programme', 'cap_mb', 'metered']).where('id', 'in', sites).execute();
  const layers = await ruleLayers(db, sites);
  const calendars = await siteCalendars(db, sites);
  const used = await useOfSites(db, facts.filter((site) => site.cap_mb !== null).map((site) => site.id), monthOf(now));
  for (const { id, programme, cap_mb, metered } of facts) {
    const own = [`site:${id}`, `programme:${programme}`, 'country:MA'].map((key) => layers.get(key)).filter((layer) => layer !== undefined);
    const calendar = calendars.get(id);
    configs.set(id, agentConfig({ layers: own, capMb: cap_mb === 0 ? null : cap_mb, metered: metered === 1, usedBytes: used.get(id) ?? 0, open: calendar ? openWeek(calendar, now) : [] }));
  }
  return configs;
}

/** `machines`: some hundreds at most, connected ones: who moves is given a voucher here. */
export async function greetMachines(store: Store, machines: readonly string[], now: number): Promise<Greeting[]> {
  if (machines.length === 0) return [];
  const rows = await store.db.selectFrom('machines').select(['id', 'site_id', 'cfg_version']).where('id', 'in', machines).where('revoked_at', 'is', null).execute();
  const configs = await configsOf(store.db, [...new Set(rows.map((row) => row.site_id))], now);
  const commands = await openCommands(store.db, rows.map((row) => row.id));
  const greetings: Greeting[] = [];
  const say = (machine: string, what: Partial<Down>, command: number | null = null): void => void greetings.push({ machine, down: { v: PROTOCOL_VERSION, t: now, ...what }, command });
  for (const { id, site_id, cfg_version } of rows) {
    const config = configs.get(site_id);
    if (config && config.version !== cfg_version) say(id, { cfg: config });
  }
  for (const command of commands) {
    const what = await wordsOf(store, command, now);
    if (what === null) continue;
    say(command.machine_id, what, command.id);
  }
  return greetings;
}

/** A move is said with a voucher of its own, made as it is said: once an hour at most. */
const MOVE_AGAIN_MS = 3_600_000;

async function wordsOf(store: Store, { id, machine_id, kind, detail, sent_at }: OpenCommand, now: number): Promise<Partial<Down> | null> {
  if (kind === 'enrol') return null; // said to the held process alone
  if (kind !== 'move') return { cmd: kind as CommandKind, id };
  if (sent_at !== null && now - sent_at < MOVE_AGAIN_MS) return null;
  return { enrol: { voucher: await moveVoucher(store, machine_id, detail, now) } };
}
