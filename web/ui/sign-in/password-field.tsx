/** A password being typed, which may be looked at. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import { t } from './texts.ts';

interface PasswordFieldProps {
  name: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  invalid: boolean;
  autocomplete: 'current-password' | 'new-password';
  /** Of the line that says what is wrong. */
  errorId: string;
}

export function PasswordField({ name, label, value, onValue, invalid, autocomplete, errorId }: PasswordFieldProps): JSX.Element {
  const [shown, setShown] = useState(false);
  const word = t(shown ? 'password_hide' : 'password_show');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <span class="with-button" dir="ltr">
        <input id={name} name={name} aria-required type={(shown ? 'text' : 'password') as 'password'} autocomplete={autocomplete} value={value} aria-invalid={invalid} aria-describedby={errorId} onInput={(event) => onValue(event.currentTarget.value)} />
        <button type="button" class="icon-button" aria-pressed={shown} aria-label={word} title={word} onClick={() => setShown(!shown)}>
          <Icon name="eye" />
        </button>
      </span>
    </div>
  );
}
