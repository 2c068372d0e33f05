/**
 * The shipped calendar (`seeds/data/calendar.json`): default hours, holidays, seasons, each with its source. Put in place at every
 * start; a corrected file takes effect where nobody has changed or removed the row since, and its corrections are changes like
 * any other, by the file. The first time there is nothing to correct.
 */
import { CalendarFile, type Fact } from '@cac/shared/calendar.ts';
import { tidyHours, tidyWeek } from '@cac/shared/opening-hours.ts';
import { ruleFault, seasonFault, timetableFault, type CalendarFault } from '../core/calendar/changes.ts';
import { hashOf } from '../core/hash.ts';
import { problem } from '../core/problem.ts';
import { touchedByPeople } from '../store/calendar-changes.ts';
import { replaceFact, sharedFacts } from '../store/calendar-facts.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import type { Handle } from '../store/store.ts';
import { changeCalendar } from './change-calendar.ts';

const KEY = 'calendar_file';

/** Every row as a fact. Throws `bad_reference_file` with row and field; nothing is changed before all are read. */
export function factsOfFile(file: string, calendar: CalendarFile): Fact[] {
  const taken = new Set<string>();
  const refuse = (where: string, reason: string): never => {
    throw problem('bad_reference_file', `${file}: ${where}: ${reason}`, { where: `${file}: ${where}`, todo: 'Take the file from the distribution again.' });
  };
  const checked = (list: string, index: number, id: string, fault: CalendarFault | null): void => {
    if (fault !== null) refuse(`${list}[${index}].${fault.where} (${id})`, fault.message);
    if (taken.has(id)) refuse(`${list}[${index}].id`, `${id} stands twice.`);
    taken.add(id);
  };
  const { seasons, rules, timetables } = calendar;
  for (const [i, row] of seasons.entries()) checked('seasons', i, row.id, seasonFault(row));
  for (const [i, row] of rules.entries()) {
    if (row.scope.kind === 'site') refuse(`rules[${i}].scope.kind`, 'A shipped row belongs to no single site.');
    checked('rules', i, row.id, ruleFault(row));
  }
  for (const [i, row] of timetables.entries()) {
    if (row.scope.kind === 'site') refuse(`timetables[${i}].scope.kind`, 'A shipped row belongs to no single site.');
    checked('timetables', i, row.id, timetableFault(row));
  }
  // Keys in the order in which facts are read back.
  return [
    ...seasons.map(({ id, season, from, to, confirmed, source }): Fact => ({ kind: 'season', id, writtenAt: 0, season, from, to, confirmed, source })),
    ...rules.map(({ id, scope, from, to, effect, hours, why, label, confirmed, source }): Fact => ({ kind: 'rule', id, writtenAt: 0, scope, from, to, effect, hours: tidyHours(hours), why, label, confirmed, source })),
    ...timetables.map(({ id, scope, season, from, to, week, confirmed, source }): Fact => ({ kind: 'timetable', id, writtenAt: 0, scope, season, from, to, week: tidyWeek(week), confirmed, source })),
  ];
}

export async function putCalendar(tx: Handle, facts: readonly Fact[], version: number, now: number): Promise<void> {
  const hash = hashOf(JSON.stringify(facts));
  const before = await readMeta(tx, KEY);
  if (before === hash) return;
  const standing = new Map((await sharedFacts(tx)).map((fact) => [fact.id, fact]));
  const touched = await touchedByPeople(tx);
  for (const fact of facts) {
    const stands = standing.get(fact.id) ?? null;
    standing.delete(fact.id);
    if (touched.has(fact.id) || JSON.stringify(stands) === JSON.stringify(fact)) continue;
    if (before === null) await replaceFact(tx, stands, fact);
    else await changeCalendar(tx, `calendar.json ${version}`, { act: 'file', before: stands, after: fact, byFile: true }, now);
  }
  for (const gone of standing.values()) {
    if (gone.writtenAt === 0 && !touched.has(gone.id)) await changeCalendar(tx, `calendar.json ${version}`, { act: 'file', before: gone, after: null, byFile: true }, now);
  }
  await writeMeta(tx, KEY, hash);
}
