/** Sets what a scope says of its own; what is left empty is inherited, and the form says from where. */
import { type AgentRules, type AgentRulesDraft } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ft } from '../../i18n/field/text.ts';
import { t } from '../../i18n/text.ts';
import { Dialog } from '../dialog.tsx';
import { fieldOf } from '../error-text.ts';
import { fieldApi } from './api.ts';
import { inForce, type RuleName } from './rules.ts';
import { ruleName, ruleText } from './rules-card.tsx';
import { fieldError, minutesOf } from './words.ts';

const LIMITS = { keepaliveS: [30, 1_200], batchS: [60, 3_600] } as const;
const MOST_TARGETS = 8;
/** As the server reads them (shared/field.ts). */
const TARGET = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;
/** Protocol: a silence is told one and a half keepalives and two minutes after the last sign. */
const detection = (keepaliveS: number): number => 1.5 * keepaliveS + 120;

interface RulesFormProps {
  title: string;
  scope: AgentRules['scope'];
  own: AgentRules | undefined;
  above: readonly (AgentRules | undefined)[];
  metered: boolean;
  onDone: () => void;
  onClose: () => void;
}

/** A number, null for inherited, undefined for what is neither. */
function seconds(text: string, [from, to]: readonly [number, number]): number | null | undefined {
  if (text.trim() === '') return null;
  const n = Number(text.trim().replace(/[\s\u202f\u00a0]/g, ''));
  return Number.isInteger(n) && n >= from && n <= to ? n : undefined;
}

function targetsOf(text: string): string[] | null | undefined {
  const lines = text.split(/[\s,;]+/).filter((line) => line !== '');
  if (lines.length === 0) return null;
  return lines.length <= MOST_TARGETS && lines.every((line) => TARGET.test(line) && line.length <= 100) ? lines : undefined;
}

export function RulesForm({ title, scope, own, above, metered, onDone, onClose }: RulesFormProps): JSX.Element {
  const [texts, setTexts] = useState({ keepaliveS: own?.keepaliveS?.toString() ?? '', batchS: own?.batchS?.toString() ?? '', targets: own?.targets?.join('\n') ?? '' });
  const [wrong, setWrong] = useState<{ where: string | null; text: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const inherited = (name: RuleName) => inForce(name, above, metered);
  const keepalive = seconds(texts.keepaliveS, LIMITS.keepaliveS) ?? (inherited('keepaliveS').value as number);
  const type = (name: RuleName, value: string): void => {
    setTexts({ ...texts, [name]: value });
    setWrong(null);
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const draft = { keepaliveS: seconds(texts.keepaliveS, LIMITS.keepaliveS), batchS: seconds(texts.batchS, LIMITS.batchS), targets: targetsOf(texts.targets) };
    for (const name of ['keepaliveS', 'batchS'] as const) if (draft[name] === undefined) return setWrong({ where: name, text: ft('wrong_seconds') });
    if (draft.targets === undefined) return setWrong({ where: 'targets', text: ft('wrong_target') });
    setBusy(true);
    try {
      await fieldApi.putRules(scope, draft as AgentRulesDraft);
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong({ where: fieldOf(failure), text: fieldError(failure) });
      setBusy(false);
    }
  };
  const hint = (name: RuleName, limits: string): JSX.Element => (
    <small class={wrong?.where === name ? 'field-error' : 'quiet'}>
      {limits} {ft('rules_inherit', { value: ruleText(inherited(name)) })}
    </small>
  );
  return (
    <Dialog title={ft('rules_edit_title', { scope: title })} onClose={onClose} testId="rules-form">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        {(['keepaliveS', 'batchS'] as const).map((name) => (
          <label key={name} class="field">
            <span>{ruleName(name)}</span>
            <input name={name} inputMode="numeric" autocomplete="off" dir="ltr" value={texts[name]} aria-invalid={wrong?.where === name} onInput={(event) => type(name, event.currentTarget.value)} />
            {hint(name, ft(name === 'keepaliveS' ? 'rules_keepalive_hint' : 'rules_batch_hint'))}
          </label>
        ))}
        <p class="quiet small" role="status">
          {ft('rules_then', { n: minutesOf(detection(keepalive)) })}
        </p>
        <label class="field">
          <span>{ruleName('targets')}</span>
          <textarea name="targets" rows={4} dir="ltr" spellcheck={false} value={texts.targets} aria-invalid={wrong?.where === 'targets'} onInput={(event) => type('targets', event.currentTarget.value)} />
          {hint('targets', ft('rules_targets_hint'))}
        </label>
        {wrong !== null && (
          <p class="field-error" role="alert" data-testid="rules-wrong">
            {wrong.text}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="rules-save">
            {ft('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
