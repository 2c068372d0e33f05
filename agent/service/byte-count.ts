/** Bytes through the agent's socket per UTC day (headers of TCP and IP not counted), kept in a small file so that a restart does not forget the morning. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ByteCount {
  add(bytes: number, now: number): void;
  today(now: number): number;
  save(): void;
}

const DAY_MS = 86_400_000;

export function openByteCount(dir: string): ByteCount {
  const path = join(dir, 'bytes.json');
  let { day, bytes } = read(path);
  const turn = (now: number): void => {
    const today = Math.floor(now / DAY_MS);
    if (today === day) return;
    day = today;
    bytes = 0;
  };
  return {
    add(count, now) {
      turn(now);
      bytes += count;
    },
    today(now) {
      turn(now);
      return bytes;
    },
    save() {
      try {
        writeFileSync(path, JSON.stringify({ day, bytes }), { mode: 0o600 });
      } catch {
        // counted again from here after a restart
      }
    },
  };
}

function read(path: string): { day: number; bytes: number } {
  try {
    const { day, bytes } = JSON.parse(readFileSync(path, 'utf8')) as { day: unknown; bytes: unknown };
    return { day: Number(day) || 0, bytes: Number(bytes) || 0 };
  } catch {
    return { day: 0, bytes: 0 };
  }
}
