/** Targets and milestones as people decide them: each decision takes the place of the one before, which stays as a version. */
import type { MilestoneDraft } from '@cac/shared/deployment.ts';
import { problem } from '../core/problem.ts';
import { putMilestone } from '../store/milestones.ts';
import { listProgrammes } from '../store/programme.ts';
import { writeChanges } from '../store/registry-changes.ts';
import type { Store } from '../store/store.ts';

/** Throws `unknown_target` for a programme that does not exist, `bad_field` where a target names no source. */
export async function setMilestones(store: Store, author: string, drafts: readonly MilestoneDraft[], now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const programmes = await listProgrammes(tx);
    for (const [i, draft] of drafts.entries()) {
      const where = `items[${i}]`;
      if (!programmes.some(({ code }) => code === draft.programme)) throw problem('unknown_target', `There is no programme ${draft.programme}.`, { where: `${where}.programme` });
      if (draft.kind === 'target' && draft.value !== null && draft.source === '') throw problem('bad_field', 'A target names the paper it stands in.', { where: `${where}.source`, todo: 'Give the plan, the decision or the letter.' });
      const before = await putMilestone(tx, draft, author, now);
      const { programme, kind, year, region, zone, value, source, note } = draft;
      await writeChanges(tx, [
        {
          at: now, author, subject_kind: 'target', subject_id: programme, act: `set_${kind}`, before: before && { kind, year, region, zone, value: before.value, source: before.source },
          after: value === null ? null : { kind, year, region, zone, value, source, note }, import_id: null,
        },
      ]);
    }
  });
}
