/** The code, typed: groups of four write themselves, and what cannot be one is said before the server is asked. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { vt } from '../../i18n/voucher/text.ts';
import { groupedCode } from '../../words.ts';

const LENGTH = 16;

export function CodeForm({ onCode }: { onCode: (code: string) => void }): JSX.Element {
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const code = groupedCode(typed).toUpperCase();
    if (code.replace(/-/g, '').length !== LENGTH) {
      setWrong(true);
      field.current?.focus();
      return;
    }
    onCode(code);
  };
  return (
    <section class="lane-card ask">
      <h1>{vt('ask_title')}</h1>
      <p class="quiet">{vt('ask_text')}</p>
      <form class="form" noValidate onSubmit={submit} data-testid="code-form">
        <label class="field">
          <span>{vt('code')}</span>
          <input
            ref={field}
            name="code"
            class="code-input"
            dir="ltr"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            maxLength={40}
            placeholder="ABCD-EFGH-JKMN-PQRS"
            value={typed}
            aria-required
            aria-invalid={wrong}
            aria-describedby="code-hint"
            onInput={(event) => {
              const { value, selectionStart } = event.currentTarget;
              // Grouped while it is written on; not while somebody mends its middle.
              setTyped(selectionStart === value.length ? groupedCode(value).toUpperCase() : value);
              setWrong(false);
            }}
          />
          <small id="code-hint" class={wrong ? 'field-error' : 'quiet'} role={wrong ? 'alert' : undefined} data-testid="code-hint">
            {vt(wrong ? 'code_wrong' : 'code_hint')}
          </small>
        </label>
        <button class="button primary wide" data-testid="code-open">
          {vt('open')}
        </button>
      </form>
      <p class="small">
        <a href="/guide">{vt('guide')}</a>
      </p>
    </section>
  );
}
