/** Server time: the wall clock at start, then the monotonic clock. A wall that is set later does not move it. */
export interface ServerClock {
  /** Ms UTC. */
  now(): number;
  /** By how much the wall has moved against server time since the last call, ms. */
  wallStep(): number;
}

/** `wall` and `monotonic`: the machine's clocks, ms. */
export function createClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): ServerClock {
  const wallAtStart = wall();
  const startedAt = monotonic();
  const now = (): number => Math.round(wallAtStart + (monotonic() - startedAt));
  let lastDrift = 0;
  return {
    now,
    wallStep() {
      const drift = wall() - now();
      const step = drift - lastDrift;
      lastDrift = drift;
      return step;
    },
  };
}
