/** The communes that are known, each with the year and the source of its data; added and changed one by one. */
import type { Commune } from '@cac/shared/registry.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { number, percent } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { fieldName, rt } from '../../i18n/registry/text.ts';
import { t } from '../../i18n/text.ts';
import { registryApi } from '../../registry-api.ts';
import { areaName } from '../area-names.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { CommuneForm } from './commune-form.tsx';

const PAUSE_MS = 250;

export function CommunesCard({ version, mayEdit, onChange }: { version: number; mayEdit: boolean; onChange: () => void }): JSX.Element {
  const [q, setQ] = useState('');
  const [items, setItems] = useState<readonly Commune[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const [editing, setEditing] = useState<Commune | 'new' | null>(null);
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await registryApi.communes(q, cursor);
      setItems((before) => (cursor === null ? page.items : [...(before ?? []), ...page.items]));
      setNext(page.next);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }
  };
  useEffect(() => {
    const soon = setTimeout(() => void read(null), items === null ? 0 : PAUSE_MS);
    return () => clearTimeout(soon);
  }, [q, version]);
  return (
    <section class="card wide" data-testid="communes">
      <header class="card-head">
        <h2>{rt('communes')}</h2>
        <input type="search" class="short" placeholder={rt('search')} aria-label={rt('search')} value={q} dir="auto" maxLength={80} data-testid="communes-search" onInput={(event) => setQ(event.currentTarget.value)} />
        {mayEdit && (
          <button type="button" class="button small" onClick={() => setEditing('new')} data-testid="commune-add">
            {rt('add_commune')}
          </button>
        )}
      </header>
      {error !== null && <Failure error={error} onRetry={() => void read(null)} />}
      {items === null && error === null && <Skeleton lines={4} />}
      {items?.length === 0 && <p class="nothing quiet">{rt(q === '' ? 'communes_none' : 'communes_no_match')}</p>}
      {items !== null && items.length > 0 && (
        <div class="scroll-box" tabIndex={0} role="region" aria-label={rt('communes')}>
          <table class="plain-table">
            <thead>
              <tr>
                {['code', 'name', 'province', 'zone', 'households', 'onlineShare', 'year', 'source'].map((field) => (
                  <th key={field} scope="col">
                    {fieldName(field)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((commune) => (
                <tr key={commune.code} data-testid="commune" data-code={commune.code}>
                  <td>
                    <bdi>{commune.code}</bdi>
                  </td>
                  <th scope="row">
                    {mayEdit ? (
                      <button type="button" class="link" onClick={() => setEditing(commune)}>
                        <bdi>{language.value === 'ar' ? commune.nameAr : commune.nameFr}</bdi>
                      </button>
                    ) : (
                      <bdi>{language.value === 'ar' ? commune.nameAr : commune.nameFr}</bdi>
                    )}
                    {commune.demo && <em class="demo-badge inline">{t('demo')}</em>}
                  </th>
                  <td>{areaName(commune.province)}</td>
                  <td>{commune.zone === null ? rt('unknown') : t(`zone_${commune.zone}`)}</td>
                  <td class="num">{number(commune.households)}</td>
                  <td class="num">{commune.onlineShare === null ? rt('unknown') : percent(commune.onlineShare)}</td>
                  <td class="num">{String(commune.year)}</td>
                  <td class="quiet">
                    <bdi>{commune.source}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next !== null && (
        <button type="button" class="button small" onClick={() => void read(next)}>
          {rt('more')}
        </button>
      )}
      {editing !== null && <CommuneForm commune={editing === 'new' ? null : editing} onDone={() => { setEditing(null); onChange(); }} onClose={() => setEditing(null)} />}
    </section>
  );
}
