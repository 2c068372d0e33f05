/** A code that was opened: the place, how far one is, how a PC is installed, and the same page for the next PC. Asked again while somebody looks. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { request, RequestError, V1 } from '../../api.ts';
import { day, number } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { vt } from '../../i18n/voucher/text.ts';
import { groupedCode } from '../../words.ts';
import { Icon } from '../icons.tsx';
import { Arrivals } from './arrivals.tsx';
import { Elsewhere } from './elsewhere.tsx';
import { Install } from './install.tsx';
import { PackageList } from './package-list.tsx';
import { Sheet } from './sheet.tsx';

const AGAIN_MS = 10_000;
/** A sheet is printed once it is drawn. */
const PRINT_AFTER_MS = 300;

interface Opened {
  readonly page: VoucherPage | null;
  readonly error: RequestError | null;
  retry(): void;
}

/** A refusal ends it: asking on would count as guessing, for everybody behind this address. */
const isFinal = ({ status }: RequestError): boolean => status === 403 || status === 400;

function useVoucherPage(code: string): Opened {
  const [page, setPage] = useState<VoucherPage | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let current = true;
    let timer = 0;
    const load = async (): Promise<void> => {
      clearTimeout(timer);
      let waitMs = AGAIN_MS;
      try {
        const read = await request<VoucherPage>('POST', `${V1}/voucher-page`, { voucher: code });
        if (!current) return;
        setPage(read);
        setError(null);
      } catch (failure) {
        if (!current || !(failure instanceof RequestError)) return;
        setError(failure);
        if (isFinal(failure)) return setPage(null);
        if (failure.status === 429) waitMs *= 6;
      }
      timer = window.setTimeout(again, waitMs);
    };
    const again = (): void => {
      // Hidden: it is asked again the moment somebody looks.
      if (document.visibilityState === 'visible') void load();
    };
    void load();
    document.addEventListener('visibilitychange', again);
    return () => {
      current = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, [code, asked]);
  return { page, error, retry: () => setAsked(asked + 1) };
}

function Refusal({ error, onOther, onRetry }: { error: RequestError; onOther: () => void; onRetry: () => void }): JSX.Element {
  const [said, todo] =
    isFinal(error) ? ([vt('refused'), vt('refused_todo')] as const)
    : error.status === 429 ? ([vt('too_many'), vt('too_many_todo')] as const)
    : ([vt(error.status === 0 ? 'unreachable' : 'failed'), null] as const);
  return (
    <section class="lane-card ask" data-testid="refused" data-code={error.code}>
      <div class="failure" role="alert">
        <Icon name="alert" />
        <div>
          <p>{said}</p>
          {todo !== null && <p class="quiet">{todo}</p>}
        </div>
      </div>
      <div class="actions">
        {!isFinal(error) && (
          <button type="button" class="button" onClick={onRetry}>
            {vt('open')}
          </button>
        )}
        <button type="button" class="button primary" data-testid="other-code" onClick={onOther}>
          {vt('other_code')}
        </button>
      </div>
    </section>
  );
}

function Place({ page, onOther }: { page: VoucherPage; onOther: () => void }): JSX.Element {
  const { site, used, uses, expiresAt } = page;
  const [first, second] = language.value === 'ar' && site.nameAr !== null ? [site.nameAr, site.name] : [site.name, site.nameAr];
  return (
    <section class="lane-card place" data-testid="place">
      <p class="place-question">{vt('place')}</p>
      <h1 data-testid="place-name">
        <bdi>{first}</bdi>
      </h1>
      {second !== null && (
        <p class="place-second">
          <bdi>{second}</bdi>
        </p>
      )}
      <p class="site-code">
        <bdi>{site.id}</bdi>
      </p>
      <p class="place-no">{vt('place_no')}</p>
      <p class="quiet small">
        {vt(used >= uses ? 'over' : 'uses', { used: number(used), uses: number(uses) })} · {vt('until', { day: day(expiresAt) })} ·{' '}
        <button type="button" class="link" data-testid="other-code" onClick={onOther}>
          {vt('other_code')}
        </button>
      </p>
    </section>
  );
}

export function OpenedPage({ code: given, toPrint, onOther }: { code: string; toPrint: boolean; onOther: () => void }): JSX.Element {
  const code = groupedCode(given).toUpperCase();
  const { page, error, retry } = useVoucherPage(code);
  const printed = useRef(false);
  useEffect(() => {
    if (!toPrint || page === null || printed.current) return;
    printed.current = true;
    setTimeout(() => print(), PRINT_AFTER_MS);
  }, [page, toPrint]);
  if (page === null) {
    return error === null ? (
      <section class="lane-card ask" role="status">
        {vt('opening')}
      </section>
    ) : (
      <Refusal error={error} onOther={onOther} onRetry={retry} />
    );
  }
  return (
    <>
      <div class="lane-grid no-print">
        <Place page={page} onOther={onOther} />
        <Arrivals page={page} isStale={error !== null} />
        <Install page={page} code={code} />
        <div class="lane-side">
          <Elsewhere page={page} code={code} />
          <PackageList page={page} />
        </div>
      </div>
      <Sheet page={page} code={code} />
    </>
  );
}
