/** Two sites whose last weeks are known, written through the real ingest as their PCs would have reported them. */
import { join } from 'node:path';
import { dayAfter, dayStartAt, localDayOf, weekdayOf } from '@cac/shared/wall-time.ts';
import { openStore, type Store } from '@cac/server/store/store.ts';
import { announceDays } from '@cac/server/usecases/announce-days.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { receiveReports } from '@cac/server/usecases/receive-reports.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { setHours } from '@cac/server/usecases/set-hours.ts';
import { ADMIN, siteWithMachines } from '../fixtures.ts';
import { ROOT } from '../running-server.ts';
import { scriptedPc, type ScriptedPc } from '../scripted-pc.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const SITE = 'CAC-RAB-7';

/** The Monday to Friday of the last whole week before this instant, each with what is special about it. */
export function weekOf(now: number): { powerCut: string; lineCut: string; lateOpening: string; holiday: string; ordinary: string } {
  const today = localDayOf(now);
  const monday = dayAfter(today, -(weekdayOf(today) - 1) - (weekdayOf(today) > 5 ? 0 : 7));
  const [powerCut, lineCut, holiday, lateOpening, ordinary] = [0, 1, 2, 3, 4].map((day) => dayAfter(monday, day)) as [string, string, string, string, string];
  return { powerCut, lineCut, lateOpening, holiday, ordinary };
}

/** Two sites' last `days` days: four weeks, where nobody needs the whole month before. */
export async function tellWeeks(dataDir: string, now: number, days = 28): Promise<void> {
  const store = await openStore({ dataDir });
  try {
    await loadReference(store, join(ROOT, 'seeds'), now);
    const today = localDayOf(now);
    const begin = dayStartAt(dayAfter(today, -days));
    const machines = await siteWithMachines(store, SITE, 3, { name: 'Maison de jeunes Yacoub El Mansour', hostPremises: 'commune_hall' }, begin);
    const hours = [{ from: 9 * 60, to: 18 * 60 }];
    await setHours(store, { ...ADMIN, role: 'administrator' }, { scope: { kind: 'site', id: SITE as never }, season: 'usual', from: null, to: null, week: { 1: hours, 2: hours, 3: hours, 4: hours, 5: hours, 6: [], 7: [] }, confirmed: true, source: 'test' }, begin);
    const special = weekOf(now);
    await announceDays(store, { ...ADMIN, role: 'administrator' }, { scope: { kind: 'national', id: '' }, from: special.holiday, to: special.holiday, effect: 'closed', hours: [], why: 'public_holiday', label: { fr: 'Fête de l’Indépendance', ar: 'عيد الاستقلال' }, confirmed: true, source: 'test' }, begin);
    const pcs = machines.map((machine, i) => scriptedPc(machine, `abcdefghij01234${i}`));
    for (let back = days - 1; back >= 1; back -= 1) {
      const day = dayAfter(today, -back);
      if (weekdayOf(day) > 5 || day === special.holiday) continue;
      for (const [i, pc] of pcs.entries()) live(pc, i, dayStartAt(day), day, special);
      for (const pc of pcs) await take(store, pc, dayStartAt(day) + 18.6 * HOUR);
    }
    for (let left = true; left; ) left = (await recount(store, now)).sites > 0;
  } finally {
    await store.close();
  }
}

/** One PC's day. The second PC comes later and goes earlier, the third is used in the afternoon only. */
function live(pc: ScriptedPc, i: number, midnight: number, day: string, special: ReturnType<typeof weekOf>): void {
  const from = midnight + (day === special.lateOpening ? 11.4 : 8.8) * HOUR + i * 4 * MINUTE + (i === 2 ? 4 * HOUR : 0);
  const to = midnight + 18 * HOUR - i * 7 * MINUTE;
  pc.boot(from);
  const lost = midnight + 14 * HOUR + i * 20_000;
  const found = midnight + 16.2 * HOUR + i * 15_000;
  let line = 'ok';
  for (let at = Math.ceil(from / (5 * MINUTE)) * 5 * MINUTE + 5 * MINUTE; at < to; at += 5 * MINUTE) {
    if (day === special.powerCut && i < 2 && at === midnight + 11 * HOUR + 5 * MINUTE) {
      // Both stop without a word; 80 minutes later the current is back.
      pc.boot(midnight + 12.4 * HOUR + i * MINUTE);
    }
    if (day === special.powerCut && i < 2 && at > midnight + 11 * HOUR && at < midnight + 12.5 * HOUR) continue;
    const next = day === special.lineCut && at > lost && at < found ? 'gateway' : 'ok';
    if (next !== line) pc.link(next === 'ok' ? found : Math.max(lost, from + 2 * MINUTE), next);
    line = next;
    pc.until(at - 1);
    if (at % (10 * MINUTE) === 0) pc.write(at, 'sample', line === 'ok' ? { gw: 2.1, dns: 21 + ((at / MINUTE) % 17), net1: 62 + ((at / MINUTE) % 41), srv: 80 + ((at / MINUTE) % 29) } : { gw: 'timeout', dns: 'timeout', net1: 'timeout', srv: 'timeout' });
  }
  pc.until(to);
  pc.write(to + 10_000, 'stop', { why: 'shutdown' });
}

async function take(store: Store, pc: ScriptedPc, at: number): Promise<void> {
  for (const report of pc.batches(at)) await receiveReports(store, [report], at, { sid: 'test', dbi: store.dbi });
}
