/**
 * Two regions side by side: MA-04, whose accounts ask, and MA-06, where every free text, code and name carries a mark. Whatever of the second reaches somebody
 * of the first is seen at once by its mark.
 */
import type { Role } from '@cac/shared/api.ts';
import { dayAfter, localDayOf } from '@cac/shared/wall-time.ts';
import { beginSilence } from '@cac/server/usecases/silence.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { announceDays } from '@cac/server/usecases/announce-days.ts';
import { attest, recordVisit } from '@cac/server/usecases/attest.ts';
import { createAccount, createSignInDoor } from '@cac/server/usecases/sign-in.ts';
import { inviteAccount } from '@cac/server/usecases/invite-account.ts';
import { issueReport } from '@cac/server/usecases/issue-report.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { addPingSource } from '@cac/server/usecases/keep-ping-sources.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { putCommune } from '@cac/server/usecases/keep-programmes.ts';
import { setHours } from '@cac/server/usecases/set-hours.ts';
import { sessionsOf } from '@cac/server/store/sessions.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { WEEKDAYS } from '@cac/shared/opening-hours.ts';
import { join } from 'node:path';
import { temporaryDir } from './databases.ts';
import { ADMIN, siteDraft, siteWithMachines } from './fixtures.ts';
import { putIncident, putNotice } from './incident-fixture.ts';
import { PASSWORD, ROOT } from './running-server.ts';

/** In every free text of MA-06, in either case; the code of its province stands beside it. */
export const MARK = 'ZQX';
export const MARKED = /zqx|MA-CAS/i;

export const REGIONAL_ROLES = ['coordinator', 'operator', 'viewer'] as const satisfies readonly Role[];

/** Numbers and names of what stands in one of the two regions. */
export interface Stock {
  region: string;
  province: string;
  site: string;
  commune: string;
  machines: string[];
  voucher: string;
  ping: string;
  /** PCs that wait; processes held apart from the first machine. Each act takes its own. */
  waiting: string[];
  held: string[];
  attestation: string;
  rule: string;
  timetable: string;
  changes: string[];
  report: string;
  /** Each act on one takes its own. */
  incidents: string[];
  silences: string[];
  account: string;
  session: string;
}

export interface MarkedWorld {
  dataDir: string;
  day: string;
  /** Of a month that is over. */
  month: string;
  own: Stock;
  marked: Stock;
}

const EVERYWHERE = { ...ADMIN, role: 'administrator' } as const;
const HOUR = 3_600_000;
/** So many acts on incidents are tried, each by several roles. */
const INCIDENTS = 100;
const SILENCES = 20;

