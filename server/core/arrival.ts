/** How a PC that was just installed does, in the three words that a technician acts on. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { MachineFlag, MachineState } from '@cac/shared/states.ts';
import { countOf } from './site-state.ts';

export type Check = VoucherPage['arrived'][number]['check'];

/** With one of these a PC that reports is not well all the same. */
const TROUBLES: ReadonlySet<MachineFlag> = new Set(['clone_suspect', 'disk_full', 'journal_unavailable']);

export function checkOf(state: MachineState, flags: readonly MachineFlag[]): Check {
  switch (countOf(state)) {
    case 'on':
      return flags.some((flag) => TROUBLES.has(flag)) ? 'failing' : 'ok';
    case 'onFailing':
      return 'failing';
    default:
      return 'silent';
  }
}
