/** The labelled fields of this page's forms; what is refused is said beside its field. */
import type { ComponentChildren, JSX } from 'preact';

export interface Wrong {
  field: string;
  text: string;
}

interface FieldProps {
  name: string;
  label: string;
  value: string;
  wrong: Wrong | null;
  onText: (value: string) => void;
  hint?: string;
  type?: 'text' | 'password' | 'time' | 'number' | 'email';
  placeholder?: string;
  ltr?: boolean;
  required?: boolean;
}

const MODES = { text: 'text', number: 'decimal', email: 'email' } as const;

export function Field({ name, label, value, wrong, onText, hint, type = 'text', placeholder, ltr = false, required = false }: FieldProps): JSX.Element {
  const own = wrong?.field === name ? wrong.text : null;
  const given = { name, value, required, ...(placeholder !== undefined && { placeholder }), dir: ltr ? ('ltr' as const) : ('auto' as const), 'aria-invalid': own !== null, onInput: (event: Event & { currentTarget: HTMLInputElement }) => onText(event.currentTarget.value) };
  return (
    <label class="field">
      <span>{label}</span>
      {type === 'password' ? <input type="password" autocomplete="new-password" {...given} /> : type === 'time' ? <input type="time" {...given} /> : <input inputMode={MODES[type]} autocomplete="off" {...given} />}
      {hint !== undefined && <small class="quiet">{hint}</small>}
      {own !== null && (
        <small class="field-error" role="alert">
          {own}
        </small>
      )}
    </label>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  wrong: Wrong | null;
  onText: (value: string) => void;
}

export function ChoiceField({ name, label, value, options, wrong, onText }: ChoiceProps): JSX.Element {
  const own = wrong?.field === name ? wrong.text : null;
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name} value={value} aria-invalid={own !== null} onChange={(event) => onText(event.currentTarget.value)}>
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
      {own !== null && (
        <small class="field-error" role="alert">
          {own}
        </small>
      )}
    </label>
  );
}

interface TicksProps {
  legend: string;
  name: string;
  options: readonly (readonly [value: string, text: string])[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

export const Ticks = ({ legend, name, options, chosen, onChoose }: TicksProps): JSX.Element => (
  <fieldset class="ticks">
    <legend>{legend}</legend>
    {options.map(([value, text]) => (
      <label key={value}>
        <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} onChange={(event) => onChoose(event.currentTarget.checked ? [...chosen, value] : chosen.filter((one) => one !== value))} />
        <span>{text}</span>
      </label>
    ))}
  </fieldset>
);

export const Tick = ({ name, checked, onChange, children }: { name: string; checked: boolean; onChange: (checked: boolean) => void; children: ComponentChildren }): JSX.Element => (
  <label class="tick">
    <input type="checkbox" name={name} checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    <span>{children}</span>
  </label>
);
