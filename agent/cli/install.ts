/**
 * `cac-agent install`: 1 rights and answers, 2 the directory, 3 enrolment (or its answers kept), 4 the service. Nothing is left behind
 * by an installation that was refused; a second run changes nothing.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readVoucherCode } from '@cac/shared/voucher-code.ts';
import { isPem, readEnrolAnswers, readProxy, readServer, type EnrolAnswers } from '../install/enrol-answers.ts';
import { enrolWith } from '../install/enrol-with.ts';
import { dropRequest, keepRequest } from '../install/kept-request.ts';
import { ENROL_FILE, placesOf } from '../install/places.ts';
import { isAdministrator } from '../install/rights.ts';
import { installService } from '../install/service.ts';
import { mayBeState, removeIfEmpty } from '../install/state-directory.ts';
import { readHardware } from '../uplink/hardware.ts';
import { readIdentity } from '../uplink/identity.ts';
import { askLine, canAsk, confirm } from './ask.ts';
import type { Texts } from './texts.ts';

export interface InstallArguments {
  dir: string;
  server: string | undefined;
  voucher: string | undefined;
  name: string | undefined;
  proxy: string | undefined;
  ca: string | undefined;
  enrolFile: string | undefined;
  yes: boolean;
  later: boolean;
}

/** Documented in the command's help. */
export const INSTALL_EXIT = { well: 0, refused: 1, usage: 2, rights: 3, unreachable: 4, service: 5 } as const;

type Found = { ok: true; answers: EnrolAnswers; fromFile: boolean } | { ok: false; text: string };

export async function installCommand(args: InstallArguments, texts: Texts): Promise<number> {
  const t = texts.install;
  if (process.platform !== 'linux' && process.platform !== 'win32') return say(t.notHere, INSTALL_EXIT.usage);
  if (!(await isAdministrator())) return say(t.rights, INSTALL_EXIT.rights);
  if (!mayBeState(args.dir)) return say(t.notOurs(args.dir), INSTALL_EXIT.usage);
  const code = await enrolIfNeeded(args, texts);
  if (code !== null) return code;
  const outcome = await installService({ program: placesOf(process.platform, process.env).program, state: args.dir, execPath: process.execPath, script: process.argv[1]! });
  if (outcome.kind !== 'installed') return say(t.failed(outcome.kind === 'failed' ? outcome.step : ''), INSTALL_EXIT.service);
  for (const line of outcome.said) console.log(t.unverified(line));
  console.log(outcome.changed.length > 0 ? t.changed(outcome.changed) : t.nothingChanged);
  console.log(outcome.running === 'now' ? t.runs : t.atNextStart);
  console.log(t.next);
  return INSTALL_EXIT.well;
}

/** Null: go on with the service. */
async function enrolIfNeeded(args: InstallArguments, texts: Texts): Promise<number | null> {
  const t = texts.install;
  const present = readIdentity(args.dir);
  if (present) {
    dropRequest(args.dir);
    console.log(t.already(present.machine, `${present.site.name} (${present.site.id})`));
    return null;
  }
  const found = await findAnswers(args, texts);
  if (!found.ok) return say(found.text, INSTALL_EXIT.usage);
  const { answers } = found;
  mkdirSync(args.dir, { recursive: true, mode: 0o700 });
  const outcome = await enrolWith(args.dir, answers, (site) => (args.yes || !canAsk() ? Promise.resolve(true) : confirm(texts.siteQuestion(site.name, site.id))));
  switch (outcome.kind) {
    case 'enrolled':
      dropRequest(args.dir);
      console.log(texts.enrolled(outcome.identity.machine, `${outcome.identity.site.name} (${outcome.identity.site.id})`));
      return null;
    case 'pending':
      console.log(t.pending(outcome.fault.message));
      keepRequest(args.dir, { ...answers, hardware: await readHardware() });
      return null;
    case 'unreachable':
      if (found.fromFile || args.later) {
        console.log(t.later(texts.fault(outcome.fault)));
        keepRequest(args.dir, { ...answers, hardware: await readHardware() });
        return null;
      }
      removeIfEmpty(args.dir);
      return say(`${texts.fault(outcome.fault)}\n${t.hintLater}`, INSTALL_EXIT.unreachable);
    case 'cancelled':
      removeIfEmpty(args.dir);
      return say(texts.cancelled, INSTALL_EXIT.refused);
    case 'refused':
      removeIfEmpty(args.dir);
      return say(texts.fault(outcome.fault), INSTALL_EXIT.refused);
    default:
      return outcome satisfies never;
  }
}

/** Of the command line, of the file that is named or lies beside the program, else of the person at the terminal. */
async function findAnswers(args: InstallArguments, texts: Texts): Promise<Found> {
  const path = args.enrolFile ?? (args.server === undefined && args.voucher === undefined ? besideProgram() : null);
  if (path !== null) return fromFile(path, args.name, texts);
  const typed = { server: args.server, voucher: args.voucher };
  if (!args.yes && canAsk()) {
    typed.server ??= await askLine(texts.install.askServer);
    typed.voucher ??= await askLine(texts.install.askVoucher);
  }
  if (!typed.server || !typed.voucher) return { ok: false, text: texts.missing(typed.server ? '--voucher CODE' : '--server URL') };
  const server = readServer(typed.server);
  if (server === null) return { ok: false, text: texts.install.badServer };
  const voucher = readVoucherCode(typed.voucher);
  if (!voucher) return { ok: false, text: texts.badVoucher };
  const answers: EnrolAnswers = { server, voucher, ...(args.name !== undefined && { name: args.name.slice(0, 64) }) };
  if (args.proxy !== undefined) {
    const proxy = readProxy(args.proxy);
    if (proxy === null) return { ok: false, text: texts.install.badProxy };
    answers.proxy = proxy;
  }
  if (args.ca !== undefined) {
    const ca = readText(args.ca);
    if (ca === null || !isPem(ca)) return { ok: false, text: texts.install.badCa(args.ca) };
    answers.ca = ca;
  }
  return { ok: true, answers, fromFile: false };
}

function fromFile(path: string, name: string | undefined, texts: Texts): Found {
  const file = readText(path);
  const read = file === null ? ({ ok: false, fault: { code: 'enrol_file_unreadable', where: null } } as const) : readEnrolAnswers(file);
  if (!read.ok) return { ok: false, text: texts.install.file(path, read.fault) };
  return { ok: true, answers: { ...read.answers, ...(name !== undefined && { name: name.slice(0, 64) }) }, fromFile: true };
}

function besideProgram(): string | null {
  const path = join(dirname(process.argv[1] ?? '.'), ENROL_FILE);
  return readText(path) === null ? null : path;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function say(text: string, code: number): number {
  console.error(text);
  return code;
}
