/** The installation codes of a site: issue one, read it once, revoke it. */
import type { NewVoucher, Voucher } from '@cac/shared/api.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, RequestError } from '../api.ts';
import { day, number } from '../i18n/format.ts';
import { count, t } from '../i18n/text.ts';
import { now } from '../state/store.ts';
import { Confirm } from './confirm.tsx';
import { CodeDialog } from './field/lazy.tsx';
import { Failure } from './notice.tsx';

const USES = [1, 5, 20, 50] as const;
const DAYS = [7, 30, 180, 365] as const;
/** Codes that the server gives to one PC that moves: nobody types them. */
const OF_MOVES = 'move:';
const standing = (voucher: Voucher, at: number): 'revoked' | 'expired' | 'used_up' | 'valid' => {
  if (voucher.revoked) return 'revoked';
  if (voucher.expiresAt <= at) return 'expired';
  return voucher.used >= voucher.uses ? 'used_up' : 'valid';
};

export function Vouchers({ siteId, vouchers, onChange }: { siteId: string; vouchers: readonly Voucher[]; onChange: () => void }): JSX.Element {
  const [uses, setUses] = useState<number>(20);
  const [days, setDays] = useState<number>(180);
  const [issued, setIssued] = useState<NewVoucher | null>(null);
  const [revoking, setRevoking] = useState<Voucher | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const issuedByPeople = vouchers.filter(({ createdBy }) => !createdBy.startsWith(OF_MOVES));
  const issue = async (): Promise<void> => {
    setError(null);
    try {
      setIssued(await api.issueVoucher(siteId, uses, days));
      onChange();
    } catch (failure) {
      if (failure instanceof RequestError) setError(failure);
    }
  };
  return (
    <section class="block" data-testid="vouchers">
      <h3>{t('vouchers')}</h3>
      <div class="issue">
        <label class="field">
          <span>{t('voucher_for')}</span>
          <select value={uses} onChange={(event) => setUses(Number(event.currentTarget.value))}>
            {USES.map((n) => (
              <option key={n} value={n}>
                {count('voucher_uses', n)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{t('voucher_during')}</span>
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((n) => (
              <option key={n} value={n}>
                {count('days', n)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="button primary" data-testid="voucher-issue" onClick={() => void issue()}>
          {t('voucher_issue')}
        </button>
      </div>
      {error && <Failure error={error} />}
      {issuedByPeople.length > 0 && (
        <ul class="vouchers">
          {issuedByPeople.map((voucher) => {
            const is = standing(voucher, now.value);
            return (
              <li key={voucher.id} class={is} data-testid="voucher" data-standing={is}>
                <span>
                  <b>{t('voucher_used', { used: number(voucher.used), uses: number(voucher.uses) })}</b>
                  <small class="quiet">
                    {t(`voucher_${is}`)} · {is === 'valid' ? t('voucher_until', { day: day(voucher.expiresAt) }) : t('voucher_issued', { day: day(voucher.createdAt) })} · <bdi>{voucher.createdBy}</bdi>
                  </small>
                </span>
                {is === 'valid' && (
                  <button type="button" class="link danger" data-testid="voucher-revoke" onClick={() => setRevoking(voucher)}>
                    {t('voucher_revoke')}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      {issued && <CodeDialog voucher={issued} onClose={() => setIssued(null)} />}
      {revoking && (
        <Confirm
          title={t('voucher_revoke_title')}
          text={t('voucher_revoke_text')}
          verb={t('voucher_revoke')}
          act={() => api.revokeVoucher(revoking.id)}
          onDone={() => { setRevoking(null); onChange(); }}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}
