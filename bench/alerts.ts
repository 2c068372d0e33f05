/**
 * Alerts over a whole country, in this process on a clock of its own: judging 10,000 sites at opening time, a round in which nothing is due (against
 * the three smallest questions that a round asks), and a carrier's cut of 3,000 sites, from the round in which its grace is over to the messages in
 * the outbox. Machine rows are written directly: neither enrolling nor reporting is what is measured.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayAfter, dayStartAt, localDayOf, weekdayOf } from '@cac/shared/wall-time.ts';
import { openSqlite } from '@cac/server/store/sqlite.ts';
import { openStore } from '@cac/server/store/store.ts';
import { createAccount } from '@cac/server/usecases/sign-in.ts';
import { sweep } from '@cac/server/usecases/sweep.ts';
import { watchSites } from '@cac/server/usecases/watch-sites.ts';
import { prepareCountry } from './country.ts';
import { median, row, type Row } from './table.ts';

const MACHINES = 20_000;
/** Some are youth centres, which open in the afternoon: of these 3,000 are open. */
const CUT = 3_300;
const ROUNDS = 200;
const MINUTE = 60_000;
const WAITING = { livenessMs: MINUTE, spreadMs: MINUTE };
const REGIONS = Array.from({ length: 12 }, (_, i) => `MA-${String(i + 1).padStart(2, '0')}`);

/** The coming Monday at ten: every place is open. */
function mondayAtTen(): number {
  let day = dayAfter(localDayOf(Date.now()));
  while (weekdayOf(day) !== 1) day = dayAfter(day);
  return dayStartAt(day) + 10 * 60 * MINUTE;
}

/** All PCs on and heard a moment ago; the first sites hang on one carrier, and each has a PC at least. */
function openAll(dataDir: string, now: number): void {
  const db = openSqlite(join(dataDir, 'cac.sqlite'));
  const sites = db.prepare('select id from sites order by id').pluck().all() as string[];
  const machines = db.prepare('select id from machines order by id').pluck().all() as string[];
  const settle = db.prepare('update machines set revoked_at = null, site_id = ? where id = ?');
  db.transaction(() => machines.forEach((id, i) => settle.run(sites[i % sites.length], id)))();
  db.prepare(`update machines set state = 'on', since_at = @since, last_sign_at = @now, deadline_at = null, probes = '[]'`).run({ since: now - 90 * MINUTE, now });
  db.exec(`update sites set n_on = 0, n_failing = 0, n_unreachable = 0, n_off = 0, n_unseen = 0, state = 'unseen', carrier = 'Rif Télécom', technology = 'fibre'`);
  db.exec(`update sites set n_on = m.n, state = 'connected', state_since = ${now} from (select site_id, count(*) as n from machines group by site_id) m where m.site_id = sites.id`);
  db.exec(`update sites set carrier = 'Atlas Télécom' where id in (select site_id from machines group by site_id order by site_id limit ${CUT})`);
  db.close();
}

export async function alertRows(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cac-bench-alerts-'));
  try {
    await prepareCountry(dataDir, MACHINES);
    const now = mondayAtTen();
    openAll(dataDir, now);
    const store = await openStore({ dataDir });
    for (const region of REGIONS) {
      await createAccount(store, { name: `operator-${region}`, role: 'operator', scope: { kind: 'regions', regions: [region] as never }, password: 'nobody signs in here', mustChange: false }, now);
      await store.db.updateTable('accounts').set({ email: `${region.toLowerCase()}@example.ma` }).where('name', '=', `operator-${region}`).execute();
    }
    await store.db.insertInto('channels').values({ kind: 'email', name: 'SMTP', settings: '{}', secrets: null, enabled: 1, author: 'bench', written_at: now, deleted_at: null }).execute();
    const watch = async (at: number): Promise<number> => {
      let judged = 0;
      for (let more = true; more; ) {
        const round = await watchSites(store, at, { waiting: WAITING, holds: false });
        judged += round.judged;
        more = round.more;
      }
      return judged;
    };

    const began = performance.now();
    const judged = await watch(now);
    const openingMs = performance.now() - began;

    // ---- nothing is due: beside the questions that a round cannot do without
    const own: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      own.push(await cpuMs(ROUNDS, () => watch(now + 1_000)));
      bare.push(
        await cpuMs(ROUNDS, async () => {
          await store.db.selectFrom('transitions').select(({ fn }) => fn.max('id').as('id')).executeTakeFirst();
          await store.db.selectFrom('site_watches').select('site_id').where('due_at', '<=', now - 1).limit(1).execute();
          await store.db.selectFrom('site_watches').select('site_id').where('condition', '<>', '').where('incident_id', 'is', null).where('opens_at', '<=', now).limit(1).execute();
        }),
      );
    }

    // ---- 3,000 sites of one carrier fall silent within two minutes
    const cut = await store.db.selectFrom('machines as m').innerJoin('sites as s', 's.id', 'm.site_id').select('m.id').where('s.carrier', '=', 'Atlas Télécom').execute();
    const raw = openSqlite(join(dataDir, 'cac.sqlite'));
    const lose = raw.prepare('update machines set deadline_at = ?, last_sign_at = ? where id = ?');
    raw.transaction(() => cut.forEach(({ id }, i) => lose.run(now + 5 * MINUTE + Math.round((i / cut.length) * 2 * MINUTE), now + MINUTE + Math.round((i / cut.length) * 2 * MINUTE), id)))();
    raw.close();
    store.memory.forgetAll();
    let worst = 0;
    let opening = 0;
    for (let at = now + 5 * MINUTE; at <= now + 20 * MINUTE; at += 10_000) {
      await sweep(store, at, async () => {});
      const start = performance.now();
      await watch(at);
      const ms = performance.now() - start;
      worst = Math.max(worst, ms);
      if (opening === 0 && (await store.db.selectFrom('incidents').select('id').executeTakeFirst())) opening = ms;
    }
    const incidents = await store.db.selectFrom('incidents').selectAll().execute();
    const messages = await store.db.selectFrom('outbox').select('event').execute();
    const sites = incidents[0]?.sites ?? 0;
    await store.close();
    if (incidents.length !== 1 || sites < 3_000) throw new Error(`${incidents.length} incidents of ${incidents.map((one) => one.sites).join(', ')} sites instead of one of 3,000`);
    return [
      row(`alerts: ${judged} sites judged at opening time, ms`, openingMs, null, '', { ratio: openingMs, must: null, goal: 2_000, more: false }),
      row('alerts: a round in which nothing is due, CPU ms', median(own), median(bare), 'three bare questions', { ratio: median(own), must: 2, goal: 1, more: false }),
      row(`alerts: ${sites} sites of one carrier, one incident and ${messages.length} messages, ms`, opening, null, '', { ratio: opening, must: 2_000, goal: 500, more: false }),
      row('alerts: the longest round of that cut, ms', worst, null, '', { ratio: worst, must: 2_000, goal: 500, more: false }),
    ];
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function cpuMs(times: number, act: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
}
