/** The cause of an incident from what the past says now: the verdict that most of its time in opening hours has. */
import type { Verdict, VerdictCause } from '@cac/shared/history.ts';
import type { IncidentCause } from '@cac/shared/incidents.ts';

export interface ToldStretch {
  fromAt: number;
  toAt: number;
  verdict: Verdict;
  cause: VerdictCause;
}

/** Null: the past says nothing of that time yet. */
export function causeOfPast(stretches: readonly ToldStretch[], fromAt: number, toAt: number): IncidentCause | null {
  const ms = new Map<IncidentCause, number>();
  for (const stretch of stretches) {
    const length = Math.min(stretch.toAt, toAt) - Math.max(stretch.fromAt, fromAt);
    const cause = length > 0 ? wordOf(stretch) : null;
    if (cause !== null) ms.set(cause, (ms.get(cause) ?? 0) + length);
  }
  let most: IncidentCause | null = null;
  for (const [cause, length] of ms) if (most === null || length > ms.get(most)!) most = cause;
  return most;
}

function wordOf({ verdict, cause }: ToldStretch): IncidentCause | null {
  switch (verdict) {
    case 'connected':
    case 'degraded':
      return 'was_open';
    case 'no_internet':
      return cause as IncidentCause;
    case 'cut':
      return cause === 'power' ? 'power' : 'lost_together';
    case 'no_pc':
      return cause === 'since_opening' ? 'never_on' : cause === 'asleep' ? 'asleep' : 'off';
    case 'unknown':
      return cause === 'agent_dead' ? 'agent' : 'silence';
    case 'closed':
    case 'excluded':
      return null;
    default:
      return verdict satisfies never;
  }
}
