/** Server time: the wall clock at start, then the monotonic clock. A wall that is set later does not move it. */
export interface ServerClock {
  /** Ms UTC. */
  now(): number;
  /** By how much the wall has moved against server time since the last call, ms. */
  wallStep(): number;
}

export function createClock(): ServerClock {
  const wallAtStart = Date.now();
  const startedAt = performance.now();
  const now = (): number => Math.round(wallAtStart + (performance.now() - startedAt));
  let lastDrift = 0;
  return {
    now,
    wallStep() {
      const drift = Date.now() - now();
      const step = drift - lastDrift;
      lastDrift = drift;
      return step;
    },
  };
}
