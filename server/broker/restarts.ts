/**
 * How often a machine's process is another one: more than fifteen in an hour are an agent that is killed again and again (an antivirus), or two PCs that take turns with one
 * identity. Either way a person should look.
 */
export interface Restarts {
  /** A process of this machine connected. True once an hour, where there were too many. */
  note(machine: string, inst: string): boolean;
}

const MOST = 15;
const HOUR_MS = 3_600_000;
/** About 200 B each; who came back longest ago is forgotten first. */
const MACHINES_KEPT = 20_000;

export function createRestarts(now: () => number): Restarts {
  const seen = new Map<string, { since: number; last: string; processes: number }>();
  return {
    note(machine, inst) {
      const known = seen.get(machine);
      if (!known || now() - known.since >= HOUR_MS) {
        if (!known && seen.size >= MACHINES_KEPT) seen.delete(seen.keys().next().value as string);
        seen.delete(machine);
        seen.set(machine, { since: now(), last: inst, processes: 1 });
        return false;
      }
      if (known.last === inst) return false;
      known.last = inst;
      known.processes += 1;
      return known.processes === MOST + 1;
    },
  };
}
