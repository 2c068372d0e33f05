/** One answer of the server, asked again when the question changes, and now and then while it is on screen. */
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { toSignIn } from '../../state/store.ts';

export interface Answer<T> {
  value: T | null;
  error: RequestError | null;
  again: () => void;
}

/** `key` names the question. While a new one is answered the old answer is gone; asked again, it stays until the new one is there. */
export function useAnswer<T>(key: string, ask: () => Promise<T>, everyMs: number | null = null): Answer<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: RequestError | null }>({ key, value: null, error: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    const load = (): void => {
      ask().then(
        (value) => current && setState({ key, value, error: null }),
        (failure: unknown) => {
          if (!current || !(failure instanceof RequestError)) return;
          if (failure.status === 401) toSignIn();
          else setState((before) => ({ key, value: before.key === key ? before.value : null, error: failure }));
        },
      );
    };
    load();
    const timer = everyMs === null ? undefined : setInterval(load, everyMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [key, asked]);
  const fits = state.key === key;
  return { value: fits ? state.value : null, error: fits ? state.error : null, again: () => setAsked(asked + 1) };
}
