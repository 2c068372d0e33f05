/** `cac-agent uninstall`: 1 the last word, 2 the service, 3 program, identity and journal. */
import { sayLastWord } from '../install/last-word.ts';
import { placesOf } from '../install/places.ts';
import { isAdministrator } from '../install/rights.ts';
import { removeService, stopService } from '../install/service.ts';
import { mayBeState } from '../install/state-directory.ts';
import { canAsk, confirm } from './ask.ts';
import { INSTALL_EXIT } from './install.ts';
import type { Texts } from './texts.ts';

export interface UninstallArguments {
  dir: string;
  keepJournal: boolean;
  lastWord: boolean;
  yes: boolean;
}

export async function uninstallCommand({ dir, keepJournal, lastWord, yes }: UninstallArguments, texts: Texts): Promise<number> {
  const t = texts.install;
  const refuse = (text: string, code: number): number => {
    console.error(text);
    return code;
  };
  if (process.platform !== 'linux' && process.platform !== 'win32') return refuse(t.notHere, INSTALL_EXIT.usage);
  if (!(await isAdministrator())) return refuse(t.rights, INSTALL_EXIT.rights);
  if (!mayBeState(dir)) return refuse(t.notOurs(dir), INSTALL_EXIT.usage);
  if (!lastWord && !yes && canAsk() && !(await confirm(t.removeQuestion))) return refuse(texts.cancelled, INSTALL_EXIT.refused);
  const lost = await sayLastWord(dir, () => stopService(process.argv[1]!));
  if (lost > 0) console.log(t.lost(lost));
  if (lastWord) return INSTALL_EXIT.well;
  const outcome = await removeService({ program: placesOf(process.platform, process.env).program, state: dir, execPath: process.execPath, script: process.argv[1]!, keepJournal });
  if (outcome.kind !== 'removed') return refuse(t.failed(outcome.kind === 'failed' ? outcome.step : ''), INSTALL_EXIT.service);
  console.log(t.removed);
  if (outcome.kept !== null) console.log(t.kept(outcome.kept));
  return INSTALL_EXIT.well;
}
