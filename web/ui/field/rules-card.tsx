/** The settings of agents in one scope: each value with where it comes from, and the form that changes what is its own. */
import type { AgentRules } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ft } from '../../i18n/field/text.ts';
import { day, number } from '../../i18n/format.ts';
import { inForce, RULE_NAMES, rulesOf, scopesAbove, type From, type InForce, type RuleName } from './rules.ts';
import { RulesForm } from './rules-form.tsx';

const NAMES = { keepaliveS: 'rules_keepalive', batchS: 'rules_batch', targets: 'rules_targets' } as const;
export const ruleText = ({ value }: InForce): string => (typeof value === 'number' ? number(value) : value.join(', '));
const fromText = (from: From, own: From): string => ft(from === own ? 'rules_from_own' : from === 'usual' ? 'rules_usual' : from === 'metered' ? 'rules_metered' : from === 'country' ? 'rules_from_country' : 'rules_from_programme');
export const ruleName = (name: RuleName): string => ft(NAMES[name]);

interface RulesCardProps {
  title: string;
  scope: AgentRules['scope'];
  /** Of the site; null: none. */
  programme: string | null;
  metered?: boolean;
  all: readonly AgentRules[];
  mayAct: boolean;
  onChange: () => void;
}

export function RulesCard({ title, scope, programme, metered = false, all, mayAct, onChange }: RulesCardProps): JSX.Element {
  const [editing, setEditing] = useState(false);
  const [saved, setSaved] = useState(false);
  const above = scopesAbove(scope.kind, programme).map((one) => rulesOf(all, one));
  const own = rulesOf(all, scope);
  return (
    <div class="agent-rules" data-testid="agent-rules" data-scope={`${scope.kind}:${scope.id}`}>
      <header class="card-head">
        <h3>{title}</h3>
        {mayAct && (
          <button type="button" class="button small" data-testid="rules-edit" onClick={() => { setSaved(false); setEditing(true); }}>
            {ft('rules_edit')}
          </button>
        )}
      </header>
      <dl class="facts">
        {RULE_NAMES.map((name) => {
          const value = inForce(name, [...above, own], metered);
          return (
            <div key={name} data-testid={`rule-${name}`} data-from={value.from}>
              <dt>{name === 'targets' ? ft('targets') : ruleName(name)}</dt>
              <dd>
                <bdi>{ruleText(value)}</bdi> <small class={value.from === scope.kind ? 'tag' : 'quiet'}>{fromText(value.from, scope.kind)}</small>
              </dd>
            </div>
          );
        })}
      </dl>
      {own !== undefined && <p class="quiet small">{ft('rules_by', { who: own.author, day: day(own.writtenAt) })}</p>}
      {saved && (
        <p class="quiet small" role="status" data-testid="rules-saved">
          {ft('rules_saved')}
        </p>
      )}
      {editing && <RulesForm title={title} scope={scope} own={own} above={above} metered={metered} onDone={() => { setEditing(false); setSaved(true); onChange(); }} onClose={() => setEditing(false)} />}
    </div>
  );
}
