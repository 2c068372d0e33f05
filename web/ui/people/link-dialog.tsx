/** A link to choose a password, shown this once. */
import type { AccountLink } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { dateTime } from '../../i18n/format.ts';
import { pt } from '../../i18n/people/text.ts';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';

export function LinkDialog({ link, onClose }: { link: AccountLink; onClose: () => void }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = (): void =>
    void navigator.clipboard?.writeText(link.url).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2500);
    });
  return (
    <Dialog title={pt('link_title', { name: link.person.name })} onClose={onClose} testId="link-dialog">
      <p>{pt('link_once')}</p>
      <output class="account-link" dir="ltr" data-testid="account-link">
        {link.url}
      </output>
      <p class="quiet">
        {pt('link_until', { at: dateTime(link.expiresAt) })} {link.mailed && pt('link_mailed', { address: link.person.email ?? '' })}
      </p>
      <div class="actions">
        <button type="button" class="button primary" onClick={copy}>
          <Icon name={copied ? 'check' : 'copy'} size={15} />
          <span aria-live="polite">{pt(copied ? 'copied' : 'link_copy')}</span>
        </button>
      </div>
    </Dialog>
  );
}
