/** Adds communes, many at once: all or none. A refused one is named by its place in the list and its field. */
import type { CommuneDraft } from '@cac/shared/registry.ts';
import { problem } from '../core/problem.ts';
import { communeFields } from '../core/registry/commune-fields.ts';
import { knownFields } from '../core/registry/differences.ts';
import { writeAudit } from '../store/accounts.ts';
import { takenCommuneCodes, writeCommunes } from '../store/communes.ts';
import { holdRegistry, writeChanges } from '../store/registry-changes.ts';
import type { Store } from '../store/store.ts';
import { provinceRegions } from '../store/territory.ts';
import type { Author } from './add-sites.ts';

export async function addCommunes(store: Store, author: Author, drafts: readonly CommuneDraft[], demo: boolean, now: number): Promise<void> {
  const at = (index: number, field: string): string => `items[${index}].${field}`;
  await store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    const regionOf = await provinceRegions(tx);
    const taken = await takenCommuneCodes(tx, drafts.map(({ code }) => code));
    const communes = drafts.map((draft, index) => {
      const region = regionOf.get(draft.province);
      if (region === undefined) throw problem('unknown_province', `There is no province ${draft.province}.`, { where: at(index, 'province') });
      if (author.scope.kind === 'regions' && !(author.scope.regions as readonly string[]).includes(region)) {
        throw problem('outside_scope', `Region ${region} is not one of yours.`, { where: at(index, 'province'), todo: 'Choose one of your regions, or ask an administrator.' });
      }
      if (taken.has(draft.code)) throw problem('commune_exists', `A commune with the code ${draft.code} exists already, or stands twice in the list.`, { where: at(index, 'code') });
      taken.add(draft.code);
      return { region, ...draft, demo };
    });
    await writeCommunes(tx, communes, author.name, now);
    await writeChanges(tx, communes.map((commune) => ({ at: now, author: author.name, subject_kind: 'commune', subject_id: commune.code, act: 'add', before: null, after: knownFields(communeFields(commune)), import_id: null })));
    await writeAudit(tx, { at: now, who: author.name, act: 'add_communes', subject: `${communes.length} communes`, detail: '' });
  });
}
