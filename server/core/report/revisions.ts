/** What of a report that was sent is another figure today. Pure. */
import type { ReportBody, Revision } from '@cac/shared/report.ts';

/** Times are compared in whole minutes, ratios as they are shown: to a thousandth. */
const minutes = (ms: number): number => Math.round(ms / 60_000);
const thousandths = (ratio: number | null): number | null => (ratio === null ? null : Math.round(ratio * 1_000) / 1_000);

/** Every figure that people quote, by name. Its unit follows from the name: `open`, `unk` and interruptions are minutes, the ratios shares, all else is counted. */
export function figuresOf(body: ReportBody): Map<string, number | null> {
  const found = new Map<string, number | null>();
  for (const row of body.programmes) {
    for (const name of ['target', 'registered', 'declared', 'proven', 'complete'] as const) found.set(`${name}:${row.programme}`, row[name]);
  }
  for (const row of body.areas) for (const name of ['declared', 'proven'] as const) found.set(`${name}:${row.programme}:${row.area || '-'}`, row[name]);
  for (const { area, sums, ratios, measured } of body.availability) {
    const at = area === '' ? '' : `:${area}`;
    for (const name of ['service', 'link', 'opening', 'observability'] as const) found.set(name + at, thousandths(ratios[name].value));
    found.set(`open${at}`, minutes(sums.openMs));
    found.set(`measured${at}`, measured);
  }
  for (const { verdict, cause, ms } of body.interruptions) found.set(`lost:${verdict}:${cause}`, minutes(ms));
  for (const { programme, cause, sites } of body.causes) found.set(`cause:${programme}:${cause}`, sites);
  return found;
}

/** In the order of the report; a figure that one of them lacks is null there. */
export function revisionsOf(sent: ReportBody, present: ReportBody): Revision[] {
  const before = figuresOf(sent);
  const after = figuresOf(present);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((figure) => {
    const [was, is] = [before.get(figure) ?? null, after.get(figure) ?? null];
    return was === is ? [] : [{ figure, was, is }];
  });
}
