/** A page that is fetched when it is first opened: most visits never need it. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../api.ts';
import { Failure, Skeleton } from './notice.tsx';

/** `load` answers with the page; where the network fails, the reader may try again. */
export function lazy(load: () => Promise<ComponentType>): () => JSX.Element {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const [Page, setPage] = useState<{ page: ComponentType | null; failed: boolean }>({ page: loaded, failed: false });
    const [asked, setAsked] = useState(0);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (page) => {
          loaded = page;
          setPage({ page, failed: false });
        },
        () => setPage({ page: null, failed: true }),
      );
    }, [asked]);
    if (Page.failed) return <Failure error={new RequestError(0, { code: 'unreachable', message: '' })} onRetry={() => setAsked(asked + 1)} />;
    return Page.page === null ? <Skeleton lines={8} /> : <Page.page />;
  };
}
