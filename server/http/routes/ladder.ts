/** The ladder of a site, the words and visits it rests on, the list of causes, and the dated rules. */
import { Attestation, AttestationDraft, LadderView, StuckCause, StuckCauseDraft, Threshold, THRESHOLD_KEYS, ThresholdDraft, ThresholdsView, VisitDraft } from '@cac/shared/ladder.ts';
import { localDayOf } from '@cac/shared/wall-time.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { thresholdsOn } from '../../core/programme/thresholds.ts';
import { listCauses } from '../../store/ladder.ts';
import { listThresholds, thresholdVersions } from '../../store/thresholds.ts';
import { attest, recordVisit, withdraw } from '../../usecases/attest.ts';
import { addCause, changeThreshold, retireCause } from '../../usecases/change-rules.ts';
import { readLadder } from '../../usecases/read-ladder.ts';
import { route, type Asked } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;

const authorOf = ({ account, scope }: Pick<Asked<never, never>, 'account' | 'scope'>) => ({ name: account.name, scope });

async function ladderOf({ deps, scope, params, now }: Pick<Asked<never, never>, 'deps' | 'scope' | 'params' | 'now'>): Promise<LadderView> {
  const view = await readLadder(deps.store.db, scope, params['id']!, now);
  if (!view) throw problem('not_found', 'There is no such site.');
  return view;
}

export const ladderRoutes = [
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/ladder',
    summary: 'A site’s rungs: declared with day, source and author, proven with its reason and thresholds; services, cause, visits',
    access: 'any',
    answer: LadderView,
    handle: (asked) => ladderOf(asked),
  }),
  route({
    method: 'post',
    path: '/api/v1/sites/{id}/attestations',
    summary: 'Attest a declared stage, the telephone, or why the site is stuck (`value` null: no longer)',
    access: EDITORS,
    body: AttestationDraft,
    answer: Attestation,
    status: 201,
    async handle(asked) {
      const made = await attest(asked.deps.store, authorOf(asked), asked.params['id']!, asked.body, asked.now);
      asked.deps.onChanged();
      return made;
    },
  }),
  route({
    method: 'delete',
    path: '/api/v1/attestations/{id}',
    summary: 'Take an attestation back: it counts no more, and stays with the name of who did',
    access: EDITORS,
    answer: null,
    async handle(asked) {
      const id = Number(asked.params['id']);
      if (!Number.isSafeInteger(id) || id < 1) throw problem('not_found', 'There is no such attestation.');
      await withdraw(asked.deps.store, authorOf(asked), id, asked.now);
      asked.deps.onChanged();
      return undefined;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/sites/{id}/visits',
    summary: 'Record a visit: PCs found and working, the telephone; it attests equipment and telephone',
    access: EDITORS,
    body: VisitDraft,
    answer: LadderView,
    status: 201,
    async handle(asked) {
      await recordVisit(asked.deps.store, authorOf(asked), asked.params['id']!, asked.body, asked.now);
      asked.deps.onChanged();
      return ladderOf(asked);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/causes',
    summary: 'Why a site may be stuck; retired ones last',
    access: 'any',
    answer: v.object({ items: v.array(StuckCause) }),
    handle: async ({ deps }) => ({ items: await listCauses(deps.store.db) }),
  }),
  route({
    method: 'post',
    path: '/api/v1/causes',
    summary: 'Add a cause to the list',
    access: ['administrator'],
    body: StuckCauseDraft,
    answer: StuckCause,
    status: 201,
    handle: ({ deps, account, body, now }) => addCause(deps.store, account.name, body, now),
  }),
  route({
    method: 'post',
    path: '/api/v1/causes/{id}',
    summary: 'Retire a cause, or offer it again',
    access: ['administrator'],
    body: v.strictObject({ retired: v.boolean() }),
    answer: null,
    async handle({ deps, account, params, body, now }) {
      await retireCause(deps.store, account.name, params['id']!, body.retired, now);
      return undefined;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/thresholds',
    summary: 'The dated rules of the ladder: those in force today, every one that stands, and all there ever were',
    access: 'any',
    answer: ThresholdsView,
    async handle({ deps, now }) {
      const items = await listThresholds(deps.store.db);
      return { inForce: thresholdsOn(items, localDayOf(now)), items, versions: await thresholdVersions(deps.store.db) };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/thresholds/{key}',
    summary: 'Set a rule’s thresholds from a day on; past days from it are judged again',
    access: ['administrator'],
    body: ThresholdDraft,
    answer: Threshold,
    status: 201,
    async handle({ deps, account, params, body, now }) {
      const key = THRESHOLD_KEYS.find((one) => one === params['key']);
      if (key === undefined) throw problem('not_found', 'There is no such rule.', { where: 'key' });
      return changeThreshold(deps.store, account.name, key, body, now);
    },
  }),
];
