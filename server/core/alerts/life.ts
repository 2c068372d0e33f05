/**
 * The life of a site's trouble: what its watch is after a judgement, and what is to be done. Rules, in the order of the code:
 *
 *   while closed       an incident pauses, without a message; it is judged again at the next opening, a grace later
 *   in trouble         waits for its grace; then it is ripe: to be an incident of its own, or to join one
 *   well again         an incident waits for the recovery time, then the site leaves it; PCs that were shut down say nothing of a link that failed
 *   flapping           fell into trouble four times within an hour: one notice; over after an hour without, told where the trouble goes on
 */
import type { AlertSettings, SiteCondition } from '@cac/shared/incidents.ts';
import type { Judgement } from './judge.ts';

export interface Watch {
  condition: SiteCondition;
  sinceAt: number | null;
  /** When its incident opens; null: not before something else happens. */
  opensAt: number | null;
  incident: number | null;
  paused: boolean;
  wellSince: number | null;
  /** When it last fell into trouble, at most eight, the newest last. */
  onsets: readonly number[];
}

export const NO_WATCH: Watch = { condition: '', sinceAt: null, opensAt: null, incident: null, paused: false, wellSince: null, onsets: [] };

export type Act =
  | { do: 'nothing' }
  | { do: 'pause' }
  /** Closed, then open again, and still in trouble. */
  | { do: 'go_on' }
  /** It neither falls nor rises any more, and is still in trouble. */
  | { do: 'steady' }
  | { do: 'leave'; endAt: number; why: 'well' | 'not_expected' };

export interface Step {
  watch: Watch;
  act: Act;
  /** When it must be judged again, whatever happens; besides openings, which the caller knows. */
  dueAt: number | null;
  flapping: boolean;
}

export const FLAPPING = { onsets: 4, withinMs: 3_600_000, steadyMs: 3_600_000 } as const;
const KEPT_ONSETS = 8;

/** Whether onsets make a flapping site: four within an hour, the last of them less than an hour ago. */
export function isFlapping(onsets: readonly number[], now: number): boolean {
  const last = onsets.at(-1);
  const first = onsets.at(-FLAPPING.onsets);
  return last !== undefined && first !== undefined && last - first <= FLAPPING.withinMs && now - last < FLAPPING.steadyMs;
}

/** Whether they made one, and the hour after is over. */
const wasFlapping = (onsets: readonly number[], now: number): boolean => isFlapping(onsets, onsets.at(-1) ?? 0) && !isFlapping(onsets, now);

/** `judgeFrom`: in an opening that runs, the instant from which trouble counts again for an incident that was paused. */
export function stepOf(before: Watch, judgement: Judgement, judgeFrom: number | null, now: number, { recoveryMs }: Pick<AlertSettings, 'recoveryMs'>): Step {
  const { onsets } = before;
  switch (judgement.kind) {
    case 'closed':
      if (before.incident === null) return { watch: { ...NO_WATCH, onsets }, act: { do: 'nothing' }, dueAt: null, flapping: false };
      // Well when it closed: that it is closed now makes no difference.
      if (before.wellSince !== null) return { watch: { ...NO_WATCH, onsets }, act: { do: 'leave', endAt: before.wellSince, why: 'well' }, dueAt: null, flapping: false };
      return { watch: { ...before, paused: true, wellSince: null }, act: { do: before.paused ? 'nothing' : 'pause' }, dueAt: null, flapping: false };
    case 'not_expected':
      return { watch: { ...NO_WATCH, onsets }, act: before.incident === null ? { do: 'nothing' } : { do: 'leave', endAt: now, why: 'not_expected' }, dueAt: null, flapping: false };
    case 'left':
      if (before.incident !== null && before.condition === 'internet_down') return { watch: before, act: { do: 'nothing' }, dueAt: null, flapping: isFlapping(onsets, now) };
      return recovering(before, judgement.sinceAt, now, recoveryMs);
    case 'well':
      return recovering(before, judgement.sinceAt, now, recoveryMs);
    case 'trouble':
      return troubled(before, judgement, judgeFrom, now);
    default:
      return judgement satisfies never;
  }
}

function recovering(before: Watch, sinceAt: number | null, now: number, recoveryMs: number): Step {
  const flapping = isFlapping(before.onsets, now);
  // Since when it was in trouble is still asked for when it leaves.
  const well = { ...before, condition: '' as const, sinceAt: before.incident === null ? null : before.sinceAt, opensAt: null };
  if (before.incident === null) return { watch: { ...well, paused: false, wellSince: null }, act: { do: 'nothing' }, dueAt: null, flapping };
  // A PC that was on all along (its link was slow, no more) does not say when it became well.
  const cameAt = sinceAt !== null && sinceAt > (before.sinceAt ?? 0) ? sinceAt : now;
  const wellSince = before.wellSince ?? Math.min(cameAt, now);
  const overAt = flapping ? before.onsets.at(-1)! + FLAPPING.steadyMs : Math.max(wellSince, before.wellSince === null ? now : 0) + recoveryMs;
  if (before.wellSince !== null && overAt <= now) return { watch: { ...NO_WATCH, onsets: before.onsets }, act: { do: 'leave', endAt: wellSince, why: 'well' }, dueAt: null, flapping: false };
  // Before it is over it is judged once more, at the end of the recovery time.
  if (before.wellSince === null && recoveryMs === 0 && !flapping) return { watch: { ...NO_WATCH, onsets: before.onsets }, act: { do: 'leave', endAt: wellSince, why: 'well' }, dueAt: null, flapping: false };
  return { watch: { ...well, wellSince }, act: { do: 'nothing' }, dueAt: overAt, flapping };
}

function troubled(before: Watch, judgement: Extract<Judgement, { kind: 'trouble' }>, judgeFrom: number | null, now: number): Step {
  const { condition, sinceAt, opensAt, heldUntil } = judgement;
  const isOnset = (before.condition === '' || before.wellSince !== null) && !before.paused && condition !== 'link_degraded' && condition !== 'did_not_open';
  const onsets = isOnset ? [...before.onsets, sinceAt].slice(-KEPT_ONSETS) : before.onsets;
  const flapping = isFlapping(onsets, now);
  if (before.incident !== null) {
    const watch: Watch = { ...before, condition, sinceAt: before.sinceAt ?? sinceAt, onsets, wellSince: null };
    if (!before.paused && wasFlapping(onsets, now)) return { watch: { ...watch, onsets: [] }, act: { do: 'steady' }, dueAt: null, flapping: false };
    if (!before.paused) return { watch, act: { do: 'nothing' }, dueAt: flapping ? onsets.at(-1)! + FLAPPING.steadyMs : null, flapping };
    if (judgeFrom !== null && now < judgeFrom) return { watch, act: { do: 'nothing' }, dueAt: judgeFrom, flapping };
    return { watch: { ...watch, paused: false }, act: { do: 'go_on' }, dueAt: null, flapping };
  }
  // The same trouble goes on: it began when it was first noticed, and its grace is not begun anew by another layer that fails.
  const goesOn = before.condition === condition && (condition === 'internet_down' || condition === 'link_degraded');
  const watch: Watch = { ...NO_WATCH, condition, sinceAt: goesOn ? before.sinceAt : sinceAt, opensAt: flapping ? now : goesOn ? Math.max(before.opensAt ?? opensAt, heldUntil) : opensAt, onsets };
  return { watch, act: { do: 'nothing' }, dueAt: flapping ? onsets.at(-1)! + FLAPPING.steadyMs : watch.opensAt, flapping };
}