async function stockOf(store: Store, mark: string, region: string, province: string, lat: number, lon: number, now: number, month: string): Promise<Stock> {
  const said = (text: string): string => (mark === MARK ? `${MARK} ${text}` : text);
  const [site, commune] = [`${mark}-1`, `${mark}-9`];
  const day = localDayOf(now);
  await putCommune(store, ADMIN, commune, { nameFr: said('commune'), nameAr: said('جماعة'), province, zone: 'dense', households: 4_200, year: 2014, source: said('census') } as never, false, now);
  const facts = { name: said('centre'), nameAr: said('مركز'), region, province, commune, lat, lon, carrier: said('carrier'), technology: 'adsl', dutyPhone: said('phone'), lineNumber: said('line'), officialCode: said('code'), declaredConnectedAt: Date.UTC(2012, 2, 3), declaredSource: said('circular') };
  const machines = await siteWithMachines(store, site, 24, facts as never, now - HOUR);
  for (const { id } of machines) await store.db.updateTable('machines').set({ name: said('PC') }).where('id', '=', id).execute();
  await store.db.insertInto('dead_letters').values({ machine_id: machines[0]!.id, at: now, ep: null, seq: null, reason: said('reason'), excerpt: said('excerpt') }).execute();
  const [voucher] = await issueVouchers(store, { name: said('author'), scope: ADMIN.scope }, [{ siteId: site as never, uses: 3, days: 10 }], now);
  const waiting: string[] = [];
  for (let i = 0; i < 8; i += 1) {
    const asked = { voucher_id: voucher!.id, site_id: site, nonce: `${mark} ${i}`, fingerprint: '[]', secret_hash: '', name: said('waiting PC'), agent: said('agent'), os: said('os'), why: 'used_up', like_machine: null, requested_at: now, asked_at: now, state: 'waiting', decided_at: null, decided_by: null, machine_id: null };
    waiting.push(String((await store.db.insertInto('enrol_requests').values(asked).returning('id').executeTakeFirstOrThrow()).id));
  }
  const held = Array.from({ length: 8 }, (_, i) => `${i}`.padStart(16, '0'));
  await store.db.insertInto('held_processes').values(held.map((inst) => ({ machine_id: machines[0]!.id, inst, since_at: now, last_at: now, address: said('address'), os: said('os'), state: 'held', decided_at: null, decided_by: null }))).execute();
  await store.db.insertInto('agent_logs').values({ machine_id: machines[0]!.id, at: now, text: said('log') }).execute();
  await store.db.insertInto('machine_use').values({ machine_id: machines[0]!.id, day, bytes: 1 }).execute();
  await store.db.insertInto('agent_rules').values({ scope_kind: 'site', scope_id: site, keepalive_s: 90, batch_s: null, targets: JSON.stringify([`${mark}.example:443`]), author: said('author'), written_at: now }).execute();
  await store.db.insertInto('machine_commands').values({ machine_id: machines[0]!.id, kind: 'send_log', asked_by: said('author'), asked_at: now, sent_at: null, done_at: now }).execute();
  const ping = await addPingSource(store, { name: said('author'), scope: ADMIN.scope }, { siteId: site as never, name: said('old PC') }, now);
  const { id: attestation } = await attest(store, EVERYWHERE, site, { kind: 'built', day: '2011-01-01', value: null, source: said('paper'), note: said('note') }, now);
  await recordVisit(store, EVERYWHERE, site, { day: '2024-01-02', byFunction: 'technician', pcsFound: 3, pcsWorking: 1, telephone: 'fails', note: said('visit') } as never, now);
  const scope = { kind: 'site', id: site } as never;
  const rule = await announceDays(store, EVERYWHERE, { scope, from: dayAfter(day, 3), to: dayAfter(day, 3), effect: 'closed', hours: [], why: 'other', label: { fr: said('day'), ar: said('يوم') }, confirmed: true, source: said('source') } as never, now);
  const week = Object.fromEntries(WEEKDAYS.map((name) => [name, [{ from: 540, to: 1080 }]])) as never;
  const hours = await setHours(store, EVERYWHERE, { scope, season: 'usual', from: day, to: null, week, confirmed: true, source: said('hours') }, now);
  await announceDays(store, EVERYWHERE, { scope: { kind: 'province', id: province } as never, from: dayAfter(day, 5), to: dayAfter(day, 5), effect: 'closed', hours: [], why: 'other', label: { fr: said('province day'), ar: said('يوم') }, confirmed: true, source: said('source') } as never, now);
  const report = await issueReport(store, { name: said('author'), scope: ADMIN.scope }, { month, region }, now);

  const name = `${mark.toLowerCase()}-chief`;
  const { person, url } = await inviteAccount(store, 'admin', { name, role: 'operator', scope: { kind: 'regions', regions: [region] as never }, fullName: said('person'), email: `${name}@example.ma`, phone: '+212600000000', language: 'fr', quiet: null }, 'https://constat.example', now);
  await createSignInDoor(store).redeem(url.split('#link=')[1]!, PASSWORD, { address: '10.9.9.9', browser: said('browser') }, now);
  const [session] = await sessionsOf(store.db, person.id, '', now);

  // Of a site without PCs: nobody watches it, so that what is seeded stays as it is.
  const still = `${mark}-2`;
  await addSites(store, ADMIN, [siteDraft(still, facts as never)], { many: false, demo: false }, now - HOUR);
  const incidents: string[] = [];
  for (let i = 0; i < INCIDENTS; i += 1) {
    const id = await putIncident(store.db, {
      since_at: now - HOUR, opened_at: now - HOUR / 2, touched_at: now, members: [{ site: still, sinceAt: now - HOUR }], machine_id: machines[0]!.id, assignee: i === 0 ? person.id : null, ticket: i === 0 ? said('ticket') : null,
      evidence: [{ machine: machines[0]!.id, name: said('PC'), state: 'unreachable', since: now, lastSeenAt: null }], reason: { word: 'last_fell_silent', figures: { n: said('1') } },
      events: [{ act: 'opened', at: now }, { act: 'note', at: now, who: name, detail: { text: said('note') } }],
    });
    incidents.push(String(id));
  }
  await putNotice(store.db, Number(incidents[0]), { account: person.id, answer: said('answer'), key: `${mark}:1` });
  for (let i = 0; i < 3; i += 1) await putNotice(store.db, Number(incidents[1]), { account: person.id, state: 'failed', answer: said('failure'), key: `${mark}:failed:${i}` });
  const silences: string[] = [];
  for (let i = 0; i < SILENCES; i += 1) {
    const { id } = await beginSilence(store, { name, scope: { kind: 'regions', regions: [region] as never } }, { kind: 'silence', scope: { kind: 'site', id: site }, fromAt: now, toAt: now + 24 * HOUR, reason: said('silence') }, now);
    silences.push(String(id));
  }
  return {
    region, province, site, commune, machines: machines.map(({ id }) => id), voucher: String(voucher!.id), ping: String(ping.id), waiting, held, attestation: String(attestation), rule: rule.after!.id, timetable: hours.after!.id, changes: [String(rule.id), String(hours.id)], report: String(report.no), incidents, silences,
    account: String(person.id), session: session!.id,
  };
}

