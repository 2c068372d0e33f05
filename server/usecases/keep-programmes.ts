/** Programmes and communes, one by one. */
import type { CommuneEdit, Fields, ProgrammeDraft } from '@cac/shared/registry.ts';
import { problem } from '../core/problem.ts';
import { differences, knownFields } from '../core/registry/differences.ts';
import { writeAudit } from '../store/accounts.ts';
import { findCommune, writeCommunes } from '../store/communes.ts';
import { insertProgramme } from '../store/programme.ts';
import { holdRegistry, writeChanges } from '../store/registry-changes.ts';
import type { Store } from '../store/store.ts';
import { provinceRegions } from '../store/territory.ts';
import { communeFields } from '../core/registry/commune-fields.ts';
import type { Author } from './add-sites.ts';

export async function addProgramme(store: Store, author: Author, { code, kind, names }: ProgrammeDraft, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const added = await insertProgramme(tx, { code, kind, name_fr: names.fr, name_ar: names.ar, name_en: names.en, by_file: 0 });
    if (!added) throw problem('programme_exists', `A programme with the code ${code} exists already.`, { where: 'code', todo: 'Use another code.' });
    const after: Fields = { kind, nameFr: names.fr, nameAr: names.ar, nameEn: names.en };
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'programme', subject_id: code, act: 'add', before: null, after, import_id: null }]);
    await writeAudit(tx, { at: now, who: author.name, act: 'add_programme', subject: code, detail: '' });
  });
}

/** Creates the commune, or changes it; both its provinces, before and after, must be the author's to see. Returns whether it is new. */
export async function putCommune(store: Store, author: Author, code: string, edit: CommuneEdit, demo: boolean, now: number): Promise<boolean> {
  return store.db.transaction().execute(async (tx) => {
    await holdRegistry(tx);
    const region = (await provinceRegions(tx)).get(edit.province);
    if (region === undefined) throw problem('unknown_province', `There is no province ${edit.province}.`, { where: 'province' });
    const before = await findCommune(tx, code);
    const sees = (of: string): boolean => author.scope.kind === 'all' || (author.scope.regions as readonly string[]).includes(of);
    if (before !== null && !sees(before.region)) throw problem('not_found', 'There is no such commune.');
    if (!sees(region)) throw problem('outside_scope', `Region ${region} is not one of yours.`, { where: 'province', todo: 'Choose one of your regions, or ask an administrator.' });
    const commune = { code, region, ...edit, demo: before?.demo ?? demo };
    const fields = communeFields(commune);
    const change = before === null ? { before: null, after: knownFields(fields) } : differences(communeFields(before), fields);
    if (change === null) return false;
    await writeCommunes(tx, [commune], author.name, now);
    await writeChanges(tx, [{ at: now, author: author.name, subject_kind: 'commune', subject_id: code, act: before === null ? 'add' : 'edit', ...change, import_id: null }]);
    await writeAudit(tx, { at: now, who: author.name, act: before === null ? 'add_commune' : 'edit_commune', subject: code, detail: '' });
    return before === null;
  });
}
