/**
 * Households by zone and category: the plan gives the margins, not the cells. This is our estimate, the most even table that
 *   1. has the margins,
 *   2. leaves empty what the plan leaves blank ("no such households there"),
 *   3. keeps a category's households out of a zone where none of them is online as far as its printed average asks: an average of 15 % that is 15 % wherever
 *      there is any lets at most 1 - 14.5/15 of them live where it is 0 %,
 *   4. has each zone's printed literacy, to within its rounding.
 * Found by projecting on one condition after the other (Bregman; Dykstra's corrections for those that are inequalities). Pure.
 */
import type { Csp } from '@cac/shared/site-fields.ts';
import type { Zone } from '@cac/shared/api.ts';

export interface CellZone {
  zone: Zone;
  households: number;
  homeInternet: number;
  literacy: number;
}

export interface CellCategory {
  csp: Csp;
  households: number;
  homeInternet: number;
  literacy: number;
  /** Home Internet by zone, in the order of the zones; null: a blank. */
  rates: readonly (number | null)[];
}

export interface Cells {
  /** Households, zone by zone and in each category by category, to a thousand. */
  households: number[][];
  /** What the table gives of literacy and home Internet by zone. */
  literacy: number[];
  homeInternet: number[];
}

/** Figures are printed in whole per cents: half of one either way. */
const ROUNDING = 0.005;
const ROUNDS = 4_000;

export function fitCells(zones: readonly CellZone[], categories: readonly CellCategory[]): Cells {
  const total = sum(zones.map((z) => z.households));
  const literacy = categories.map((c) => c.literacy);
  const caps = categories.map((c) => zones.map((_, i) => capOf(c, i)));
  const table = zones.map((z, i) => categories.map((c) => (c.rates[i] === null ? 0 : (z.households * c.households) / total)));
  const cut = table.map((row) => row.map(() => 1));
  const tilt = zones.map(() => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [j, c] of categories.entries()) scaleColumn(table, j, c.households);
    for (const [i, z] of zones.entries()) scaleRow(table[i]!, z.households);
    for (const [i, row] of table.entries()) for (const j of row.keys()) capCell(row, cut[i]!, j, caps[j]![i]!);
    for (const [i, z] of zones.entries()) tilt[i] = leanRow(table[i]!, literacy, z.literacy, tilt[i]!);
  }
  const share = (row: readonly number[], of: readonly number[]): number => sum(row.map((n, j) => n * of[j]!)) / sum(row);
  return {
    households: table.map((row) => row.map((n) => Math.round(n / 1000) * 1000)),
    literacy: table.map((row) => share(row, literacy)),
    homeInternet: table.map((row, i) => share(row, categories.map((c) => c.rates[i] ?? 0))),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The most households of a category that may live in a zone where none of them is online. */
function capOf({ households, homeInternet, rates }: CellCategory, zone: number): number {
  const online = Math.max(...rates.map((rate) => rate ?? 0));
  if (rates[zone] !== 0 || online === 0) return Infinity;
  return households * Math.max(0, 1 - (homeInternet - ROUNDING) / online);
}

function scaleColumn(table: number[][], j: number, to: number): void {
  const now = sum(table.map((row) => row[j]!));
  if (now > 0) for (const row of table) row[j]! *= to / now;
}

function scaleRow(row: number[], to: number): void {
  const now = sum(row);
  if (now > 0) for (const j of row.keys()) row[j]! *= to / now;
}

function capCell(row: number[], cut: number[], j: number, cap: number): void {
  if (cap === Infinity || row[j] === 0) return;
  const free = row[j]! / cut[j]!;
  row[j] = Math.min(free, cap);
  cut[j] = row[j] / free;
}

/** Leans a row towards those who read, or away, as little as its literacy asks; returns by how much. */
function leanRow(row: number[], literacy: readonly number[], printed: number, before: number): number {
  const size = sum(row);
  const free = row.map((n, j) => n * Math.exp(-before * literacy[j]!));
  const leant = (by: number): number[] => free.map((n, j) => n * Math.exp(by * literacy[j]!));
  const read = (by: number): number => {
    const weights = leant(by);
    return sum(weights.map((n, j) => n * literacy[j]!)) / sum(weights);
  };
  const now = read(0);
  const wanted = Math.min(printed + ROUNDING, Math.max(printed - ROUNDING, now));
  let by = 0;
  if (wanted !== now) {
    let [low, high] = [-60, 60];
    for (let step = 0; step < 50; step += 1) {
      by = (low + high) / 2;
      if (read(by) < wanted) low = by;
      else high = by;
    }
  }
  const next = leant(by);
  scaleRow(next, size);
  for (const j of row.keys()) row[j] = next[j]!;
  return by;
}
