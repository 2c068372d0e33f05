/** A part of the page that is fetched when it is first shown: most visits never need it, and the first load stays light. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../api.ts';
import { Failure, Skeleton } from './notice.tsx';

/** `load` answers with the part; `lines` is how much grey stands in its place until then. */
export function lazy<P extends object = object>(load: () => Promise<ComponentType<P>>, lines = 8): (props: P) => JSX.Element {
  let loaded: ComponentType<P> | null = null;
  return function Lazy(props) {
    const [, setReady] = useState(loaded !== null);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      let current = true;
      if (loaded === null) {
        load().then(
          (part) => {
            loaded = part;
            if (current) setReady(true);
          },
          () => current && setFailed(true),
        );
      }
      return () => void (current = false);
    }, []);
    // A script that is gone was replaced by a newer version's, and browsers remember that it failed: the page is loaded anew.
    if (failed) return <Failure error={new RequestError(0, { code: 'unreachable', message: '' })} onRetry={() => location.reload()} />;
    const Part = loaded;
    return Part === null ? <Skeleton lines={lines} /> : <Part {...props} />;
  };
}
