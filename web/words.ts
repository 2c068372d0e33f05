/**
 * The lists of the shared vocabulary, as the pages need them. Written out because importing them from their schemas would
 * bring the validators into the page; a word too many or too few does not compile.
 */
import type { EQUIPMENT_KINDS as Equipment, HOST_PREMISES as Host, Zone } from '@cac/shared/api.ts';
import type { DeclaredStage, ProvenStage } from '@cac/shared/ladder.ts';
import type { Csp, Technology } from '@cac/shared/site-fields.ts';
import type { SiteState } from '@cac/shared/states.ts';

const wordsOf = <W extends string>(all: Record<W, true>): readonly W[] => Object.keys(all) as W[];

export const SITE_STATES = wordsOf<SiteState>({ connected: true, no_internet: true, unreachable: true, off: true, unseen: true });
export const ZONES = wordsOf<Zone>({ dense: true, moderate: true, 'grey-white': true });
export const CSP = wordsOf<Csp>({ A: true, B: true, C: true, D: true, E: true });
export const TECHNOLOGIES = wordsOf<Technology>({ adsl: true, fibre: true, leased: true, wimax: true, mobile: true, satellite: true, radio: true, other: true });
/** Rung by rung: what is declared of a site, and what evidence proves. */
const DECLARED_RUNGS = wordsOf<'none' | DeclaredStage>({ none: true, identified: true, built: true, equipped: true, connected: true });
const PROVEN_RUNGS = wordsOf<ProvenStage>({ none: true, enrolled: true, reporting: true, in_service: true });
export type Stage = `declared-${'none' | DeclaredStage}` | `proven-${ProvenStage}`;
export const STAGES: readonly Stage[] = [...DECLARED_RUNGS.map((rung) => `declared-${rung}` as const), ...PROVEN_RUNGS.map((rung) => `proven-${rung}` as const)];
/** Whether a site stands on the rung a stage names. */
export const standsOn = (stage: Stage, { declaredRung, provenRung }: { declaredRung: number; provenRung: number }): boolean => {
  const at = STAGES.indexOf(stage);
  return at < DECLARED_RUNGS.length ? declaredRung === at : provenRung === at - DECLARED_RUNGS.length;
};

export const HOST_PREMISES = wordsOf<(typeof Host)[number]>({ youth_centre: true, girls_home: true, post_office: true, womens_centre: true, library: true, commune_hall: true, other: true });
export const EQUIPMENT_KINDS = wordsOf<(typeof Equipment)[number]>({ room: true, suitcase: true, trolley: true });

/** An installation code in the groups of four it is printed in, however it came. */
export const groupedCode = (code: string): string => code.replace(/[^0-9A-Za-z]/g, '').match(/.{1,4}/g)?.join('-') ?? code;
