/** What administrators decide about the ladder: its dated thresholds, and the list of causes. A threshold has every site judged again from its day on. */
import { THRESHOLDS, type StuckCause, type StuckCauseDraft, type Threshold, type ThresholdDraft, type ThresholdKey } from '@cac/shared/ladder.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import { markDaysStale } from '../store/calendar-changes.ts';
import { insertCause, listCauses, setCauseRetired } from '../store/ladder.ts';
import { writeChanges } from '../store/registry-changes.ts';
import type { Handle, Store } from '../store/store.ts';
import { anyDayIsTold } from '../store/rungs.ts';
import { RULES } from '../store/stale-days.ts';
import { listThresholds, putThreshold } from '../store/thresholds.ts';

/** Throws `bad_field` where the value is not of this rule. */
export async function changeThreshold(store: Store, author: string, key: ThresholdKey, draft: ThresholdDraft, now: number): Promise<Threshold> {
  const parsed = v.safeParse(THRESHOLDS[key], draft.value);
  if (!parsed.success) throw problem('bad_field', 'This is no threshold of this rule.', { where: `value.${v.getDotPath(parsed.issues[0]) ?? ''}` });
  const value = parsed.output as Threshold['value'];
  return store.db.transaction().execute(async (tx) => {
    const before = (await listThresholds(tx)).find((one) => one.key === key && one.fromDay === draft.fromDay) ?? null;
    const after: Threshold = { key, fromDay: draft.fromDay, value, author, note: draft.note, writtenAt: now };
    await putThreshold(tx, after);
    await judgeAgain(tx, draft.fromDay, now);
    await writeChanges(tx, [
      { at: now, author, subject_kind: 'threshold', subject_id: key, act: 'set_threshold', before: before && { fromDay: before.fromDay, ...before.value }, after: { fromDay: after.fromDay, note: after.note, ...value }, import_id: null },
    ]);
    return after;
  });
}

/** Every site, from a day that is over, one at a time: what was counted of its days stays. Where no day is told yet, there is nothing to judge. */
export async function judgeAgain(tx: Handle, fromDay: string, now: number): Promise<void> {
  const yesterday = dayAfter(localDayOf(now), -1);
  if (fromDay <= yesterday && (await anyDayIsTold(tx))) await markDaysStale(tx, { from_day: fromDay, to_day: yesterday, scope_kind: RULES, scope_id: '' });
}

export async function addCause(store: Store, author: string, draft: StuckCauseDraft, now: number): Promise<StuckCause> {
  return store.db.transaction().execute(async (tx) => {
    const causes = await listCauses(tx);
    if (causes.some(({ code }) => code === draft.code)) throw problem('cause_exists', `There is a cause ${draft.code} already.`, { where: 'code', todo: 'Choose another code.' });
    await insertCause(tx, draft, causes.length + 1);
    await writeChanges(tx, [{ at: now, author, subject_kind: 'cause', subject_id: draft.code, act: 'add_cause', before: null, after: { ...draft.names }, import_id: null }]);
    return { ...draft, retired: false };
  });
}

/** A retired cause is offered no more; where it was given it stays. */
export async function retireCause(store: Store, author: string, code: string, retired: boolean, now: number): Promise<void> {
  await store.db.transaction().execute(async (tx) => {
    const cause = (await listCauses(tx)).find((one) => one.code === code);
    if (!cause) throw problem('not_found', 'There is no such cause.');
    await setCauseRetired(tx, code, retired);
    await writeChanges(tx, [{ at: now, author, subject_kind: 'cause', subject_id: code, act: retired ? 'retire_cause' : 'restore_cause', before: { retired: cause.retired }, after: { retired }, import_id: null }]);
  });
}
