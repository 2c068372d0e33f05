/** An import of announced days: each row goes the way of an announcement by hand, so that the past it touches is counted again. */
import type { DayRule } from '@cac/shared/calendar.ts';
import type { Fields } from '@cac/shared/registry.ts';
import { hoursText, tidyHours } from '@cac/shared/opening-hours.ts';
import { randomBytes } from 'node:crypto';
import { mayChangeOf, ruleFault } from '../core/calendar/changes.ts';
import { readCalendar, type CalendarOutcome } from '../core/import/calendar.ts';
import { differences, knownFields } from '../core/registry/differences.ts';
import { allRules } from '../store/calendar-facts.ts';
import { standingSites } from '../store/imports.ts';
import { listProgrammes } from '../store/programme.ts';
import { writeChanges } from '../store/registry-changes.ts';
import { listAreas } from '../store/territory.ts';
import { changeCalendar } from './change-calendar.ts';
import { regionsOf, type PlannedRows, type Planning } from './plan-import.ts';

const fieldsOf = ({ scope, from, to, effect, hours, why, label, confirmed, source }: Omit<DayRule, 'id' | 'kind' | 'writtenAt'>): Fields => ({
  scope: scope.id === '' ? scope.kind : scope.id, from, to, effect, hours: hours.map(hoursText).join(', '), why, labelFr: label.fr, labelAr: label.ar, confirmed, source,
});

export async function planCalendar({ db, author, table, mapping, places, book, now }: Planning): Promise<PlannedRows> {
  const regions = regionsOf(author.scope);
  const { provinces } = await listAreas(db);
  const sites = [...(await standingSites(db, author.scope))].filter(([, { seen }]) => seen).map(([id]) => id);
  const outcomes = readCalendar(
    table,
    mapping,
    {
      places,
      programmes: new Set((await listProgrammes(db)).map(({ code }) => code)),
      sites: new Set(sites),
      provinces: new Set(provinces.filter(({ region }) => regions === null || regions.has(region)).map(({ code }) => code)),
      mayChange: mayChangeOf(author.role),
      standing: await allRules(db),
    },
    book,
  ).filter(({ row, draft }) => {
    const fault = ruleFault(draft);
    if (fault !== null) book.say('bad_hours', { row, column: fault.where, value: fieldsOf(draft)['hours'] as string });
    return fault === null;
  });
  const changes = outcomes.flatMap((outcome) => {
    const after = fieldsOf(outcome.draft);
    const fields: { before: Fields | null; after: Fields } | null = outcome.before === null ? { before: null, after: knownFields(after) } : differences(fieldsOf(outcome.before), after);
    return fields === null ? [] : [{ outcome, fields }];
  });
  return {
    changes: changes.map(({ outcome: { row, draft, before }, fields }) => ({ row, id: before?.id ?? '', name: draft.label.fr, ...fields })),
    unchanged: outcomes.length - changes.length,
    async write(tx, importId) {
      for (const { outcome } of changes) {
        const after = ruleOf(outcome, now);
        await changeCalendar(tx, author.name, { act: outcome.before === null ? 'announce_days' : 'change_days', before: outcome.before, after }, now);
        await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'day_rule', subject_id: after.id, act: 'import', before: packed(outcome.before), after: packed(after), import_id: importId }]);
      }
    },
  };
}

/** A rule as the registry's history keeps it: whole, so that it can be put back. */
const packed = (rule: DayRule | null): Fields | null => (rule === null ? null : { rule: JSON.stringify(rule) });

const ruleOf = ({ before, draft }: CalendarOutcome, now: number): DayRule => ({
  kind: 'rule', id: before?.id ?? randomBytes(8).toString('hex'), writtenAt: now, scope: draft.scope, from: draft.from, to: draft.to, effect: draft.effect, hours: tidyHours(draft.hours), why: draft.why,
  label: { fr: draft.label.fr, ar: draft.label.ar }, confirmed: draft.confirmed, source: draft.source,
});
