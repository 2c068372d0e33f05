/** Who silenced what, until when and why: those that run, those to come, those that are over. */
import type { Silence } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { incidentsApi } from '../../incidents-api.ts';
import { dateTime } from '../../i18n/format.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { hrefOf, now } from '../../state/store.ts';
import { Confirm } from '../confirm.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { SilenceForm } from './silence-form.tsx';
import { mayAct, scopeName, worded } from './words.ts';

const AGAIN_MS = 60_000;

export function SilencesPage(): JSX.Element {
  const live = useAnswer('live', () => incidentsApi.silences('live', null), AGAIN_MS);
  const past = useAnswer('past', () => incidentsApi.silences('past', null), AGAIN_MS);
  const [adding, setAdding] = useState(false);
  const again = (): void => {
    live.again();
    past.again();
  };
  const items = live.value?.items ?? [];
  const at = present();
  const running = items.filter((one) => one.fromAt <= at);
  const coming = items.filter((one) => one.fromAt > at);
  return (
    <div class="past-page silences-page" data-testid="silences-page">
      <header class="page-head">
        <h1 tabIndex={-1}>{nt('silences')}</h1>
        <p class="incidents-links">
          <a href={hrefOf({ view: 'incidents' })}>{nt('back')}</a>
        </p>
        {mayAct() && (
          <button type="button" class="button primary" data-testid="silence-new" onClick={() => setAdding(true)}>
            {nt('silence_new')}
          </button>
        )}
      </header>
      <p class="quiet">{nt('silences_text')}</p>
      {live.error !== null && live.value === null && <Failure error={live.error} onRetry={again} />}
      {live.value === null && live.error === null && <Skeleton lines={6} />}
      {live.value !== null && items.length === 0 && (
        <p class="nothing" data-testid="silences-none">
          {nt('silences_none')}
        </p>
      )}
      <Group title={nt('silences_running')} items={running} onEnded={again} />
      <Group title={nt('silences_coming')} items={coming} onEnded={again} />
      <Group title={nt('silences_past')} items={past.value?.items ?? []} onEnded={again} />
      {adding && <SilenceForm scope={null} onDone={() => { setAdding(false); again(); }} onClose={() => setAdding(false)} />}
    </div>
  );
}

/** The clock of relative times is a little behind: what was begun a moment ago runs. */
const present = (): number => Math.max(now.value, Date.now());

function Group({ title, items, onEnded }: { title: string; items: readonly Silence[]; onEnded: () => void }): JSX.Element | null {
  if (items.length === 0) return null;
  return (
    <section class="silence-group">
      <h2>{title}</h2>
      <ul class="silence-list">
        {items.map((silence) => (
          <SilenceLine key={silence.id} silence={silence} onEnded={onEnded} />
        ))}
      </ul>
    </section>
  );
}

/** `onEnded` null: as on paper, without anything to press. */
export function SilenceLine({ silence, onEnded }: { silence: Silence; onEnded: (() => void) | null }): JSX.Element {
  const [ending, setEnding] = useState(false);
  const { kind, fromAt, toAt, endedAt, endedBy } = silence;
  const at = present();
  const over = endedAt !== null || toAt <= at;
  return (
    <li class={`silence-line ${kind} ${over ? 'over' : ''}`} data-testid="silence-line">
      <p>
        <em class="tag">{nt(`silence_kind_${kind}`)}</em> {nt(`scope_${silence.scope.kind}`)} <strong><bdi>{scopeName(silence)}</bdi></strong>
      </p>
      <p class="quiet">{fromAt <= at && !over ? nt('silence_until', { at: dateTime(toAt) }) : nt('silence_span', { from: dateTime(fromAt), to: dateTime(toAt) })}</p>
      <p>
        <bdi>{silence.reason}</bdi> <span class="quiet">· <bdi>{nt('silence_by', { author: silence.author })}</bdi></span>
        {endedAt !== null && <span class="quiet"> · {nt('silence_ended_by', { by: endedBy ?? '', at: dateTime(endedAt) })}</span>}
      </p>
      {!over && onEnded !== null && mayAct() && (
        <button type="button" class="button small" data-testid="silence-end" onClick={() => setEnding(true)}>
          {nt('silence_end')}
        </button>
      )}
      {ending && onEnded !== null && (
        <Confirm title={nt('silence_end_title')} text={nt('silence_end_text')} verb={nt('silence_end')} act={() => worded(incidentsApi.endSilence(silence.id))} onDone={() => { setEnding(false); onEnded(); }} onClose={() => setEnding(false)} />
      )}
    </li>
  );
}
