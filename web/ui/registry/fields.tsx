/** A form of labelled fields that hold texts; what the server refuses is said beside its field. */
import type { JSX } from 'preact';
import { fieldName, rt } from '../../i18n/registry/text.ts';
import { t } from '../../i18n/text.ts';

export type Texts = Readonly<Record<string, string>>;

interface FieldProps {
  name: string;
  texts: Texts;
  onText: (name: string, value: string) => void;
  wrong: { readonly field: string; readonly text: string } | null;
  label?: string;
  type?: 'text' | 'date' | 'tel';
  most?: number;
  ltr?: boolean;
}

export function TextField({ name, texts, onText, wrong, label = fieldName(name), type = 'text', most = 120, ltr = false }: FieldProps): JSX.Element {
  const own = wrong?.field === name ? wrong.text : null;
  const given = { name, value: texts[name] ?? '', 'aria-invalid': own !== null, onInput: (event: Event & { currentTarget: HTMLInputElement }) => onText(name, event.currentTarget.value) };
  return (
    <label class="field">
      <span>{label}</span>
      {type === 'date' ? <input type="date" {...given} /> : <input {...given} inputMode={type} maxLength={most} dir={ltr ? 'ltr' : 'auto'} autocomplete="off" />}
      {own !== null && (
        <small class="field-error" role="alert">
          {own}
        </small>
      )}
    </label>
  );
}

interface SelectProps extends Omit<FieldProps, 'type' | 'most' | 'ltr'> {
  values: readonly string[];
  nameOf: (value: string) => string;
  /** What stands for nothing; null where something must be chosen. */
  none?: string | null;
}

export function SelectField({ name, texts, onText, wrong, label = fieldName(name), values, nameOf, none = rt('unknown') }: SelectProps): JSX.Element {
  const own = wrong?.field === name ? wrong.text : null;
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name} value={texts[name] ?? ''} aria-invalid={own !== null} onChange={(event) => onText(name, event.currentTarget.value)}>
        {(none !== null || (texts[name] ?? '') === '') && <option value="">{none ?? t('choose')}</option>}
        {values.map((value) => (
          <option key={value} value={value}>
            {nameOf(value)}
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

/** A number as it is typed, with a comma or a point; null for nothing. */
export const numberOf = (text: string | undefined): number | null => (text === undefined || text.trim() === '' ? null : Number(text.replaceAll(/[\s\u00a0\u202f]/g, '').replace(',', '.')));
