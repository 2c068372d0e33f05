/** Who did what, newest first, with what stood before and after; narrowed by person, act and thing, and exported as it is narrowed. */
import type { AuditLine } from '@cac/shared/people.ts';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dateTime } from '../../i18n/format.ts';
import { peopleFr } from '../../i18n/people/fr.ts';
import { pt } from '../../i18n/people/text.ts';
import { Failure, Skeleton } from '../notice.tsx';
import { auditExportPath, peopleApi, type AuditFilter } from './api.ts';
import { actText, changesOf } from './words.ts';

const PAUSE_MS = 300;
const NONE: AuditFilter = { who: '', act: '', subject: '' };
/** Those that have words, but not the two that stand for a family. */
const ACTS = Object.keys(peopleFr).flatMap((key) => (key.startsWith('act_') && key !== 'act_attest' && key !== 'act_withdraw' ? [key.slice('act_'.length)] : []));

function Changes({ line }: { line: AuditLine }): JSX.Element | null {
  const changes = changesOf(line);
  if (changes.length === 0) return null;
  return (
    <dl class="audit-changes">
      {changes.map(({ field, label, before, after }) => (
        <div key={field}>
          {label !== '' && <dt>{label}</dt>}
          <dd>
            {before !== null && (
              <del aria-label={`${pt('before')}: ${before}`}>
                <bdi>{before}</bdi>
              </del>
            )}
            {before !== null && after !== null && (
              <span class="arrow" aria-hidden="true">
                →
              </span>
            )}
            {after !== null && (
              <ins aria-label={`${pt('after')}: ${after}`}>
                <bdi>{after}</bdi>
              </ins>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** `version` changes when something was done: the list is read again. */
export function AuditCard({ version }: { version: number }): JSX.Element {
  const [asked, setAsked] = useState<AuditFilter>(NONE);
  const [items, setItems] = useState<readonly AuditLine[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<RequestError | null>(null);
  const read = async (cursor: string | null): Promise<void> => {
    try {
      const page = await peopleApi.audit(asked, cursor);
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
  }, [asked, version]);
  const narrow = (change: Partial<AuditFilter>): void => setAsked((before) => ({ ...before, ...change }));
  return (
    <section class="card wide" data-testid="audit">
      <header class="card-head">
        <div>
          <h2>{pt('audit')}</h2>
          <p class="quiet small">{pt('audit_text')}</p>
        </div>
        <a class="button small" href={auditExportPath(asked)} download data-testid="audit-export">
          {pt('audit_export')}
        </a>
      </header>
      <div class="audit-filter">
        <label class="field">
          <span>{pt('audit_who')}</span>
          <input name="who" dir="ltr" maxLength={120} value={asked.who} data-testid="audit-who" onInput={(event) => narrow({ who: event.currentTarget.value.trim() })} />
        </label>
        <label class="field">
          <span>{pt('audit_act')}</span>
          <select name="act" value={asked.act} data-testid="audit-act" onChange={(event) => narrow({ act: event.currentTarget.value })}>
            <option value="">{pt('audit_all')}</option>
            {ACTS.map((act) => (
              <option key={act} value={act}>
                {actText(act)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{pt('audit_subject')}</span>
          <input name="subject" dir="auto" maxLength={120} value={asked.subject} onInput={(event) => narrow({ subject: event.currentTarget.value.trim() })} />
        </label>
      </div>
      {error !== null && <Failure error={error} onRetry={() => void read(null)} />}
      {items === null && error === null && <Skeleton lines={4} />}
      {items?.length === 0 && <p class="nothing quiet">{pt('audit_none')}</p>}
      <ol class="changes">
        {items?.map((line) => (
          <li key={line.id} data-testid="audit-line" data-act={line.act}>
            <p>
              <b>
                <bdi>{line.who}</bdi>
              </b>{' '}
              {actText(line.act)}
              {line.subject !== line.who && (
                <>
                  {' · '}
                  <bdi>{line.subject}</bdi>
                </>
              )}
              <time class="quiet" dateTime={new Date(line.at).toISOString()}>
                {dateTime(line.at)}
              </time>
            </p>
            <Changes line={line} />
          </li>
        ))}
      </ol>
      {next !== null && (
        <div class="actions">
          <button type="button" class="button small" onClick={() => void read(next)}>
            {pt('more')}
          </button>
        </div>
      )}
    </section>
  );
}
