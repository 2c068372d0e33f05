/** A fresh installation code, said this once: the code, its page as a QR code and an address, the sheet to print, the line for each system. */
import type { NewVoucher } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { ft } from '../../i18n/field/text.ts';
import { day } from '../../i18n/format.ts';
import { count, t } from '../../i18n/text.ts';
import { installLines } from '../../install-commands.ts';
import { groupedCode } from '../../words.ts';
import { CommandLine, CopyButton } from '../copy-line.tsx';
import { Dialog } from '../dialog.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { QrCode } from '../qr-code.tsx';
import { fieldApi } from './api.ts';
import { useAnswer } from './use-answer.ts';

export function CodeDialog({ voucher, onClose }: { voucher: NewVoucher; onClose: () => void }): JSX.Element {
  const code = groupedCode(voucher.code);
  const { value: page, error, reload } = useAnswer(() => fieldApi.voucherPage(code), code);
  const offered = page?.packages.filter(({ platform }, _, all) => platform !== 'any' || all.length === 1) ?? [];
  return (
    <Dialog title={t('voucher_new')} onClose={onClose} testId="voucher-dialog" wide>
      <p>{t('voucher_once')}</p>
      <output class="code" dir="ltr" data-testid="voucher-code" data-code={code} aria-label={code}>
        {code.split('-').map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </output>
      <p class="quiet">
        {count('voucher_uses', voucher.uses)} · {t('voucher_until', { day: day(voucher.expiresAt) })}
      </p>
      <CopyButton text={code} label={t('voucher_copy')} done={t('copied')} />
      {page === null && error === null && <Skeleton lines={5} />}
      {error !== null && <Failure error={error} onRetry={reload} />}
      {page !== null && (
        <>
          <h3>{ft('code_page')}</h3>
          <div class="code-page">
            <QrCode qr={page.qr} label={ft('code_qr')} />
            <div>
              <p class="code-address" dir="ltr">{`${page.server}/v`}</p>
              <p class="quiet">{ft('code_page_text')}</p>
              <p class="code-acts">
                <a class="button small" href={`/v#${code}`} target="_blank" rel="noopener" data-testid="code-page">
                  {ft('code_open')}
                </a>
                <a class="button small" href={`/v#${code}/print`} target="_blank" rel="noopener" data-testid="code-print">
                  {ft('code_print')}
                </a>
              </p>
            </div>
          </div>
          {offered.map((one) => {
            const { line } = installLines(one, page.server, code);
            return (
              <details key={one.file} class="code-line" open={offered.length === 1}>
                <summary>{ft('code_line', { system: ft(`code_${one.platform}`) })}</summary>
                <CommandLine text={line} testId={`voucher-command-${one.platform}`} />
                <CopyButton text={line} label={t('command_copy')} done={t('copied')} />
              </details>
            );
          })}
        </>
      )}
    </Dialog>
  );
}
