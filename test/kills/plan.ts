/** The two kill tests, at any size: who is killed differs, what must be true at the end does not. */
import * as assert from 'uvu/assert';
import { countEverything, enrolMany, pauseBetween, startFleets, startServerProcess, type Scale } from './rig.ts';

async function withKills(scale: Scale, kill: (i: number, server: Awaited<ReturnType<typeof startServerProcess>>, fleets: ReturnType<typeof startFleets>) => Promise<void>): Promise<void> {
  const server = await startServerProcess();
  try {
    const machines = await enrolMany(server, scale.agents);
    const fleets = startFleets(server, machines, scale);
    for (let i = 0; i < scale.kills; i += 1) {
      await pauseBetween(700, 1_800);
      await kill(i, server, fleets);
    }
    await Promise.all(fleets.map((fleet) => fleet.done));
    const count = await countEverything(server, machines);
    const wanted = scale.agents * scale.records;
    console.log(`\n  note: ${count.stored} of ${wanted} stored exactly once, ${count.rows} rows, ${count.duplicates} duplicates came, ${scale.kills} kills`);
    assert.equal({ ...count, duplicates: 0 }, { stored: wanted, W: wanted, rejected: 0, dropped: 0, lost: 0, duplicates: 0, rows: wanted, integrity: 'ok' });
  } finally {
    await server.stop().catch(() => {});
  }
}

export const killServer = (scale: Scale): Promise<void> => withKills(scale, (_, server) => server.killAndRestart());

export const killAgents = (scale: Scale): Promise<void> =>
  withKills(scale, async (i, _, fleets) => {
    const alive = fleets.filter((fleet) => fleet.running());
    await alive[i % Math.max(1, alive.length)]?.killAndRestart();
  });
