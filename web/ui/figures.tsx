/** Proven, declared and target, always together, for each programme; each opens to where it comes from. */
import type { DeploymentRow } from '@cac/shared/programme.ts';
import { dayStartAt } from '@cac/shared/wall-time.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { day, number, percent } from '../i18n/format.ts';
import { isTextKey, t } from '../i18n/text.ts';
import { deployment, hrefOf } from '../state/store.ts';
import { Rules } from './deployment/lazy.tsx';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';
import { programmeName } from './programme-name.ts';

const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, part / whole) : 0);

function Progress({ row }: { row: DeploymentRow }): JSX.Element {
  return (
    <span class="progress" aria-hidden="true">
      <i class="declared" style={{ width: `${share(row.declared, row.target) * 100}%` }} />
      <i class="proven" style={{ width: `${share(row.proven, row.target) * 100}%` }} />
    </span>
  );
}

/** The rule in the language of the page where it has a code we know, else as the server words it. */
const ruleText = (rule: string): string => {
  const key = `rule_${rule}`;
  return isTextKey(key) ? t(key) : rule;
};

function FigureDialog({ row, onClose }: { row: DeploymentRow; onClose: () => void }): JSX.Element {
  const { targetSource: source } = row;
  return (
    <Dialog title={programmeName(row.programme, true)} onClose={onClose} testId="figure-dialog">
      {row.demo && <p class="demo-badge inline">{t('demo')}</p>}
      <Progress row={row} />
      <dl class="figure-rows">
        <div>
          <dt>
            <b class="proven-text">{number(row.proven)}</b> {t('proven')}
          </dt>
          <dd>
            {ruleText(row.provenRule)} {row.provenOn !== null && <span class="quiet">{t('rule_as_of', { day: day(dayStartAt(row.provenOn)) })}</span>}
          </dd>
          <dd>
            <Rules thresholds={row.thresholds.filter(({ key }) => key.startsWith('service'))} />
          </dd>
          <dd class="quiet">{t('share_of_target', { share: percent(share(row.proven, row.target)) })}</dd>
        </div>
        <div>
          <dt>
            <b>{number(row.declared)}</b> {t('declared')}
          </dt>
          <dd>{t('declared_rule')}</dd>
          <dd class="quiet">{t('share_of_target', { share: percent(share(row.declared, row.target)) })}</dd>
        </div>
        <div>
          <dt>
            <b>{number(row.target)}</b> {t('target_by', { year: String(row.targetYear) })}
          </dt>
          <dd>
            <cite dir="auto">{source.title}</cite>
            {source.page !== null && <span>, {t('page', { page: source.page })}</span>} ({String(source.year)})
          </dd>
          {source.note !== null && (
            <dd class="quiet">
              {t('source_note')} <span lang="en" dir="ltr">{source.note}</span>
            </dd>
          )}
        </div>
        <div>
          <dt>
            <b>{number(row.registered)}</b> {t('registered')}
          </dt>
          <dd>{t('registered_rule')}</dd>
        </div>
      </dl>
      <p class="actions">
        <a class="button" href={hrefOf({ view: 'deployment' })} onClick={onClose}>
          {t('rule_open')}
        </a>
      </p>
    </Dialog>
  );
}

function Figure({ row, onOpen }: { row: DeploymentRow; onOpen: () => void }): JSX.Element {
  return (
    <button type="button" class="figure" onClick={onOpen} data-testid={`figure-${row.programme}`} title={t('figure_open')}>
      <span class="figure-name">
        {programmeName(row.programme)}
        {row.demo && <em>{t('demo_short')}</em>}
        <Icon name="info" size={14} />
      </span>
      <span class="figure-numbers">
        <span class="proven-text">
          <b data-figure="proven">{number(row.proven)}</b> {t('proven_in_service')}
        </span>
        <span>
          <b data-figure="declared">{number(row.declared)}</b> {t('declared')}
        </span>
        <span>
          <b data-figure="target">{number(row.target)}</b> {t('target')}
        </span>
      </span>
      <Progress row={row} />
    </button>
  );
}

export function Figures(): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  const rows = deployment.value;
  const opened = rows.find((row) => row.programme === open);
  return (
    <section class="figures" aria-label={t('figures')}>
      {rows.map((row) => (
        <Figure key={row.programme} row={row} onOpen={() => setOpen(row.programme)} />
      ))}
      {rows.length === 0 && [0, 1].map((i) => <span key={i} class="figure waiting" aria-hidden="true" />)}
      {opened && <FigureDialog row={opened} onClose={() => setOpen(null)} />}
    </section>
  );
}
