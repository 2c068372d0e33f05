/** The parts about calendars, fetched when they are first shown: the first load stays light. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { Failure, Skeleton } from '../notice.tsx';

type Parts = Pick<typeof import('./parts.ts'), 'CalendarPage' | 'SiteHours'>;

let fetched: Parts | null = null;

function useParts(): Parts | RequestError | null {
  const [parts, setParts] = useState<Parts | RequestError | null>(fetched);
  useEffect(() => {
    let current = true;
    if (fetched === null) {
      import('./parts.ts').then(
        ({ CalendarPage: Page, SiteHours: Hours }) => {
          fetched = { CalendarPage: Page, SiteHours: Hours };
          if (current) setParts(fetched);
        },
        () => current && setParts(new RequestError(0, { code: 'unreachable', message: '' })),
      );
    }
    return () => void (current = false);
  }, []);
  return parts;
}

function Shown<P extends object>({ of, props }: { of: (parts: Parts) => ComponentType<P>; props: P }): JSX.Element {
  const parts = useParts();
  // A script that is gone was replaced by a newer version's: the page has to be loaded anew.
  if (parts instanceof RequestError) return <Failure error={parts} onRetry={() => location.reload()} />;
  if (parts === null) return <Skeleton lines={3} />;
  const Part = of(parts);
  return <Part {...props} />;
}

export const CalendarPage = (): JSX.Element => <Shown of={(parts) => parts.CalendarPage} props={{}} />;
export const SiteHours = ({ id }: { id: string }): JSX.Element => <Shown of={(parts) => parts.SiteHours} props={{ id }} />;
