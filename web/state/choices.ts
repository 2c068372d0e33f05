/** What is chosen beside the filter and kept in the address, so that a link opens the same picture: the map's layer, level and colours, the year of deployment, the day and tables of coverage, which alerts. Pure. */
import type { AreaKind } from '@cac/shared/coverage.ts';
import { LAYERS, LEVELS, type Layer } from './layers.ts';

export const COLOURED_BY = ['state', 'stage', 'programme'] as const;
export type ColouredBy = (typeof COLOURED_BY)[number];
export const AREAS_BY = ['region', 'province', 'zone'] as const;
export type AreasBy = (typeof AREAS_BY)[number];

export const INBOXES = ['open', 'mine', 'acknowledged', 'paused', 'recent'] as const;
export type InboxSegment = (typeof INBOXES)[number];

export interface Choices {
  /** What lies under the sites, over which areas. */
  readonly layer: Layer | 'none';
  readonly level: AreaKind;
  readonly colours: ColouredBy;
  /** Deployment as it stood at the end of it; null: today. */
  readonly year: number | null;
  /** Coverage as it was proven on it; null: the last day told. */
  readonly asOf: string | null;
  /** The table of coverage, by what. */
  readonly areas: AreasBy;
  /** Our estimate of households is shown. */
  readonly cells: boolean;
  /** Which alerts are listed. */
  readonly inbox: InboxSegment;
}

export const NO_CHOICES: Choices = { layer: 'none', level: 'province', colours: 'state', year: null, asOf: null, areas: 'region', cells: false, inbox: 'open' };

const oneOf = <T extends string>(all: readonly T[], word: string | null, else_: T): T => all.find((one) => one === word) ?? else_;

/** Words that mean nothing here are left out. */
export function choicesOf(hash: string): Choices {
  const given = new URLSearchParams(hash.split('?').slice(1).join('?'));
  const [year, asOf] = [given.get('year'), given.get('asOf')];
  return {
    layer: oneOf<Layer | 'none'>(LAYERS, given.get('layer'), 'none'),
    level: oneOf<AreaKind>(LEVELS, given.get('level'), NO_CHOICES.level),
    colours: oneOf(COLOURED_BY, given.get('colours'), NO_CHOICES.colours),
    year: year !== null && /^20\d\d$/.test(year) ? Number(year) : null,
    asOf: asOf !== null && /^\d{4}-\d{2}-\d{2}$/.test(asOf) ? asOf : null,
    areas: oneOf(AREAS_BY, given.get('areas'), NO_CHOICES.areas),
    cells: given.get('cells') === '1',
    inbox: oneOf(INBOXES, given.get('inbox'), NO_CHOICES.inbox),
  };
}

/** Those that are not as they begin, as words of the address. */
export function wordsOfChoices(choices: Choices): (readonly [name: string, word: string])[] {
  const names = Object.keys(NO_CHOICES) as (keyof Choices)[];
  return names.filter((name) => choices[name] !== NO_CHOICES[name]).map((name) => [name, choices[name] === true ? '1' : String(choices[name])] as const);
}