/** In a database of its own, which the server is then started on. Each regional role has an account of its name, and one `spare-` whose sessions may end. */
export async function buildMarkedWorld(): Promise<MarkedWorld> {
  const dataDir = temporaryDir('marked');
  const now = Date.now();
  const day = localDayOf(now);
  const month = dayAfter(`${day.slice(0, 7)}-01`, -1).slice(0, 7);
  const store = await openStore({ dataDir });
  await loadReference(store, join(ROOT, 'seeds'), now);
  const own = await stockOf(store, 'OWN', 'MA-04', 'MA-RAB', 34, -6.8, now, month);
  const marked = await stockOf(store, MARK, 'MA-06', 'MA-CAS', 33.59, -7.62, now, month);
  // One incident of both regions: each sees its own members, and the figures of all.
  const shared = await putIncident(store.db, {
    since_at: now - HOUR, opened_at: now, touched_at: now, group_by: 'technology', group_key: 'adsl', members: [own.site, marked.site], evidence: [{ machine: marked.machines[1], name: `${MARK} PC`, state: 'unreachable', since: now, lastSeenAt: null }],
    events: [{ act: 'opened', at: now, detail: { sites: [own.site, marked.site] } }, { act: 'left', at: now, detail: { site: marked.site } }, { act: 'note', at: now, who: 'admin', detail: { text: 'to all' } }],
  });
  await putNotice(store.db, shared, { account: Number(marked.account), answer: `${MARK} answer`, key: `${MARK}:2` });
  await putIncident(store.db, { kind: 'platform_blind', severity: 'critical', since_at: now - HOUR, opened_at: now, touched_at: now, members: [], events: [{ act: 'opened', at: now, detail: { of: `${MARK} platform` } }], reason: { word: `${MARK}_blind`, figures: {} } });
  const channel = { kind: 'webhook', name: `${MARK} channel`, settings: JSON.stringify({ url: `https://${MARK}.example` }), secrets: null, enabled: 0, author: `${MARK} author`, written_at: now, deleted_at: null };
  await store.db.insertInto('channels').values(channel).execute();
  const routes = { name: `${MARK} route`, regions: JSON.stringify(['MA-06']), programmes: '[]', kinds: '[]', min_severity: 'minor', hours: null, target_kind: 'account', target_id: marked.account, by_kind: 'email', after_ms: 0, enabled: 1, author: `${MARK} author`, written_at: now, deleted_at: null };
  await store.db.insertInto('alert_routes').values(routes).execute();
  for (const role of REGIONAL_ROLES) for (const name of [role, `spare-${role}`]) await createAccount(store, { name, role, scope: { kind: 'regions', regions: ['MA-04'] as never }, password: PASSWORD, mustChange: false }, now);
  await createAccount(store, { name: 'spare-administrator', role: 'administrator', scope: { kind: 'all' }, password: PASSWORD, mustChange: false }, now);
  await createAccount(store, { name: 'first', role: 'administrator', scope: { kind: 'all' }, password: PASSWORD, mustChange: true }, now);
  await store.close();
  return { dataDir, day, month, own, marked };
}
