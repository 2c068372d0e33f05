/** On a site's panel: what else the registry knows of it, its form, and who changed what. */
import type { Site } from '@cac/shared/api.ts';
import type { Fields, RegistryChange } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dateTime } from '../../i18n/format.ts';
import { fieldName, isRegistryKey, rt } from '../../i18n/registry/text.ts';
import { registryApi } from '../../registry-api.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { SiteEditForm } from './site-edit-form.tsx';
import { changedFields, valueText } from './words.ts';

const SHOWN = ['nameAr', 'officialCode', 'manager', 'dutyPhone', 'carrier', 'technology', 'contractedMbps', 'lineNumber', 'metered', 'capMb', 'expectedComputers', 'expectedTelephones', 'students', 'openedOn'] as const;

const actText = (act: string): string => {
  const key = `act_${act}`;
  return isRegistryKey(key) ? rt(key) : act;
};

function History({ id, version }: { id: string; version: number }): JSX.Element {
  const [items, setItems] = useState<readonly RegistryChange[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await registryApi.siteChanges(id, cursor);
      setItems((before) => (cursor === null ? page.items : [...(before ?? []), ...page.items]));
      setNext(page.next);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => void read(null), [id, version]);
  if (error !== null) return <Failure error={error} onRetry={() => void read(null)} />;
  if (items === null) return <Skeleton lines={3} />;
  if (items.length === 0) return <p class="quiet">{rt('history_none')}</p>;
  return (
    <>
      <ol class="changes" data-testid="site-changes">
        {items.map((change) => (
          <li key={change.id} data-testid="site-change" data-act={change.act}>
            <p>
              <b>
                <bdi>{change.author}</bdi>
              </b>{' '}
              {actText(change.act)}
              <time class="quiet" dateTime={new Date(change.at).toISOString()}>
                {dateTime(change.at)}
              </time>
            </p>
            {change.before !== null && change.after !== null && (
              <ul class="field-changes">
                {changedFields(change.before, change.after).map(({ field, name, was, is }) => (
                  <li key={field}>
                    {name} : <del>{was}</del> <span aria-hidden="true" class="arrow">→</span> <ins>{is}</ins>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
      {next !== null && (
        <button type="button" class="button small" onClick={() => void read(next)}>
          {rt('more')}
        </button>
      )}
    </>
  );
}

export function SiteRecordCard({ site, mayEdit, onChange }: { site: Site; mayEdit: boolean; onChange: () => void }): JSX.Element {
  const [editing, setEditing] = useState(false);
  const [history, setHistory] = useState(false);
  const [version, setVersion] = useState(0);
  const known = SHOWN.filter((field) => site[field] !== null);
  return (
    <div class="site-record" data-testid="site-record">
      {known.length > 0 && (
        <dl class="facts">
          {known.map((field) => (
            <div key={field}>
              <dt>{fieldName(field)}</dt>
              <dd dir="auto">{valueText(field, site[field] as Fields[string])}</dd>
            </div>
          ))}
        </dl>
      )}
      <p class="panel-acts">
        {mayEdit && (
          <button type="button" class="button" data-testid="site-edit-open" onClick={() => setEditing(true)}>
            {rt('edit')}
          </button>
        )}
        <button type="button" class="button" aria-expanded={history} data-testid="site-history-open" onClick={() => setHistory(!history)}>
          {rt('history_show')}
        </button>
      </p>
      {history && (
        <section aria-label={rt('history')}>
          <History id={site.id} version={version} />
        </section>
      )}
      {editing && <SiteEditForm site={site} onDone={() => { setEditing(false); setVersion(version + 1); onChange(); }} onClose={() => setEditing(false)} />}
    </div>
  );
}
