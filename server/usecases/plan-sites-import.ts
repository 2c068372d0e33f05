/** An import of sites: what it would add and change, with the stages it declares. */
import { SiteDraft } from '@cac/shared/api.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Fields, ImportChange } from '@cac/shared/registry.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import { readSites, type SiteOutcome } from '../core/import/sites.ts';
import { fold } from '../core/import/values.ts';
import { differences, knownFields } from '../core/registry/differences.ts';
import { insertManySites, standingCommunes, standingSites, standingStages, type StandingRow } from '../store/imports.ts';
import { insertAttestations, restateSite } from '../store/ladder.ts';
import { listProgrammes } from '../store/programme.ts';
import { writeChanges } from '../store/registry-changes.ts';
import type { Handle } from '../store/store.ts';
import { appendLog } from '../store/transitions.ts';
import { siteRow } from './add-sites.ts';
import { writeSites } from './edit-site.ts';
import { regionsOf, type PlannedRows, type Planning } from './plan-import.ts';

interface Change {
  outcome: SiteOutcome;
  /** Of its fields; null: only stages are new. */
  fields: { before: Fields | null; after: Fields } | null;
}

export async function planSites(planning: Planning): Promise<PlannedRows> {
  const { db, author, table, mapping, places, ground, book, today } = planning;
  const standing = await standingSites(db, author.scope);
  const programmes = await listProgrammes(db);
  const reading = readSites(
    table,
    mapping,
    {
      places,
      ground,
      programmes: new Map(programmes.map(({ code, kind }) => [code, kind])),
      programmeNames: new Map(programmes.flatMap(({ code, names }) => Object.values(names).map((name) => [fold(name), code] as const))),
      communes: (await standingCommunes(db, author.scope)).rows,
      standing,
      stages: await standingStages(db),
      regions: regionsOf(author.scope),
      today,
    },
    book,
  );
  const outcomes = await inTurns(reading);
  const changes = outcomes.flatMap((outcome): Change[] => {
    const fields = outcome.before === null ? { before: null, after: knownFields(outcome.after) } : differences(outcome.before, outcome.after);
    return fields === null && outcome.stages.length === 0 ? [] : [{ outcome, fields }];
  });
  return {
    changes: changes.map((change) => shown(change, standing)),
    unchanged: outcomes.length - changes.length,
    write: (tx, importId) => write(tx, planning, changes, importId),
  };
}

/** Fifty thousand rows take seconds: what others wait for goes in between. */
async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    await nextTurn();
  }
}

function shown({ outcome: { row, id, before, after, stages }, fields }: Change, standing: ReadonlyMap<string, StandingRow>): ImportChange {
  const said: Fields = Object.fromEntries(stages.map(({ kind, day }) => [`${kind}On`, day]));
  const stood = standing.get(id)?.stages ?? {};
  const was: Fields = Object.fromEntries(stages.map(({ kind }) => [`${kind}On`, stood[`${kind}On`] ?? null]));
  return { row, id, name: after.name, before: before === null ? null : { ...fields?.before, ...was }, after: { ...fields?.after, ...said } };
}

async function write(tx: Handle, { author, demo, now }: Planning, changes: readonly Change[], importId: number): Promise<void> {
  const added = changes.filter(({ outcome }) => outcome.before === null).map(({ outcome }) => outcome);
  const declared = (stages: SiteOutcome['stages']): number | null => {
    const connected = stages.find(({ kind }) => kind === 'connected');
    return connected === undefined ? null : dayStartAt(connected.day);
  };
  await insertManySites(
    tx,
    added.map(({ id, after, stages }) => siteRow({ ...after, id: id as SiteDraft['id'], declaredConnectedAt: declared(stages), declaredSource: stages.find(({ kind }) => kind === 'connected')?.source ?? null }, author.name, demo, now)),
  );
  await appendLog.run(tx, added.map(({ id }) => ({ site_id: id, machine_id: null, at: now, told_at: now, from_state: null, to_state: null, cause: 'site_added', provisional: 0, revises: null })));
  await writeSites(tx, changes.flatMap(({ outcome: { id, before, after }, fields }) => (before === null || fields === null ? [] : [{ id, before, after }])), now);
  await insertAttestations(
    tx,
    changes.flatMap(({ outcome: { id, stages } }) =>
      stages.map(({ kind, day, source }) => ({
        site_id: id, kind, day, value: null, source, author: author.name, note: '', recorded_at: now, import_id: importId, visit_id: null, withdrawn_at: null, withdrawn_by: null,
      })),
    ),
  );
  await restateSite(tx, changes.filter(({ outcome }) => outcome.stages.length > 0).map(({ outcome }) => outcome.id));
  await writeChanges(
    tx,
    changes.flatMap(({ outcome: { id }, fields }) => (fields === null ? [] : [{ at: now, author: author.name, subject_kind: 'site', subject_id: id, act: 'import', ...fields, import_id: importId }])),
  );
}
