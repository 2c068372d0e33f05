/** Progress for people: on a terminal one line that is written again, elsewhere a line now and then. */

export interface Progress {
  /** How far it is. Replaces the line before on a terminal. */
  now(text: string): void;
  /** Said for good. */
  done(text: string): void;
}

const EVERY_MS = 10_000;
const REWRITE_MS = 200;

export function createProgress(out: { isTTY?: boolean; columns?: number; write(text: string): unknown } = process.stdout): Progress {
  let saidAt = performance.now();
  const line = (text: string): string => `  Fleet      ${text}`;
  return {
    now(text) {
      const at = performance.now();
      if (at - saidAt < (out.isTTY ? REWRITE_MS : EVERY_MS)) return;
      saidAt = at;
      out.write(out.isTTY ? `\r\u001B[2K${line(text).slice(0, (out.columns ?? 80) - 1)}` : `${line(text)}\n`);
    },
    done: (text) => void out.write(`${out.isTTY ? '\r\u001B[2K' : ''}${line(text)}\n`),
  };
}
