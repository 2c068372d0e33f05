/** An import of communes: what it would add and change. */
import type { Fields } from '@cac/shared/registry.ts';
import { readCommunes } from '../core/import/communes.ts';
import { communeOfFields } from '../core/registry/commune-fields.ts';
import { differences, knownFields } from '../core/registry/differences.ts';
import { writeCommunes } from '../store/communes.ts';
import { dShareOfPlan, standingCommunes } from '../store/imports.ts';
import { writeChanges } from '../store/registry-changes.ts';
import { regionsOf, type PlannedRows, type Planning } from './plan-import.ts';

export async function planCommunes({ db, author, table, mapping, places, ground, book, demo, now }: Planning): Promise<PlannedRows> {
  const standing = (await standingCommunes(db, author.scope)).fields;
  const outcomes = readCommunes(table, mapping, { places, ground, standing, regions: regionsOf(author.scope), dOfDe: await dShareOfPlan(db) }, book);
  const changes = outcomes.flatMap((outcome) => {
    const fields: { before: Fields | null; after: Fields } | null = outcome.before === null ? { before: null, after: knownFields(outcome.after) } : differences(outcome.before, outcome.after);
    return fields === null ? [] : [{ outcome, fields }];
  });
  return {
    changes: changes.map(({ outcome: { row, id, after }, fields }) => ({ row, id, name: String(after['nameFr']), ...fields })),
    unchanged: outcomes.length - changes.length,
    async write(tx, importId) {
      await writeCommunes(
        tx,
        changes.map(({ outcome: { id, after } }) => ({ code: id, ...communeOfFields(after), demo: standing.get(id)?.demo ?? demo })),
        author.name,
        now,
      );
      await writeChanges(tx, changes.map(({ outcome: { id }, fields }) => ({ at: now, author: author.name, subject_kind: 'commune', subject_id: id, act: 'import', ...fields, import_id: importId })));
    },
  };
}
