/** An answer of the server for a part of the page: asked at once, again when `mark` moves, and every so often while it is shown. */
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { toSignIn } from '../../state/store.ts';

export interface Answered<T> {
  readonly value: T | null;
  readonly error: RequestError | null;
  reload(): void;
}

export function useAnswer<T>(ask: () => Promise<T>, mark: unknown, againMs: number | null = null): Answered<T> {
  const [state, setState] = useState<{ value: T | null; error: RequestError | null }>({ value: null, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    const load = (): void =>
      void ask().then(
        (value) => current && setState({ value, error: null }),
        (failure: unknown) => {
          if (!(failure instanceof RequestError)) throw failure;
          if (failure.status === 401) return toSignIn();
          if (current) setState((before) => ({ ...before, error: failure }));
        },
      );
    load();
    const timer = againMs === null ? undefined : setInterval(() => document.visibilityState === 'visible' && load(), againMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [mark, asked, againMs]);
  return { ...state, reload: () => setAsked((n) => n + 1) };
}
