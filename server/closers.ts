/** What was opened, in order, to be closed in reverse. */
export interface Closers {
  push(closer: () => Promise<void> | void): void;
  /** Throws the first failure, after all were closed. A second call closes only what came since. */
  close(): Promise<void>;
}

export function createClosers(): Closers {
  const closers: (() => Promise<void> | void)[] = [];
  return {
    push: (closer) => void closers.push(closer),
    async close() {
      // One that fails must not keep the others open; the first failure is told at the end.
      const failures: unknown[] = [];
      for (const closer of closers.splice(0).reverse()) {
        try {
          await closer();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
