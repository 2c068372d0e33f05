/** The sheet a technician takes along, A4: place, code, QR, the lines for each system, how to know that all is well. Seen on paper only. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { day, number } from '../../i18n/format.ts';
import { vt } from '../../i18n/voucher/text.ts';
import { installLines, LINUX_STATUS, WINDOWS_STATUS } from '../../install-commands.ts';
import { CommandLine } from '../copy-line.tsx';
import { Mark } from '../icons.tsx';
import { QrCode } from '../qr-code.tsx';

const HELP = ['sheet_help_1', 'sheet_help_2', 'sheet_help_3', 'sheet_help_4', 'sheet_help_5'] as const;

export function Sheet({ page, code }: { page: VoucherPage; code: string }): JSX.Element {
  const { site, server, qr, packages, uses, used, expiresAt } = page;
  return (
    <article class="paper" aria-hidden="true" data-testid="sheet">
      <header class="paper-head">
        <Mark size={34} />
        <strong>{vt('product')}</strong>
        <span>{vt('sheet_title')}</span>
      </header>
      <h2>{vt('sheet_place')}</h2>
      <div class="paper-place">
        <div>
          <p class="paper-site">
            <bdi>{site.name}</bdi>
          </p>
          {site.nameAr !== null && (
            <p class="paper-site" lang="ar">
              <bdi>{site.nameAr}</bdi>
            </p>
          )}
          <p>
            <bdi>{site.id}</bdi> · {vt('uses', { used: number(used), uses: number(uses) })} · {vt('until', { day: day(expiresAt) })}
          </p>
          <p>{vt('place_no')}</p>
          <p class="paper-address">
            <bdi dir="ltr">{`${server}/v`}</bdi>
          </p>
          <p class="paper-code">
            <bdi dir="ltr">{code}</bdi>
          </p>
        </div>
        <QrCode qr={qr} label={vt('qr')} />
      </div>
      <h2>{vt('sheet_install')}</h2>
      <p>{vt('sheet_page')}</p>
      {packages
        .filter(({ platform }, _, all) => platform !== 'any' || all.length === 1)
        .map((one) => (
          <section key={one.file} class="paper-system">
            <h3>
              {vt(one.platform)} <span>{vt(`step_${one.platform}`)}</span>
            </h3>
            <CommandLine text={installLines(one, server, code).line} />
          </section>
        ))}
      <h2>{vt('sheet_check')}</h2>
      <p>{vt('sheet_check_text')}</p>
      <CommandLine text={LINUX_STATUS} />
      <CommandLine text={WINDOWS_STATUS} />
      <p>{vt('sheet_help')}</p>
      <ul class="paper-help">
        {HELP.map((key) => (
          <li key={key}>{vt(key)}</li>
        ))}
      </ul>
      <h2>{vt('sheet_leave')}</h2>
      <p>{vt('sheet_leave_text')}</p>
      <p class="paper-secret">{vt('sheet_secret')}</p>
    </article>
  );
}
