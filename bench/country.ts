/** A whole country in a data directory: the demonstration registry's 9,660 sites and 150,000 machines, in all states. */
import { resolve } from 'node:path';
import type { SiteDraft } from '@cac/shared/api.ts';
import { stateOfWord } from '@cac/shared/states.ts';
import { demoCommuneDrafts } from '@cac/seeds/demo-communes.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { random as randomOf } from '@cac/seeds/random.ts';
import { countOf, siteStateOf } from '@cac/server/core/site-state.ts';
import { openStore } from '@cac/server/store/store.ts';
import type { MachineTable } from '@cac/server/store/tables.ts';
import { addCommunes } from '@cac/server/usecases/add-communes.ts';
import { addSites } from '@cac/server/usecases/add-sites.ts';
import { issueVouchers } from '@cac/server/usecases/issue-vouchers.ts';
import { loadReference } from '@cac/server/usecases/load-reference.ts';
import { machineRow } from './machine-row.ts';

const AUTHOR = { name: 'bench', scope: { kind: 'all' } } as const;
const WORDS = ['on', 'on', 'on', 'on', 'on', 'on', 'on:dns', 'off:clean', 'off:clean', 'off:unclean', 'asleep', 'unreachable', 'unseen'] as const;
const WEEK_MS = 7 * 86_400_000;

/** Machine rows are written directly: neither enrolling nor reporting is what is measured. Takes about ten seconds. */
export async function prepareCountry(dataDir: string, machines: number): Promise<{ sites: number }> {
  const store = await openStore({ dataDir });
  await loadReference(store, resolve(import.meta.dirname, '..', 'seeds'), Date.now());
  const random = randomOf(7);
  const now = Date.now();
  // The registry leaves no field to a default.
  const { communes, sites } = demoRegistry(1);
  const drafts = sites as SiteDraft[];
  await addCommunes(store, AUTHOR, demoCommuneDrafts(communes, 1), true, now);
  await addSites(store, AUTHOR, drafts, { many: true, demo: true }, now);
  const [voucher] = await issueVouchers(store, AUTHOR, [{ siteId: drafts[0]!.id, uses: 1, days: 1 }], now);
  const counts = drafts.map(() => ({ on: 0, onFailing: 0, unreachable: 0, off: 0, unseen: 0 }));
  // Sites differ in size, and some have nothing yet.
  const sizes = drafts.map(() => (random.chance(0.1) ? 0 : 0.2 + random.next()));
  const perSize = machines / sizes.reduce((sum, size) => sum + size, 0);
  const row = (i: number, place: number): MachineTable => {
    const word = random.pick(WORDS);
    const count = countOf(stateOfWord(word));
    if (count) counts[place]![count] += 1;
    const id = `bench${String(i).padStart(15, '0')}`;
    const since = now - random.int(WEEK_MS);
    const on = word.startsWith('on');
    return machineRow(id, drafts[place]!.id, voucher!.id, since, {
      name: `PC ${i}`, state: word, deadline_at: on ? now + 60_000 + random.int(150_000) : null, last_sign_at: word === 'unseen' ? null : since, link: on && word !== 'on' ? 'dns' : 'ok',
      ep: 'abcdefghij012345', inst: '00112233445566aa', conn: 1, boot: 'boot-1', booted_at: random.int(WEEK_MS), probes: '[{"name":"gw","ok":true,"ms":1.2}]', interface: 'wired',
    });
  };
  const rows: MachineTable[] = [];
  let due = 0;
  for (const [place, size] of sizes.entries()) {
    due += size * perSize;
    while (rows.length < Math.round(due)) rows.push(row(rows.length, place));
  }
  await store.db.transaction().execute(async (tx) => {
    for (let i = 0; i < rows.length; i += 500) await tx.insertInto('machines').values(rows.slice(i, i + 500)).execute();
    for (const [place, { id }] of drafts.entries()) {
      const { on, onFailing, unreachable, off, unseen } = counts[place]!;
      const state = siteStateOf(counts[place]!);
      await tx.updateTable('sites').set({ n_on: on, n_failing: onFailing, n_unreachable: unreachable, n_off: off, n_unseen: unseen, state, state_since: state === 'unseen' ? null : now - random.int(WEEK_MS) }).where('id', '=', id).execute();
    }
  });
  await store.close();
  return { sites: drafts.length };
}
