/**
 * uvu with its three traps closed: a suite whose `.run()` is forgotten fails, a test that never ends is named,
 * and what cannot run here is skipped with its reason (in CI a skip is a failure).
 */
import { suite as uvuSuite, type Callback } from 'uvu';

type Body = Callback<Record<string, never>>;

export interface Suite {
  (name: string, body: Body): void;
  /** Runs the test when `missing` is null, else skips it loudly with that reason. */
  needs(missing: string | null, name: string, body: Body): void;
  before(hook: Body): void;
  after(hook: Body): void;
  beforeEach(hook: Body): void;
  afterEach(hook: Body): void;
  run(): void;
}

const report = (message: Record<string, string>): void => void process.send?.(message);
const waiting = new Set<string>();

process.on('exit', () => {
  for (const name of waiting) {
    console.error(`suite "${name}" never ran: its file forgets .run()`);
    process.exitCode = 1;
  }
});

export function suite(name: string): Suite {
  const inner = uvuSuite(name);
  waiting.add(name);
  const add = (test: string, body: Body): void =>
    inner(test, async (context) => {
      report({ begin: `${name} > ${test}` });
      await body(context as never);
      report({ end: `${name} > ${test}` });
    });
  return Object.assign(add, {
    needs(missing: string | null, test: string, body: Body) {
      if (missing === null) return add(test, body);
      if (process.env['CI']) return add(test, () => Promise.reject(new Error(`CI must not skip: ${missing}`)));
      report({ skip: `${name} > ${test}`, why: missing });
      inner.skip(test, () => {});
    },
    // uvu counts a hook that throws, but does not say why.
    before: (hook: Body) =>
      void inner.before(async (context) => {
        try {
          await hook(context as never);
        } catch (error) {
          console.error(`before "${name}":`, error);
          throw error;
        }
      }),
    after: (hook: Body) => void inner.after(hook as never),
    beforeEach: (hook: Body) => void inner.before.each(hook as never),
    afterEach: (hook: Body) => void inner.after.each(hook as never),
    run() {
      waiting.delete(name);
      inner.run();
    },
  });
}
