/**
 * Speaks to agents over MQTT: what waits for those that said hello, and what people decided. In rounds of a second, so that a country of agents that comes back after a restart,
 * or a setting that concerns all of them, is read and said in groups.
 */
import type { MachineId } from '@cac/shared/ids.ts';
import type { EmbeddedBroker } from './broker/embedded.ts';
import type { Log } from './log.ts';
import { heldInsts, MOST_HELD } from './store/identities.ts';
import { markSent } from './store/machine-field.ts';
import type { Store } from './store/store.ts';
import { greetMachines } from './usecases/greet-machines.ts';
import { twinVoucher } from './usecases/move-machine.ts';
import { holdClone } from './usecases/suspect-clone.ts';

export interface Greeter {
  /** Rounds begin; what was asked before waits for this. */
  attach(broker: Pick<EmbeddedBroker, 'tell' | 'tellProcess' | 'give' | 'machines' | 'isConnected'>): void;
  greet(machines: readonly string[]): void;
  /** Settings changed, of a site's agents or of all. */
  configChanged(site: string | null): void;
  /** A person decided of a process that was held. */
  judge(machine: string): void;
  isHeld(machine: string, inst: string): boolean;
  hold(machine: string, inst: string, address: string): void;
  /** Lets go of what the store has forgotten, and of what is over. */
  forgetOld(): Promise<void>;
  round(): Promise<void>;
}

/** Of a second: what it reads of each is some kB. */
const A_ROUND = 300;
/** A voucher for a twin is made again after so long. */
const TWIN_AGAIN_MS = 10 * 60_000;

export async function createGreeter({ store, now, log, onChanged }: { store: Store; now: () => number; log: Log; onChanged(): void }): Promise<Greeter> {
  /** By machine, those met last; of one that is forgotten here it is found out again within half a minute that it is a second one. */
  const held = new Map<string, { insts: Set<string>; at: number }>();
  const keepHeld = (machine: string, inst: string): void => {
    const { insts } = held.get(machine) ?? { insts: new Set() };
    held.set(machine, { insts, at: now() });
    insts.delete(inst);
    insts.add(inst);
    if (insts.size > MOST_HELD) insts.delete(insts.values().next().value as string);
  };
  for (const { machine_id, inst } of await heldInsts(store.db)) keepHeld(machine_id, inst);
  const waiting = new Set<string>();
  /** Processes told to enrol as PCs of their own, and when: people's decisions, so they are few. */
  const vouchedAt = new Map<string, number>();
  let broker: Parameters<Greeter['attach']>[0] | null = null;

  async function forgetOld(): Promise<void> {
    const asked = now();
    const known = new Set((await heldInsts(store.db)).map(({ machine_id }) => machine_id));
    // Who was met since stands in the store in a moment.
    for (const [machine, { at }] of held) if (at < asked && !known.has(machine)) held.delete(machine);
    for (const [key, at] of vouchedAt) if (now() - at >= TWIN_AGAIN_MS) vouchedAt.delete(key);
  }

  const failed = (machine: string, what: string) => (err: unknown): void => log.error({ err, machine }, what);

  async function judgeNow(machine: string): Promise<void> {
    for (const [inst, state] of await heldInstsOf(machine)) {
      if (state !== 'held') await say(machine, inst, state);
    }
  }
  /** What was decided, to a process that may be connected; else it is said when it comes. */
  async function say(machine: string, inst: string, state: string): Promise<void> {
    if (state === 'is_the_pc') {
      held.get(machine)?.insts.delete(inst);
      broker?.give(machine as MachineId, inst);
    } else if (state === 'new_machine') {
      // Each voucher is good for a PC: one that connects again and again, and does not enrol, is not given a heap of them.
      const key = `${machine} ${inst}`;
      if (now() - (vouchedAt.get(key) ?? -Infinity) < TWIN_AGAIN_MS) return;
      vouchedAt.set(key, now());
      const row = await store.db.selectFrom('machines').select('site_id').where('id', '=', machine).executeTakeFirst();
      if (row) broker?.tellProcess(machine as MachineId, inst, { enrol: { voucher: await twinVoucher(store, row.site_id, now()) } });
    }
  }
  const heldInstsOf = async (machine: string): Promise<[string, string][]> =>
    (await store.db.selectFrom('held_processes').select(['inst', 'state']).where('machine_id', '=', machine).execute()).map(({ inst, state }) => [inst, state]);

  return {
    attach: (to) => void (broker = to),
    greet: (machines) => machines.forEach((machine) => waiting.add(machine)),
    configChanged(site) {
      if (site === null) for (const machine of broker?.machines() ?? []) waiting.add(machine);
      else
        store.db.selectFrom('machines').select('id').where('site_id', '=', site).execute().then(
          (rows) => rows.forEach((row) => waiting.add(row.id)),
          failed(site, 'agents not told of their settings'),
        );
    },
    judge: (machine) => void judgeNow(machine).catch(failed(machine, 'held process not told')),
    isHeld: (machine, inst) => held.get(machine)?.insts.has(inst) ?? false,
    forgetOld,
    hold(machine, inst, address) {
      keepHeld(machine, inst);
      holdClone(store, machine, inst, address, now()).then(({ isNew, state }) => {
        void say(machine, inst, state).catch(failed(machine, 'held process not told'));
        if (!isNew) return;
        log.warn({ machine, inst, address }, 'two PCs run with one identity: the second is held');
        onChanged();
      }, failed(machine, 'clone not noted'));
    },
    async round() {
      if (broker === null || waiting.size === 0) return;
      const group = [...waiting].slice(0, A_ROUND);
      for (const machine of group) waiting.delete(machine);
      const here = group.filter((machine) => broker?.isConnected(machine as MachineId));
      const told: number[] = [];
      for (const { machine, down, command } of await greetMachines(store, here, now())) if (broker.tell(machine as MachineId, down) && command !== null) told.push(command);
      if (told.length > 0) await markSent(store.db, told, now());
    },
  };
}
