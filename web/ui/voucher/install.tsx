/** The line that installs the agent, for the system that is chosen; the other ways under a fold. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { vt } from '../../i18n/voucher/text.ts';
import { guessPlatform, installLines, OFFLINE_FILE, offlineFile, type Platform } from '../../install-commands.ts';
import { CommandLine, CopyButton } from '../copy-line.tsx';
import { Icon } from '../icons.tsx';

function Line({ text, testId }: { text: string; testId?: string }): JSX.Element {
  return (
    <div class="line">
      <CommandLine text={text} {...(testId === undefined ? {} : { testId })} />
      <CopyButton text={text} label={vt('copy')} done={vt('copied')} />
    </div>
  );
}

/** Made here in the browser: the server never has to hold the code in the clear. */
function saveOfflineFile(server: string, code: string): void {
  const url = URL.createObjectURL(new Blob([offlineFile(server, code)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = OFFLINE_FILE;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function Install({ page, code }: { page: VoucherPage; code: string }): JSX.Element {
  const there = page.packages.map(({ platform }) => platform);
  const [chosen, setChosen] = useState<Platform | null>(() => guessPlatform(navigator.userAgent, there));
  const one = page.packages.find(({ platform }) => platform === chosen);
  const lines = one === undefined ? null : installLines(one, page.server, code);
  return (
    <section class="lane-card install" aria-labelledby="install-title" data-testid="install">
      <h2 id="install-title">{vt('install')}</h2>
      {page.packages.length === 0 && (
        <p class="aside-note">
          <Icon name="info" size={16} />
          <span>
            {vt('packages_none')} {vt('packages_none_todo')}
          </span>
        </p>
      )}
      {there.length > 0 && there.every((platform) => platform === 'any') && (
        <p class="aside-note" data-testid="bare">
          <Icon name="info" size={16} />
          <span>
            {vt('packages_bare')} {vt('packages_none_todo')}
          </span>
        </p>
      )}
      {there.length > 1 && (
        <div class="systems" role="group" aria-label={vt('system')}>
          {[...new Set(there)].map((platform) => (
            <button key={platform} type="button" class="button" aria-pressed={platform === chosen} data-testid={`system-${platform}`} onClick={() => setChosen(platform)}>
              {vt(platform)}
            </button>
          ))}
        </div>
      )}
      {lines !== null && chosen !== null && (
        <>
          <p>{vt(`step_${chosen}`)}</p>
          <Line text={lines.line} testId="install-line" />
          <p>{vt('step_check')}</p>
          <Line text={lines.status} />
          <details class="fold">
            <summary>{vt('other_ways')}</summary>
            {lines.cmd !== null && (
              <>
                <h3>{vt('way_cmd')}</h3>
                <Line text={lines.cmd} />
              </>
            )}
            <h3>{vt('way_silent')}</h3>
            <p class="quiet">{vt('way_silent_text')}</p>
            <Line text={lines.silent} />
            <p class="quiet">{vt('way_proxy')}</p>
            <h3>{vt('way_offline')}</h3>
            <p class="quiet">{vt('way_offline_text')}</p>
            <p>
              <button type="button" class="button" data-testid="offline-file" onClick={() => saveOfflineFile(page.server, code)}>
                {vt('offline_file')}
              </button>
            </p>
            <Line text={lines.offline} />
          </details>
        </>
      )}
    </section>
  );
}
