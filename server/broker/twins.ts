/**
 * Two processes with one machine's identity (C-02). The one that was first keeps it; a second one waits until it is known whether the first still lives: it is asked, and
 * whatever it says within half a minute proves it. Then the second is held: its connection stands, nothing of it is taken up. A PC whose plug was pulled and that comes
 * back finds its own old connection silent, and has its identity after that half minute at most.
 *
 * Of nearly all machines there is nothing to know: only those with a second process have an entry in `contests`.
 */

export type Standing = 'own' | 'waiting' | 'held';

export interface TwinsOptions<C> {
  now(): number;
  /** Make it say something: the answer comes as a packet. */
  ask(client: C): void;
  /** Its connection was silent: away with it. */
  drop(client: C): void;
  /** It has the identity from now on: let it say hello. */
  release(client: C): void;
  onHeld(machine: string, inst: string, client: C): void;
}

export interface Twins<C> {
  /** A connection of a process was accepted. `known`: what was decided of this process before. */
  connected(machine: string, inst: string, client: C, known?: 'held'): Standing;
  disconnected(machine: string, inst: string, client: C): void;
  /** Is there more to look at than that the machine sent something? */
  isContested(machine: string): boolean;
  /** Of a contested machine: whose packet this is. Proves who lives. */
  heard(machine: string, inst: string): Standing;
  standingOf(machine: string, inst: string): Standing;
  /** A person said so: this process has the identity, the others are held. */
  give(machine: string, inst: string): void;
  /** Each second. */
  tick(): void;
}

interface Process<C> {
  clients: Set<C>;
  standing: Standing;
}

interface Contest {
  /** Since when somebody waits; null: nobody does. */
  since: number | null;
  asked: boolean;
}

/** Before that, what the first one sends may have been on its way when the second came. */
const ASK_AFTER_MS = 2_000;
const SILENT_MS = 30_000;

export function createTwins<C>(options: TwinsOptions<C>): Twins<C> {
  const machines = new Map<string, Map<string, Process<C>>>();
  const contests = new Map<string, Contest>();

  const ownOf = (machine: string): Process<C> | undefined => [...(machines.get(machine)?.values() ?? [])].find((process) => process.standing === 'own');

  /** Those that wait are held: the first one lives. */
  function hold(machine: string): void {
    const contest = contests.get(machine)!;
    contest.since = null;
    for (const [inst, process] of machines.get(machine) ?? []) {
      if (process.standing !== 'waiting') continue;
      process.standing = 'held';
      for (const client of process.clients) options.onHeld(machine, inst, client);
    }
  }

  /** The first that waits has the identity; the others go on waiting, now for that one. */
  function passOn(machine: string): void {
    const contest = contests.get(machine);
    const processes = [...(machines.get(machine)?.values() ?? [])];
    const next = processes.find((process) => process.standing === 'waiting');
    if (next) {
      next.standing = 'own';
      for (const client of next.clients) options.release(client);
    }
    if (!contest) return;
    if (processes.every((process) => process.standing === 'own')) return void contests.delete(machine);
    contest.since = processes.some((process) => process.standing === 'waiting') ? options.now() : null;
    contest.asked = false;
  }

  return {
    connected(machine, inst, client, known) {
      let processes = machines.get(machine);
      if (!processes) machines.set(machine, (processes = new Map()));
      let process = processes.get(inst);
      if (!process) {
        const standing = known ?? (ownOf(machine) ? 'waiting' : 'own');
        processes.set(inst, (process = { clients: new Set(), standing }));
        if (standing !== 'own') {
          const contest = contests.get(machine) ?? { since: null, asked: false };
          contests.set(machine, contest);
          if (standing === 'waiting' && contest.since === null) Object.assign(contest, { since: options.now(), asked: false });
        }
      }
      process.clients.add(client);
      return process.standing;
    },
    disconnected(machine, inst, client) {
      const processes = machines.get(machine);
      const process = processes?.get(inst);
      if (!processes || !process) return;
      process.clients.delete(client);
      if (process.clients.size > 0) return;
      processes.delete(inst);
      if (process.standing === 'own') passOn(machine);
      if (processes.size === 0) {
        machines.delete(machine);
        contests.delete(machine);
      } else if (processes.size === 1 && ownOf(machine)) contests.delete(machine);
    },
    isContested: (machine) => contests.has(machine),
    heard(machine, inst) {
      const standing = this.standingOf(machine, inst);
      const contest = contests.get(machine);
      if (standing === 'own' && contest?.since != null && contest.asked) hold(machine);
      return standing;
    },
    standingOf: (machine, inst) => machines.get(machine)?.get(inst)?.standing ?? 'own',
    give(machine, inst) {
      const processes = machines.get(machine);
      const chosen = processes?.get(inst);
      if (!processes || !chosen) return;
      for (const [other, process] of processes) {
        if (other === inst) continue;
        process.standing = 'held';
        for (const client of process.clients) options.onHeld(machine, other, client);
      }
      const news = chosen.standing !== 'own';
      chosen.standing = 'own';
      const contest = contests.get(machine);
      if (contest) contest.since = null;
      if (processes.size === 1) contests.delete(machine);
      if (news) for (const client of chosen.clients) options.release(client);
    },
    tick() {
      const now = options.now();
      for (const [machine, contest] of contests) {
        if (contest.since === null) continue;
        const own = ownOf(machine);
        if (!own) passOn(machine);
        else if (!contest.asked && now - contest.since >= ASK_AFTER_MS) {
          contest.asked = true;
          for (const client of own.clients) options.ask(client);
        } else if (contest.asked && now - contest.since >= ASK_AFTER_MS + SILENT_MS) {
          // Gone without a word; what it still had open goes with it.
          for (const client of own.clients) options.drop(client);
        }
      }
    },
  };
}
