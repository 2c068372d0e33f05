/** Something is always going on: now and then a PC leaves what was planned for it, and some minutes later returns to it. */
import type { Random } from '../random.ts';
import type { Presence, SimulatedMachine } from './machine.ts';
import { FAILING } from './routine.ts';

export interface Mover {
  machine: SimulatedMachine;
  planned: Presence;
  /** False while it has better to do. */
  free(): boolean;
}

const EVERY_MS = 8_000;
const AWAY_MS = { least: 50_000, most: 240_000 };

/** Another presence than the planned one, as life brings it. */
export function deviation(random: Random, planned: Presence): Presence {
  if (planned.kind !== 'on' || planned.link !== 'ok') return { kind: 'on', link: 'ok' };
  const lot = random.next();
  if (lot < 0.5) return { kind: 'on', link: random.pick(FAILING) };
  return { kind: lot < 0.85 ? 'off' : 'silent' };
}

/** Every 8 s one PC leaves; each is back after one to four minutes. */
export function startMovement(movers: readonly Mover[], random: Random): { stop(): void } {
  let away: { mover: Mover; backAt: number }[] = [];
  let leaveAt = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    for (const { mover } of away.filter((a) => a.backAt <= now)) mover.machine.change(mover.planned);
    away = away.filter((a) => a.backAt > now);
    if (now < leaveAt) return;
    leaveAt = now + EVERY_MS * (0.5 + random.next());
    const mover = random.pick(movers);
    if (!mover.free() || away.some((a) => a.mover === mover)) return;
    mover.machine.change(deviation(random, mover.planned));
    away.push({ mover, backAt: now + AWAY_MS.least + random.next() * (AWAY_MS.most - AWAY_MS.least) });
  }, 1_000);
  return { stop: () => clearInterval(timer) };
}
