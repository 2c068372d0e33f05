/** Which layer: the whole country, a programme, a province, a kind of host premises, a site. */
import type { LayerScope } from '@cac/shared/calendar.ts';
import type { JSX } from 'preact';
import { scopeText } from '../../calendar-api.ts';
import { ct } from '../../i18n/calendar/text.ts';
import { territory } from '../../state/store.ts';
import { HOST_PREMISES } from '../../words.ts';
import { provincesOf, regionsByName } from '../area-names.ts';
import { layerName } from './words.ts';
import { programmeCodes } from '../programme-name.ts';

export interface LayerChoice {
  /** Null: stands alone. */
  readonly group: string | null;
  readonly scopes: readonly LayerScope[];
}

/** `site`: the site the page is about; null where none is. `kinds`: those that may be chosen. */
export function layerChoices(kinds: readonly LayerScope['kind'][], site: string | null, anySite: boolean): LayerChoice[] {
  const of = (kind: 'programme' | 'host' | 'province', ids: readonly string[]): LayerScope[] => ids.map((id) => ({ kind, id }) as LayerScope);
  // A site that is still to be named has no code yet.
  const sites: LayerScope[] = site !== null ? [{ kind: 'site', id: site } as LayerScope] : anySite ? [{ kind: 'site', id: '' } as unknown as LayerScope] : [];
  const provinces = territory.value === null ? [] : regionsByName().flatMap(provincesOf);
  const all: (LayerChoice & { kind: LayerScope['kind'] })[] = [
    { kind: 'site', group: null, scopes: sites },
    { kind: 'national', group: null, scopes: [{ kind: 'national', id: '' }] },
    { kind: 'programme', group: ct('layer_programme'), scopes: of('programme', programmeCodes()) },
    { kind: 'host', group: ct('layer_host'), scopes: of('host', HOST_PREMISES) },
    { kind: 'province', group: ct('layer_province'), scopes: of('province', provinces) },
  ];
  const kept = all.filter(({ kind, scopes }) => kinds.includes(kind) && scopes.length > 0);
  // A nameless site comes last: it asks for more.
  return site === null ? [...kept.filter(({ kind }) => kind !== 'site'), ...kept.filter(({ kind }) => kind === 'site')] : kept;
}

const nameOf = (scope: LayerScope): string => (scope.kind === 'site' && (scope.id as string) === '' ? ct('layer_site') : layerName(scope));

export function LayerSelect({ name, choices, value, onChange }: { name: string; choices: readonly LayerChoice[]; value: LayerScope; onChange: (scope: LayerScope) => void }): JSX.Element {
  const option = (scope: LayerScope): JSX.Element => (
    <option key={scopeText(scope)} value={scopeText(scope)}>
      {nameOf(scope)}
    </option>
  );
  return (
    <select
      name={name}
      value={scopeText(value)}
      data-testid={`layer-${name}`}
      onChange={(event) => {
        const chosen = choices.flatMap(({ scopes }) => scopes).find((scope) => scopeText(scope) === event.currentTarget.value);
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {choices.map(({ group, scopes }) => (group === null ? scopes.map(option) : <optgroup key={group} label={group}>{scopes.map(option)}</optgroup>))}
    </select>
  );
}
