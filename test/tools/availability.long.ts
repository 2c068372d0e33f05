/**
 * What is told of a site's opening time, against a recount from the world's own facts: no line of the one is used by the other but the opening
 * hours, which are a fact too.
 */
import * as assert from 'uvu/assert';
import { mix } from '@cac/seeds/world/mix.ts';
import { play, type Label } from '@cac/seeds/world/player.ts';
import { dayAfter, daysBetween, localDayOf } from '@cac/shared/wall-time.ts';
import { dayPlan } from '@cac/server/core/calendar/day-plan.ts';
import { siteCalendars } from '@cac/server/store/calendars.ts';
import { siteDays } from '@cac/server/store/history.ts';
import { recount } from '@cac/server/usecases/recount.ts';
import { wireServer } from '../../tools/truth/wiring.ts';
import { suite } from '../harness.ts';

const test = suite('availability and truth');
const MINUTE = 60_000;
const CLASSES = ['conn', 'disc', 'unk', 'off'] as const;
type Class = (typeof CLASSES)[number];
type Minutes = Record<Class, number>;

/** A machine's true word as what it makes of its site: from the words alone. */
const CLASS_OF: Record<string, Class | null> = {
  unseen: null, on: 'conn', 'on:server': 'conn', 'on:lan': 'disc', 'on:gateway': 'disc', 'on:dns': 'disc', 'on:portal': 'disc', 'on:internet': 'disc',
  'agent_dead:stopped': 'unk', 'agent_dead:killed': 'unk', 'off:clean': 'off', 'off:unclean': 'off', 'off:rebooting': 'off', asleep: 'off',
};

const wordAt = (labels: readonly Label[], at: number): string => labels.findLast((label) => label.at <= at)?.word ?? 'unseen';

function trueMinutes(pcs: readonly (readonly Label[])[], openings: readonly { fromAt: number; toAt: number }[]): Minutes {
  const sum: Minutes = { conn: 0, disc: 0, unk: 0, off: 0 };
  for (const { fromAt, toAt } of openings) {
    for (let at = fromAt; at < toAt; at += MINUTE) {
      const classes = new Set(pcs.map((labels) => CLASS_OF[wordAt(labels, at + MINUTE / 2)] ?? null));
      const found = CLASSES.find((one) => classes.has(one));
      if (found) sum[found] += 1;
    }
  }
  return sum;
}

test('each site’s bar is the world’s own, to the minute a change and to a probe interval a link', async () => {
  const drama = mix(41, 14, 8);
  const wired = await wireServer(drama);
  try {
    const { labels } = await play(drama, wired.transport, 41, async (day) => {
      while ((await recount(wired.store, drama.fromAt + day * 86_400_000 + MINUTE)).more);
    });
    while ((await recount(wired.store, drama.toAt + MINUTE)).more);
    const [from, to] = [localDayOf(drama.fromAt), dayAfter(localDayOf(drama.toAt), -1)];
    let total = 0;
    let off = 0;
    let worst = 0;
    for (const { site } of drama.plans) {
      if (drama.unknowable.some((u) => u.site === site)) continue;
      const id = `T-${String(site).padStart(4, '0')}`;
      const calendar = (await siteCalendars(wired.store.db, [id])).get(id)!;
      const openings = daysBetween(from, to).flatMap((day) => dayPlan(calendar, day).openings);
      const isOpen = (at: number): boolean => openings.some((o) => at >= o.fromAt - 6 * MINUTE && at < o.toAt + 6 * MINUTE);
      const told = await siteDays(wired.store.db, id, from, to);
      const truth = trueMinutes(labels[site]!, openings);
      // What may be told late: a heartbeat for each change, a probe interval for each change of a link, while open.
      const changes = labels[site]!.flat().filter((label) => isOpen(label.at));
      const links = changes.filter((label) => label.word.startsWith('on')).length;
      const allowed = changes.length + 5.5 * links;
      for (const one of CLASSES) {
        const minutes = told.reduce((sum, day) => sum + day[`${one}_ms`] + (one === 'unk' ? day.excluded_ms : 0), 0) / MINUTE;
        const error = Math.abs(minutes - truth[one]);
        assert.ok(error <= allowed, `site ${site}: ${one} told ${minutes.toFixed(1)} min, true ${truth[one]}, ${changes.length} changes (${links} of links)`);
        off += error;
        worst = Math.max(worst, error);
      }
      total += openings.reduce((sum, o) => sum + o.toAt - o.fromAt, 0) / MINUTE;
    }
    assert.ok(total > 20_000);
    assert.ok(off / total < 0.01, `${off.toFixed(0)} of ${total} minutes differ`);
    console.log(`availability: ${off.toFixed(1)} of ${total} open minutes told otherwise than they were; at most ${worst.toFixed(1)} of one kind at one site in ${daysBetween(from, to).length} days`);
  } finally {
    await wired.close();
  }
});

test.run();
