/** Who would be told for a site, step by step, and why a step reaches nobody. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { at } from '../../i18n/alerting/text.ts';
import { duration } from '../../i18n/format.ts';
import { route } from '../../state/store.ts';
import { errorText } from '../error-text.ts';
import { alertingApi } from './api.ts';
import { Field } from './fields.tsx';
import { wordText } from './words.ts';

type Told = Awaited<ReturnType<typeof alertingApi.who>>;

export function WhoCard(): JSX.Element {
  const [site, setSite] = useState(route.value.site ?? '');
  const [told, setTold] = useState<Told | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const ask = async (event: Event): Promise<void> => {
    event.preventDefault();
    setRefused(null);
    try {
      setTold(await alertingApi.who(site.trim().toUpperCase()));
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setTold(null);
      setRefused(failure.status === 404 || failure.status === 400 ? at('who_unknown') : errorText(failure));
    }
  };
  return (
    <section class="card" data-testid="who-card">
      <header class="card-head">
        <h2>{at('who_title')}</h2>
      </header>
      <p class="quiet">{at('who_text')}</p>
      <form class="who-form" onSubmit={(event) => void ask(event)}>
        <Field name="site" label={at('who_site')} value={site} ltr wrong={refused === null ? null : { field: 'site', text: refused }} onText={setSite} required />
        <button class="button">{at('who_ask')}</button>
      </form>
      <div aria-live="polite">
        {told !== null && told.steps.length === 0 && <p class="nothing">{at('who_none')}</p>}
        {told !== null && (
          <ol class="who-steps" data-testid="who-steps">
            {told.steps.map((step, i) => (
              <li key={i}>
                <b>{step.afterMs === 0 ? at('who_step_now') : at('who_step_after', { after: duration(step.afterMs) })}</b> <span class="quiet">· {wordText('by', step.by, 'by_email')} · <bdi>{step.route}</bdi></span>
                {step.why !== null && <p class="who-nobody">{at('who_nobody', { why: wordText('why', step.why, 'why_other') })}</p>}
                <ul>
                  {step.to.map((person) => (
                    <li key={person.name}>
                      <bdi>{person.name}</bdi> {person.note !== null && <span class="quiet">({wordText('note', person.note, 'why_other')})</span>}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
