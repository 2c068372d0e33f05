/** Imports on both databases: what an office file is said to hold, all or nothing, again, taken back; and what is exported comes back the same. */
import * as assert from 'uvu/assert';
import type { ImportKind, ImportPreview } from '@cac/shared/registry.ts';
import { csvOf } from '@cac/server/core/csv.ts';
import { communeColumns, siteColumns } from '@cac/server/core/import/export.ts';
import { Problem } from '@cac/server/core/problem.ts';
import { communesToExport, sitesToExport } from '@cac/server/store/exports.ts';
import { changesOf } from '@cac/server/store/registry-changes.ts';
import { findSite } from '@cac/server/store/sites.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { applyImport, previewImport } from '@cac/server/usecases/import-file.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import type { ImportAuthor, ImportFile } from '@cac/server/usecases/plan-import.ts';
import { groundReader } from '@cac/server/usecases/read-ground.ts';
import { undoImport } from '@cac/server/usecases/undo-import.ts';
import { putTerritory } from '@cac/server/store/territory.ts';
import { join } from 'node:path';
import { databases, type TestStore } from '../../databases.ts';
import { ADMIN, EVERYTHING, siteDraft, T0 } from '../../fixtures.ts';
import { suite } from '../../harness.ts';
import { arabicRows, DEFECTS, defectiveRows, goodRows, rowOfDefect, windows1252 } from '../../office-file.ts';
import { ROOT } from '../../running-server.ts';

const ground = groundReader(join(ROOT, 'seeds'));
const WORLD = { ground: ground(), demo: false };
const AUTHOR: ImportAuthor = { name: 'admin', role: 'administrator', scope: EVERYTHING };
const NADIA: ImportAuthor = { name: 'nadia', role: 'coordinator', scope: { kind: 'regions', regions: ['MA-04'] as never } };

const fileOf = (text: string | Uint8Array, kind: ImportKind = 'sites', fileName = 'office.csv'): ImportFile => ({ bytes: typeof text === 'string' ? Buffer.from(text) : text, kind, fileName, mapping: null });

const COMMUNES = [
  'Code;Nom;Nom en arabe;Région;Province;Zone;Ménages;Ménages connectés (%);CSP A (%);CSP B (%);CSP C (%);CSP D (%);CSP E (%);Latitude;Longitude;Année;Source',
  '04.421.01.01;Agdal Riyad;أكدال الرياض;Rabat-Salé-Kénitra;Rabat;dense;32 500;14,5 %;10;20;30;25;15;33,99;-6,85;2014;RGPH 2014',
  '04.421.01.03;El Youssoufia;اليوسفية;;Rabat;dense;41 000;;;;;;;34,00;-6,82;2014;RGPH 2014',
].join('\r\n');

