/** Rows that may be one site: the same point, or nearly the same name in the same place. They are said, never merged. Pure. */
import type { Notebook } from './findings.ts';
import { cellsOf, type Mapping } from './read-cells.ts';
import type { SiteOutcome, StandingSite } from './sites.ts';
import type { SiteRecord } from '../registry/site-record.ts';
import type { Table } from './table.ts';
import { fold } from './values.ts';

const SMALL_WORDS = new Set(['da', 'das', 'du', 'd', 'la', 'las', 'l', 'al', 'ch', 'das', 'at'].map(fold));
/** A name without small words, vowels and doubled letters: "Maison de jeunes Oulad Teïma" and "Maison des jeunes Ouled Teima" are one. */
const skeleton = (name: string): string =>
  fold(name).split(' ').filter((word) => !SMALL_WORDS.has(word)).map((word) => word.replace(/^ال/, '').replaceAll(/(?<=.)[aoiuy]/g, '').replaceAll(/(\p{L})\1+/gu, '$1').replace(/(?<=..)s$/, '')).join(' ');

const placeOf = ({ province, region, commune, lat, lon }: SiteRecord): string => `${province ?? region} ${commune === null ? `${lat.toFixed(1)} ${lon.toFixed(1)}` : fold(commune)}`;
const likeKey = (site: SiteRecord): string => `${placeOf(site)} ${site.kind} ${skeleton(site.name)}`;
const pointKey = ({ lat, lon }: SiteRecord): string => `${lat.toFixed(5)} ${lon.toFixed(5)}`;
/** So many sites on one point are named. */
const NAMED = 3;
const PAUSE_EVERY = 2_000;

/** Pauses now and then, as the reading of the rows does. */
export function* sayLikenesses(table: Table, mapping: Mapping, outcomes: readonly SiteOutcome[], standing: ReadonlyMap<string, StandingSite>, book: Notebook): Generator<void> {
  const inFile = new Set(outcomes.map(({ id }) => id));
  const lines = new Map(table.rows.map((line) => [line.row, line]));
  const likeStanding = new Map<string, string>();
  const points = new Map<string, string[]>();
  let done = 0;
  for (const [id, { record, seen }] of standing) {
    if ((done += 1) % PAUSE_EVERY === 0) yield;
    if (!seen || inFile.has(id)) continue;
    likeStanding.set(likeKey(record), id);
    add(points, pointKey(record), id);
  }
  for (const { id, after } of outcomes) add(points, pointKey(after), id);
  const likeRows = new Map<string, number>();
  for (const { row, id, before, after } of outcomes) {
    if ((done += 1) % PAUSE_EVERY === 0) yield;
    const cells = cellsOf(table, mapping, lines.get(row)!, book);
    const there = points.get(pointKey(after))!;
    // A whole file may stand on one point: of each row only the few that are named are looked at.
    const named = there.slice(0, NAMED + 1).filter((other) => other !== id).slice(0, NAMED);
    const more = there.length - 1 - named.length;
    if (named.length > 0) cells.say('same_point', 'lat', more > 0 ? `${named.join(', ')} +${more}` : named.join(', '));
    const key = likeKey(after);
    const earlier = likeRows.get(key);
    if (earlier !== undefined) cells.say('like_row', 'name', String(earlier));
    else likeRows.set(key, row);
    const like = before === null ? likeStanding.get(key) : undefined;
    if (like !== undefined) cells.say('like_existing', 'name', like);
  }
}

function add(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
