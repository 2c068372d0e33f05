/** PCs that wait for a person: why, and the two answers, each after a question that says what follows. */
import type { EnrolRequestRow } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ft } from '../../i18n/field/text.ts';
import { ago } from '../../i18n/format.ts';
import { hrefOf, now } from '../../state/store.ts';
import { refreshWaiting } from '../../state/waiting.ts';
import { Confirm } from '../confirm.tsx';
import { fieldApi } from './api.ts';
import { inWords } from './words.ts';

interface WaitingListProps {
  requests: readonly EnrolRequestRow[];
  /** Names of machines, where they are known. */
  nameOf: (machine: string) => string | null;
  withSite: boolean;
  onChange: () => void;
}

export function WaitingList({ requests, nameOf, withSite, onChange }: WaitingListProps): JSX.Element {
  const [asking, setAsking] = useState<{ of: EnrolRequestRow; accept: boolean } | null>(null);
  return (
    <>
      <ul class="waiting-list">
        {requests.map((one) => {
          const like = one.like === null ? null : nameOf(one.like);
          return (
            <li key={one.id} data-testid="enrol-request" data-why={one.why}>
              <div>
                <b>
                  <bdi>{one.name}</bdi>
                </b>{' '}
                <span class="quiet">
                  <bdi>{one.os}</bdi> · {ft('waiting_since', { ago: ago(one.requestedAt, Math.max(now.value, one.requestedAt)) })}
                </span>
                {withSite && (
                  <p>
                    <a href={hrefOf({ view: 'map', site: one.siteId })}>
                      <bdi>{one.siteName}</bdi>
                    </a>{' '}
                    <small class="quiet">
                      <bdi>{one.siteId}</bdi>
                    </small>
                  </p>
                )}
                <p class="small">{ft(`why_${one.why}`)}</p>
                {like !== null && <p class="small quiet">{ft('like', { name: like })}</p>}
              </div>
              <div class="waiting-acts">
                <button type="button" class="button small primary" data-testid="accept" onClick={() => setAsking({ of: one, accept: true })}>
                  {ft('accept')}
                </button>
                <button type="button" class="button small" data-testid="refuse" onClick={() => setAsking({ of: one, accept: false })}>
                  {ft('refuse')}
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      {asking !== null && (
        <Confirm
          title={ft(asking.accept ? 'accept_title' : 'refuse_title', { name: asking.of.name })}
          text={asking.accept ? ft(`accept_${asking.of.why}`, { site: asking.of.siteName }) : ft('refuse_text')}
          verb={ft(asking.accept ? 'accept' : 'refuse')}
          act={() => fieldApi.decide(asking.of.id, asking.accept).catch(inWords)}
          onDone={() => { setAsking(null); void refreshWaiting(); onChange(); }}
          onClose={() => { setAsking(null); onChange(); }}
        />
      )}
    </>
  );
}