for (const database of databases) {
  const test = suite(`imports on ${database.name}`);
  let opened: TestStore;
  test.before(async () => {
    if (database.missing === null) opened = await database.open();
    if (database.missing !== null) return;
    // Their real names: the territory of the tests names regions by their codes.
    await putTerritory(
      opened.store.db,
      [['MA-04', 'Rabat-Salé-Kénitra', 'الرباط-سلا-القنيطرة'], ['MA-06', 'Casablanca-Settat', 'الدار البيضاء-سطات']].map(([code, name_fr, name_ar]) => ({ code: code!, name_fr: name_fr!, name_ar: name_ar! })),
      [],
    ).catch(() => undefined);
  });
  test.after(async () => {
    await opened?.close();
    await database.stop();
  });

  const preview = (file: ImportFile, author = AUTHOR): Promise<ImportPreview> => previewImport(opened.store, author, file, WORLD, T0);
  const apply = async (file: ImportFile, author = AUTHOR, at = T0) => applyImport(opened.store, author, file, (await preview(file, author)).digest, WORLD, at);
  const problemOf = async (doing: Promise<unknown>): Promise<Problem['info']> => {
    try {
      await doing;
    } catch (error) {
      if (error instanceof Problem) return error.info;
      throw error;
    }
    throw new Error('nothing was refused');
  };

  test.needs(database.missing, 'an office file in Windows-1252 has each of its defects named once, in its cell', async () => {
    const seen = await preview(fileOf(windows1252(defectiveRows())));
    assert.is(seen.encoding, 'windows-1252');
    assert.is(seen.delimiter, ';');
    for (const [code, head] of DEFECTS) {
      const own = seen.findings.filter(({ row }) => row === rowOfDefect(code));
      assert.equal(own.map((f) => [f.code, f.column]), [[code, head]], `${code}: ${JSON.stringify(own)}`);
    }
    // Two rows share the planted point: the one that was planted, and the one it was put upon.
    const others = seen.findings.filter(({ row }) => row < rowOfDefect(DEFECTS[0]![0]));
    assert.equal(others.map((f) => f.code), ['same_point']);
    assert.is(seen.badRows, DEFECTS.length - 4);
    assert.is((await problemOf(apply(fileOf(windows1252(defectiveRows()))))).code, 'import_has_errors');
    assert.is((await sitesToExport(opened.store.db, EVERYTHING, {}, null, 100_000)).length, 0);
  });

  test.needs(database.missing, 'Arabic heads, digits and names are read; a former region is said to be read as the one of today', async () => {
    const seen = await preview(fileOf(arabicRows()));
    assert.equal(seen.findings, []);
    assert.is(seen.added, 2);
    assert.equal(seen.notes.filter(({ code }) => code === 'old_region').map(({ about, rows }) => [about, rows]), [['MA-06', 1]]);
    const [rabat] = seen.changes;
    assert.is(rabat!.after['nameAr'], 'دار الشباب يعقوب المنصور');
    assert.equal([rabat!.after['region'], rabat!.after['province'], rabat!.after['lat'], rabat!.after['connectedOn'], rabat!.after['expectedComputers']], ['MA-04', 'MA-RAB', 34.005, '2011-03-28', 12]);
  });

  test.needs(database.missing, 'communes first, then a good file: all of it, once; the second time nothing changes', async () => {
    assert.equal(await apply(fileOf(COMMUNES, 'communes')), { id: 1, added: 2, changed: 0, unchanged: 0 });
    assert.equal(await apply(fileOf(COMMUNES, 'communes')), { id: 0, added: 0, changed: 0, unchanged: 2 });
    const file = fileOf(windows1252(goodRows()));
    assert.equal(await apply(file), { id: 2, added: 40, changed: 0, unchanged: 0 });
    assert.equal(await apply(file), { id: 0, added: 0, changed: 0, unchanged: 40 });
    const site = (await findSite(opened.store.db, EVERYTHING, 'RAB-0007'))!;
    assert.equal([site.officialCode, site.lineNumber, site.contractedMbps, site.metered, site.commune, site.zone, site.openedOn], ['01241A', '0012345', 4, false, '04.421.01.01', 'dense', '2011-03-15']);
    assert.equal([site.kind, site.hostPremises, site.technology, site.declaredSource], ['centre', 'youth_centre', 'adsl', 'Circulaire 14/2011']);
    const row = await opened.store.db.selectFrom('sites').select(['built_on', 'connected_on', 'search']).where('id', '=', 'RAB-0007').executeTakeFirstOrThrow();
    assert.equal([row.built_on, row.connected_on], ['2011-02-01', '2011-03-28']);
    assert.match(row.search, /01241a/);
  });

  test.needs(database.missing, 'what is exported is imported again without a change', async () => {
    const sites = csvOf(siteColumns, await sitesToExport(opened.store.db, EVERYTHING, {}, null, 100_000));
    const seen = await preview(fileOf(sites));
    assert.equal([seen.encoding, seen.added, seen.changed, seen.unchanged, seen.errors], ['utf-8 bom', 0, 0, 40, 0]);
    assert.equal(seen.columns.filter(({ field }) => field === null).map(({ head }) => head), ['Année de la déclaration', 'Démonstration']);
    const communes = await preview(fileOf(csvOf(communeColumns, await communesToExport(opened.store.db, EVERYTHING, {}, null, 100_000)), 'communes'));
    assert.equal([communes.changed, communes.unchanged, communes.errors], [0, 2, 0]);
  });

  test.needs(database.missing, 'a change is told field by field, an empty cell leaves what is known, and taking it back restores all', async () => {
    const before = await sitesToExport(opened.store.db, EVERYTHING, {}, null, 100_000);
    const file = fileOf('Code;Nom;Nombre de PC;Équipé le;Source;Province;Région;Latitude;Longitude\nRAB-0001;Maison de jeunes rénovée;15;05/03/2011;Procès-verbal 3;;;;\nRAB-0002;;;;;;;;\nNEW-1;Bureau de poste neuf;4;;;Rabat;;34,01;-6,83\n');
    const seen = await preview(file);
    assert.equal([seen.added, seen.changed, seen.unchanged, seen.errors], [1, 1, 1, 0]);
    assert.equal(seen.changes[0]!.before, { name: 'Maison de jeunes n° 1 « El Amal »', expectedComputers: 12, equippedOn: null });
    assert.equal(seen.changes[0]!.after, { name: 'Maison de jeunes rénovée', expectedComputers: 15, equippedOn: '2011-03-05' });
    const { id } = await apply(file, AUTHOR, T0 + 1);
    assert.is((await findSite(opened.store.db, EVERYTHING, 'NEW-1'))!.region, 'MA-04');
    assert.is((await problemOf(undoImport(opened.store, AUTHOR, 2, T0 + 2))).code, 'import_not_last');
    await undoImport(opened.store, AUTHOR, id, T0 + 2);
    assert.equal(await sitesToExport(opened.store.db, EVERYTHING, {}, null, 100_000), before);
    const [last, first] = await changesOf(opened.store.db, 'site', 'RAB-0001', null, 2);
    assert.equal([last!.act, last!.after, first!.act, first!.author], ['undo_import', first!.before, 'import', 'admin']);
    assert.is((await problemOf(undoImport(opened.store, AUTHOR, id, T0 + 3))).code, 'not_found');
  });

  test.needs(database.missing, 'taking back is refused, with the rows named, when something stands on them', async () => {
    const { id } = await apply(fileOf('Code;Nom;Province;Lat;Lon\nNEW-2;Neuf deux;Rabat;34,015;-6,835\n'), AUTHOR, T0 + 4);
    await issueVouchers(opened.store, ADMIN, [{ siteId: 'NEW-2' as never, uses: 1, days: 1 }], T0 + 5);
    const refused = await problemOf(undoImport(opened.store, AUTHOR, id, T0 + 6));
    assert.equal([refused.code, refused.where], ['changed_since', 'NEW-2']);
    assert.is((await problemOf(undoImport(opened.store, NADIA, id, T0 + 6))).code, 'not_found');
  });

  test.needs(database.missing, 'a coordinator imports into own regions only, and learns nothing of others', async () => {
    await addSites(opened.store, ADMIN, [siteDraft('CAS-1', { region: 'MA-06' as never, province: 'MA-CAS' as never, lat: 33.59, lon: -7.62 })], { many: false, demo: false }, T0);
    const seen = await preview(fileOf('Code;Nom;Province;Lat;Lon\nNEW-3;Trois;Casablanca;33,58;-7,61\nCAS-1;Autre nom;Rabat;34,0151;-6,8351\n'), NADIA);
    assert.equal(seen.findings.map(({ row, code, about }) => [row, code, about]), [[2, 'outside_scope', 'MA-06'], [3, 'outside_scope', 'MA-06']]);
  });

  test.needs(database.missing, 'another file than the one that was looked at is not imported', async () => {
    const seen = await preview(fileOf('Code;Nom;Province;Lat;Lon\nNEW-4;Quatre;Rabat;34,02;-6,84\n'));
    assert.is((await problemOf(applyImport(opened.store, AUTHOR, fileOf('Code;Nom;Province;Lat;Lon\nNEW-4;Cinq;Rabat;34,02;-6,84\n'), seen.digest, WORLD, T0))).code, 'digest_differs');
  });

  test.needs(database.missing, 'announced days come from a table or an iCalendar file, and are taken back', async () => {
    const ics = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1@x', 'DTSTART;VALUE=DATE:20270111', 'DTEND;VALUE=DATE:20270112', 'SUMMARY:Manifeste de', '  l’indépendance', 'END:VEVENT', 'BEGIN:VEVENT', 'DTSTART:20270730T080000Z', 'SUMMARY:Fête du Trône', 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
    const file = fileOf(ics, 'calendar', 'jours.ics');
    const seen = await preview(file);
    assert.equal([seen.format, seen.added, seen.errors], ['ics', 2, 0]);
    assert.equal([seen.changes[0]!.after['from'], seen.changes[0]!.after['to'], seen.changes[0]!.after['labelFr']], ['2027-01-11', '2027-01-11', 'Manifeste de l’indépendance']);
    const { id } = await apply(file, AUTHOR, T0 + 7);
    assert.is((await apply(file, AUTHOR, T0 + 8)).unchanged, 2);
    const table = 'Portée;Du;Au;Effet;Heures;Libellé;Libellé arabe\nMaison de jeunes;01/03/2027;05/03/2027;horaires;10:00-14:00, 21:00-00:30;Semaine du livre;أسبوع الكتاب\nLune;01/03/2027;;;;X;س\n';
    const rows = await preview(fileOf(table, 'calendar'));
    assert.equal(rows.findings.map(({ row, code }) => [row, code]), [[3, 'unknown_scope']]);
    await undoImport(opened.store, AUTHOR, id, T0 + 9);
    assert.is((await opened.store.db.selectFrom('calendar_rules').select('id').where('from_day', '=', '2027-01-11').execute()).length, 0);
  });

  test.run();
}
