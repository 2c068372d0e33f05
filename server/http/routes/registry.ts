/** The registry: editing a site and its history, programmes, communes. */
import { listOf, Site } from '@cac/shared/api.ts';
import { ProgrammeView } from '@cac/shared/programme.ts';
import { Commune, CommuneCode, CommuneDrafts, CommuneEdit, ProgrammeDraft, RegistryChange, SiteEdit } from '@cac/shared/registry.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { findCommune, listCommunes } from '../../store/communes.ts';
import { changesOf } from '../../store/registry-changes.ts';
import { findSite } from '../../store/sites.ts';
import { addCommunes } from '../../usecases/add-communes.ts';
import { editSite } from '../../usecases/edit-site.ts';
import { addProgramme, putCommune } from '../../usecases/keep-programmes.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;
const Words = v.pipe(v.string(), v.regex(/^[^\p{Cc}]{0,80}$/u, 'control_character'));

export const registryRoutes = [
  route({
    method: 'put',
    path: '/api/v1/sites/{id}',
    summary: 'Change what the registry says of a site: all fields but its code; a field left out is emptied',
    access: EDITORS,
    body: SiteEdit,
    answer: Site,
    async handle({ deps, scope, account, params, body, now }) {
      const id = params['id']!;
      await editSite(deps.store, { name: account.name, scope }, id, body, now);
      deps.onChanged();
      return (await findSite(deps.store.db, scope, id))!;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sites/{id}/changes',
    summary: 'Who changed a site in the registry and when, newest first, field by field',
    access: 'any',
    query: v.strictObject(paging),
    answer: listOf(RegistryChange),
    async handle({ deps, scope, params, query }) {
      const site = await findSite(deps.store.db, scope, params['id']!);
      if (!site) throw problem('not_found', 'There is no such site.');
      const items = await changesOf(deps.store.db, 'site', site.id, numberOfCursor(query.cursor) || null, query.limit + 1);
      return page(items, query.limit, (change) => String(change.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/programmes',
    summary: 'Add a programme: the next plan’s',
    access: ['administrator'],
    body: ProgrammeDraft,
    answer: ProgrammeView,
    status: 201,
    async handle({ deps, scope, account, body, now }) {
      await addProgramme(deps.store, { name: account.name, scope }, body, now);
      return body;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/communes',
    summary: 'Communes in scope; `q` looks in codes and names, `province` takes one',
    access: 'any',
    query: v.strictObject({ ...paging, q: v.optional(Words), province: v.optional(v.pipe(v.string(), v.regex(/^MA-[A-Z]{3}$/, 'province'))), cursor: v.optional(CommuneCode) }),
    answer: listOf(Commune),
    async handle({ deps, scope, query }) {
      const items = await listCommunes(deps.store.db, scope, { q: query.q, province: query.province, after: query.cursor, limit: query.limit + 1 });
      return page(items, query.limit, (commune) => commune.code);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/communes/batch',
    summary: 'Add up to 1,000 communes: all or none',
    access: EDITORS,
    body: CommuneDrafts,
    answer: v.object({ added: v.number() }),
    status: 201,
    async handle({ deps, scope, account, body, now }) {
      await addCommunes(deps.store, { name: account.name, scope }, body.items, deps.settings.demo, now);
      return { added: body.items.length };
    },
  }),
  route({
    method: 'put',
    path: '/api/v1/communes/{code}',
    summary: 'Create a commune, or change it',
    access: EDITORS,
    body: CommuneEdit,
    answer: Commune,
    async handle({ deps, scope, account, params, body, now }) {
      const code = v.safeParse(CommuneCode, params['code']);
      if (!code.success) throw problem('bad_field', 'A commune’s code has capital letters, digits, dots or hyphens.', { where: 'code' });
      await putCommune(deps.store, { name: account.name, scope }, code.output, body, deps.settings.demo, now);
      return (await findCommune(deps.store.db, code.output))!;
    },
  }),
];
