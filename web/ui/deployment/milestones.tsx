/** The path to the target: years that somebody set, and those on the straight line between them, said so. Administrators change it; every version stays. */
import type { MilestoneDraft, MilestonesView } from '@cac/shared/deployment.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { dt } from '../../i18n/deployment/text.ts';
import { day, number } from '../../i18n/format.ts';
import { t } from '../../i18n/text.ts';
import { session } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { Failure, Skeleton } from '../notice.tsx';
import { useAnswer } from '../past/answer.ts';
import { programmeName } from '../programme-name.ts';
import { deploymentApi, queryOf, type Narrowing } from './api.ts';
import { refusalText, whole } from './words.ts';

export function Milestones({ programme, narrowing, onChanged }: { programme: string; narrowing: Narrowing; onChanged: () => void }): JSX.Element {
  const question = { programme, region: narrowing['region'], zone: narrowing['zone'] };
  const { value, error, again } = useAnswer(queryOf(question), () => deploymentApi.milestones(question));
  const [editing, setEditing] = useState(false);
  return (
    <section class="card" data-testid={`milestones-${programme}`}>
      <header class="card-head">
        <h2>
          {dt('milestones')} · {programmeName(programme)}
        </h2>
        {session.value?.role === 'administrator' && value !== null && (
          <button type="button" class="button small" data-testid="milestones-edit" onClick={() => setEditing(true)}>
            {dt('milestones_edit')}
          </button>
        )}
      </header>
      {error !== null && <Failure error={error} onRetry={again} />}
      {value === null && error === null && <Skeleton lines={3} />}
      {value !== null && value.target === null && <p class="nothing">{dt('target_none')}</p>}
      {value !== null && (
        <ol class="years">
          {value.years.map(({ year, value: n, assumed }) => (
            <li key={year} class={assumed ? 'assumed' : ''}>
              <span>{year}</span>
              <b>{whole(n)}</b>
              <small class="quiet">{dt(assumed ? 'milestone_assumed' : year === value.target?.year ? 'target' : 'milestone_edited')}</small>
            </li>
          ))}
        </ol>
      )}
      {value !== null && value.versions.length > 0 && (
        <details>
          <summary>{dt('versions')}</summary>
          <ul class="versions">
            {value.versions.map((one) => (
              <li key={`${one.year} ${one.writtenAt}`}>
                <bdi>{dt('version_line', { year: one.year, value: number(one.value), source: one.source || '–', author: one.author, at: day(one.writtenAt) })}</bdi> {one.replacedAt !== null && <span class="quiet">({dt('version_replaced')})</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
      {editing && value !== null && (
        <Editor
          view={value}
          place={{ region: (question.region ?? null) as MilestoneDraft['region'], zone: (question.zone ?? null) as MilestoneDraft['zone'] }}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            again();
            onChanged();
          }}
        />
      )}
    </section>
  );
}

interface EditorProps {
  view: MilestonesView;
  place: Pick<MilestoneDraft, 'region' | 'zone'>;
  onClose: () => void;
  onDone: () => void;
}

function Editor({ view, place, onClose, onDone }: EditorProps): JSX.Element {
  const years = view.years.filter(({ year }) => year !== view.base?.year && year !== view.target?.year);
  const [values, setValues] = useState<Record<number, string>>(Object.fromEntries(years.map(({ year, value, assumed }) => [year, assumed ? '' : String(value)])));
  const [target, setTarget] = useState({ year: '', value: '', source: '' });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RequestError | null>(null);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const base = { programme: view.programme, ...place };
    const items: Partial<MilestoneDraft>[] = years
      .filter(({ year, value, assumed }) => (values[year] ?? '') !== (assumed ? '' : String(value)))
      .map(({ year }) => ({ ...base, kind: 'milestone', year, value: (values[year] ?? '').trim() === '' ? null : Number(values[year]) }));
    if (target.year !== '' && target.value !== '') items.push({ ...base, kind: 'target', year: Number(target.year), value: Number(target.value), source: target.source });
    if (items.length === 0) return onClose();
    setBusy(true);
    try {
      await deploymentApi.setMilestones(items);
      onDone();
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setRefused(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={dt('milestones_edit')} onClose={onClose} testId="milestones-dialog">
      <form class="form" noValidate onSubmit={(event) => void save(event)}>
        <p class="quiet">{dt('milestone_hint')}</p>
        <div class="year-grid">
          {years.map(({ year, value, assumed }) => (
            <label key={year} class="field">
              <span>{year}</span>
              <input name={`year-${year}`} type="number" min="0" inputMode="numeric" placeholder={assumed ? whole(value) : ''} value={values[year]} onInput={(event) => setValues({ ...values, [year]: event.currentTarget.value })} />
            </label>
          ))}
        </div>
        <h3>{dt('new_target')}</h3>
        <div class="pair">
          <label class="field">
            <span>{dt('new_target_year')}</span>
            <input name="target-year" type="number" min="2009" max="2100" value={target.year} onInput={(event) => setTarget({ ...target, year: event.currentTarget.value })} />
          </label>
          <label class="field">
            <span>{dt('new_target_value')}</span>
            <input name="target-value" type="number" min="0" value={target.value} onInput={(event) => setTarget({ ...target, value: event.currentTarget.value })} />
          </label>
        </div>
        <label class="field">
          <span>{dt('source')}</span>
          <input name="target-source" dir="auto" maxLength={200} placeholder={dt('source_hint')} value={target.source} onInput={(event) => setTarget({ ...target, source: event.currentTarget.value })} />
        </label>
        {refused !== null && (
          <p class="field-error" role="alert">
            {refusalText(refused)}
          </p>
        )}
        <div class="actions">
          <button type="button" class="button" onClick={onClose}>
            {t('cancel')}
          </button>
          <button class="button primary" disabled={busy} data-testid="milestones-save">
            {dt('save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
