/** This page for the next PC or a phone: QR code, address, code, and the sheet to print. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { vt } from '../../i18n/voucher/text.ts';
import { CopyButton } from '../copy-line.tsx';
import { QrCode } from '../qr-code.tsx';

export function Elsewhere({ page, code }: { page: VoucherPage; code: string }): JSX.Element {
  return (
    <section class="lane-card elsewhere" aria-labelledby="elsewhere-title" data-testid="elsewhere">
      <h2 id="elsewhere-title">{vt('elsewhere')}</h2>
      <div class="elsewhere-body">
        <QrCode qr={page.qr} label={vt('qr')} />
        <div>
          <p class="address" dir="ltr">{`${page.server}/v`}</p>
          <p class="code-small" dir="ltr" data-testid="page-code">
            {code}
          </p>
          <CopyButton text={`${page.server}/v#${code}`} label={vt('copy')} done={vt('copied')} />
        </div>
      </div>
      <p class="quiet small">{vt('elsewhere_text')}</p>
      <div class="actions">
        <a href="/guide" class="grow">
          {vt('guide')}
        </a>
        <button type="button" class="button" data-testid="print" onClick={() => print()}>
          {vt('print')}
        </button>
      </div>
    </section>
  );
}
