/** Who has arrived, how each does, and the one line a technician needs: whether to leave, or what is left to do. */
import type { VoucherPage } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { ago, clock } from '../../i18n/format.ts';
import { vcount, vt } from '../../i18n/voucher/text.ts';
import { verdictOf } from '../../state/arrivals.ts';
import { Icon } from '../icons.tsx';

const SHAPES = { ok: 'check', failing: 'alert', silent: 'pc' } as const;

export function Arrivals({ page, isStale }: { page: VoucherPage; isStale: boolean }): JSX.Element {
  const verdict = verdictOf(page);
  const nobody = page.arrived.length + page.waiting.length === 0;
  return (
    <section class="lane-card arrivals" aria-labelledby="arrivals-title" data-testid="arrivals">
      <h2 id="arrivals-title">{vt('now')}</h2>
      <div class={`verdict ${verdict.mayLeave ? 'well' : nobody ? 'none' : 'work'}`} role="status" data-testid="verdict" data-leave={verdict.mayLeave}>
        <Icon name={verdict.mayLeave ? 'check' : nobody ? 'info' : 'alert'} size={22} />
        <div>
          {verdict.mayLeave && <p>{vcount('leave', verdict.ok)}</p>}
          {nobody && <p>{vt('none')}</p>}
          {verdict.todos.map(({ kind, n }) => (
            <p key={kind}>{vcount(`todo_${kind}`, n)}</p>
          ))}
          {verdict.resting > 0 && <p class="verdict-rest">{vcount('resting', verdict.resting)}</p>}
        </div>
      </div>
      {page.arrived.length + page.waiting.length > 0 && (
        <ul class="arrived" aria-label={vt('arrived')}>
          {page.arrived.map((pc, i) => (
            <li key={i} class={pc.check} data-testid="arrived" data-check={pc.check}>
              <Icon name={SHAPES[pc.check]} size={17} />
              <b>
                <bdi>{pc.name}</bdi>
              </b>
              <span>{vt(`check_${pc.check}`)}</span>
              <small class="quiet">
                {vt('arrived_at', { ago: ago(pc.at, page.at) })} · {pc.lastAt === null ? vt('never_heard') : vt('last_at', { ago: ago(pc.lastAt, page.at) })}
              </small>
            </li>
          ))}
          {page.waiting.map((pc, i) => (
            <li key={`w${i}`} class="waiting" data-testid="waiting">
              <Icon name="info" size={17} />
              <b>
                <bdi>{pc.name}</bdi>
              </b>
              <span>{vt('waiting')}</span>
              <small class="quiet">{vt(`why_${pc.why}`)}</small>
            </li>
          ))}
        </ul>
      )}
      <p class={`small ${isStale ? 'stale' : 'quiet'}`}>{vt(isStale ? 'stale' : 'fresh', { at: clock(page.at) })}</p>
    </section>
  );
}
