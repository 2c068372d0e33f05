/** The packages there are: size, download, and the sums to check a copy by. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { vt } from '../../i18n/voucher/text.ts';
import { bytesText } from './bytes-text.ts';

export function PackageList({ page: { packages, version } }: { page: VoucherPage }): JSX.Element | null {
  if (packages.length === 0) return null;
  return (
    <section class="lane-card" aria-labelledby="packages-title" data-testid="packages">
      <h2 id="packages-title">
        {vt('packages')} <small class="quiet">{vt('version', { version })}</small>
      </h2>
      <ul class="package-list">
        {packages.map(({ file, platform, bytes }) => (
          <li key={file}>
            <span>
              <b>{vt(platform)}</b>
              <small class="quiet">
                <bdi>{file}</bdi>
              </small>
            </span>
            <small class="quiet">{bytesText(bytes)}</small>
            <a class="button small" href={`/packages/${file}`} download={file} aria-label={`${vt('download')} ${file}`} data-testid="package">
              {vt('download')}
            </a>
          </li>
        ))}
      </ul>
      <details class="fold">
        <summary>{vt('sums')}</summary>
        <p class="quiet">{vt('sums_text')}</p>
        <ul class="sums" dir="ltr">
          {packages.map(({ file, sha256 }) => (
            <li key={file}>
              <code>{sha256}</code>
              <span>{file}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
