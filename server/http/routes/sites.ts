/** Sites and their vouchers. */
import { listOf, NewVoucher, Site, SiteDraft, SiteDrafts, Voucher, VoucherDraft, VoucherDrafts } from '@cac/shared/api.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { findSite, listSites } from '../../store/sites.ts';
import { listVouchers } from '../../store/vouchers.ts';
import { addSites } from '../../usecases/add-sites.ts';
import { issueVouchers, revokeVoucher } from '../../usecases/issue-vouchers.ts';
import { numberOfCursor, page, paging, route } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;

export const siteRoutes = [
  route({
    method: 'get',
    path: '/api/v1/sites',
    summary: 'Sites in scope; each word of `q` stands in a code or a name, French or Arabic, however it is written',
    access: 'any',
    query: v.strictObject({ ...paging, q: v.optional(v.pipe(v.string(), v.regex(/^[^\p{Cc}]{0,80}$/u, 'control_character'))) }),
    answer: listOf(Site),
    async handle({ deps, scope, query }) {
      const items = await listSites(deps.store.db, scope, { q: query.q, after: query.cursor, limit: query.limit + 1 });
      return page(items, query.limit, (s) => s.id);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/sites/{id}',
    summary: 'One site',
    access: 'any',
    answer: Site,
    async handle({ deps, scope, params }) {
      const site = await findSite(deps.store.db, scope, params['id']!);
      if (!site) throw problem('not_found', 'There is no such site.');
      return site;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/sites',
    summary: 'Add a site',
    access: EDITORS,
    body: SiteDraft,
    answer: Site,
    status: 201,
    async handle({ deps, scope, account, body, now }) {
      await addSites(deps.store, { name: account.name, scope }, [body], { many: false, demo: deps.settings.demo }, now);
      deps.onChanged();
      return (await findSite(deps.store.db, scope, body.id))!;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/sites/batch',
    summary: 'Add up to 1,000 sites: all or none',
    access: EDITORS,
    body: SiteDrafts,
    answer: v.object({ added: v.number() }),
    status: 201,
    async handle({ deps, scope, account, body, now }) {
      await addSites(deps.store, { name: account.name, scope }, body.items, { many: true, demo: deps.settings.demo }, now);
      deps.onChanged();
      return { added: body.items.length };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/vouchers',
    summary: 'Vouchers of the sites in scope (without their codes)',
    access: EDITORS,
    query: v.strictObject({ ...paging, site: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/, 'site_id'))) }),
    answer: listOf(Voucher),
    async handle({ deps, scope, query }) {
      const items = await listVouchers(deps.store.db, scope, { site: query.site, after: numberOfCursor(query.cursor), limit: query.limit + 1 });
      return page(items, query.limit, (voucher) => String(voucher.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/vouchers',
    summary: 'Issue a voucher; its code is said in this answer and never again',
    access: EDITORS,
    body: VoucherDraft,
    answer: NewVoucher,
    status: 201,
    async handle({ deps, scope, account, body, now }) {
      const [voucher] = await issueVouchers(deps.store, { name: account.name, scope }, [body], now);
      return voucher!;
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/vouchers/batch',
    summary: 'Issue up to 1,000 vouchers: all or none',
    access: EDITORS,
    body: VoucherDrafts,
    answer: v.object({ items: v.array(NewVoucher) }),
    status: 201,
    handle: async ({ deps, scope, account, body, now }) => ({ items: await issueVouchers(deps.store, { name: account.name, scope }, body.items, now) }),
  }),
  route({
    method: 'delete',
    path: '/api/v1/vouchers/{id}',
    summary: 'Revoke a voucher: its code enrols no further PC',
    access: EDITORS,
    answer: null,
    async handle({ deps, scope, account, params, now }) {
      const id = Number(params['id']);
      if (!Number.isSafeInteger(id) || id < 1) throw problem('not_found', 'There is no such voucher.');
      await revokeVoucher(deps.store, { name: account.name, scope }, id, now);
      return undefined;
    },
  }),
];
