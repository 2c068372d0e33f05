/** One world from curtain to verdict: played, recounted, compared. */
import { play, type Played } from '../../seeds/world/player.ts';
import type { Drama } from '../../seeds/world/mix.ts';
import { machineIntervals } from '../../server/store/history.ts';
import type { Store } from '../../server/store/store.ts';
import { recount } from '../../server/usecases/recount.ts';
import { compare, noConfusion, type Confusion } from './compare.ts';
import { wireServer, type Wired } from './wiring.ts';

export interface Verdict {
  seed: number;
  machines: number;
  days: number;
  heartbeats: number;
  records: number;
  messages: number;
  connections: number;
  rejected: number;
  /** Of playing: by the clock, and of the processor. */
  playMs: number;
  cpuMs: number;
  commitMs: number;
  groups: number;
  recountMs: number;
  confusion: Confusion;
  /** What was laid over the routine, as `site day name`. */
  played: string[];
}

/** `onDay`: progress, by day. */
export async function judge(drama: Drama, seed: number, onDay: (day: number) => void = () => {}): Promise<Verdict> {
  const wired = await wireServer(drama);
  try {
    const { fromAt, toAt, plans } = drama;
    let began = performance.now();
    const { user, system } = process.cpuUsage();
    let recountMs = 0;
    let recountCpu = 0;
    const tellPast = async (now: number): Promise<void> => {
      const at = performance.now();
      const cpu = process.cpuUsage();
      while ((await recount(wired.store, now)).more);
      recountMs += performance.now() - at;
      const used = process.cpuUsage(cpu);
      recountCpu += used.user + used.system;
    };
    const played = await play(drama, wired.transport, seed, async (day) => {
      await tellPast(fromAt + day * 86_400_000 + 60_000);
      onDay(day);
    });
    const playMs = performance.now() - began - recountMs;
    const used = process.cpuUsage();
    const cpuMs = (used.user + used.system - user - system - recountCpu) / 1000;
    began = performance.now();
    await tellPast(toAt + 60_000);
    const confusion = await confusionOf(drama, played, wired);
    const { commitMs, groups, rejected } = wired.spent;
    const { heartbeats, records, messages, connections } = played;
    return { seed, machines: plans.reduce((n, plan) => n + plan.pcs.length, 0), days: plans[0]!.days.length, heartbeats, records, messages, connections, rejected, playMs, cpuMs, commitMs, groups, recountMs, confusion, played: drama.played.map((p) => `${p.site ?? 'all'} ${p.day} ${p.name}`) };
  } finally {
    await wired.close();
  }
}

async function confusionOf({ plans, unknowable, fromAt, toAt }: Drama, { labels }: Played, { store, transport }: Wired): Promise<Confusion> {
  const sum = noConfusion();
  for (const { site, pcs } of plans) {
    const ids = transport.machines[site]!;
    const told = await toldOf(store, ids, fromAt, toAt);
    for (const pc of pcs.keys()) {
      const own = unknowable.filter((u) => u.site === site && u.pc === pc);
      compare(sum, { id: ids[pc]!, site, pc, labels: labels[site]![pc]!, told: told.get(ids[pc]!)! }, own, fromAt, toAt);
    }
  }
  return sum;
}

const toldOf = (store: Store, ids: readonly string[], fromAt: number, toAt: number) => machineIntervals(store.db, ids, fromAt, toAt);
