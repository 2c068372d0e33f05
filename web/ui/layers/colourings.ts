/** The other ways to colour sites: by stage, declared and proven apart, and by programme. The legend's words stand beside each look. */
import { vt } from '../../i18n/coverage/text.ts';
import { BY_STATE, type Colouring, type Look } from '../../map/look.ts';
import type { ColouredBy } from '../../state/choices.ts';
import type { FleetSite } from '../../state/fleet.ts';
import { programmeCodes, programmeName } from '../programme-name.ts';

export interface Coloured {
  readonly colouring: Colouring<FleetSite>;
  readonly legend: readonly { readonly look: Look; readonly text: string }[];
}

const STAGE_LOOKS: readonly Look[] = [
  { shape: 'unseen', colour: '#8b948f' },
  { shape: 'off', colour: '#5b6fa8' },
  { shape: 'no_internet', colour: '#b4541f' },
  { shape: 'connected', colour: '#0d6d64' },
];

/** Told apart without red or green (after Okabe and Ito), and by shape. */
const PROGRAMME_LOOKS: readonly Look[] = [
  { shape: 'unseen', colour: '#8b948f' },
  { shape: 'connected', colour: '#0065a3' },
  { shape: 'no_internet', colour: '#c95a00' },
  { shape: 'unreachable', colour: '#007a58' },
  { shape: 'off', colour: '#a6497f' },
];

const byStage = (): Coloured => ({
  colouring: { looks: STAGE_LOOKS, crowdFirst: [2, 3, 1, 0], of: ({ declaredRung, provenRung }) => (provenRung === 3 ? 3 : declaredRung === 4 ? 2 : declaredRung > 0 || provenRung > 0 ? 1 : 0) },
  legend: [vt('look_nothing'), vt('look_under_way'), vt('look_declared'), vt('look_proven')].map((text, i) => ({ look: STAGE_LOOKS[i]!, text })).toReversed(),
});

function byProgramme(): Coloured {
  const codes = programmeCodes();
  // More programmes than looks share the last one: the legend says so by naming them together.
  const at = (code: string | null): number => (code === null ? 0 : Math.min(PROGRAMME_LOOKS.length - 1, codes.indexOf(code) + 1));
  const named = PROGRAMME_LOOKS.map((look, i) => ({ look, text: i === 0 ? vt('look_no_programme') : codes.filter((code) => at(code) === i).map((code) => programmeName(code)).join(', ') }));
  return { colouring: { looks: PROGRAMME_LOOKS, crowdFirst: [1, 2, 3, 4, 0], of: ({ programme }) => at(programme) }, legend: [...named.slice(1).filter(({ text }) => text !== ''), named[0]!] };
}

export function colouredBy(by: ColouredBy): Coloured {
  switch (by) {
    case 'state':
      return { colouring: BY_STATE, legend: [] };
    case 'stage':
      return byStage();
    case 'programme':
      return byProgramme();
    default:
      return by satisfies never;
  }
}
