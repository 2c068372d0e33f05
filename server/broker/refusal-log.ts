/** Refusals can come by the thousand: one line per reason and address in ten seconds, with how many it stands for. */
const EVERY_MS = 10_000;
const KEYS_KEPT = 5_000;

export interface RefusalLine {
  reason: string;
  address: string;
  machine?: string | undefined;
  detail: string;
}

export interface RefusalLog {
  add(line: RefusalLine): void;
  counts(): Record<string, number>;
}

export function createRefusalLog(now: () => number, write: (line: RefusalLine & { times: number }) => void): RefusalLog {
  const last = new Map<string, { at: number; held: number }>();
  const counts: Record<string, number> = {};
  return {
    add(line) {
      counts[line.reason] = (counts[line.reason] ?? 0) + 1;
      const key = `${line.reason} ${line.address}`;
      const seen = last.get(key);
      if (seen && now() - seen.at < EVERY_MS) {
        seen.held += 1;
        return;
      }
      if (last.size >= KEYS_KEPT) last.delete(last.keys().next().value as string);
      last.set(key, { at: now(), held: 0 });
      write({ ...line, times: 1 + (seen?.held ?? 0) });
    },
    counts: () => ({ ...counts }),
  };
}
