/**
 * The demonstration: the registry, and a simulated fleet that arrives with 30 days of journal and lives on.
 *   node --import tsx seeds/demo.ts --server URL --dir DIR [--machines 300] [--seed 1] [--days 30]
 * The administrator's password comes in CAC_DEMO_PASSWORD. Identities are kept in DIR, so that a second start goes on
 * with the same fleet. 1 sign in, 2 sites, 3 vouchers and identities, 4 machines, a few at a time.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { SiteDraftInput } from '@cac/shared/api.ts';
import { random as randomOf, type Random } from './random.ts';
import { demoRegistry } from './registry.ts';
import { startMachine, type Identity, type SimulatedMachine } from './simulator/machine.ts';
import { signIn } from './simulator/platform.ts';
import { drawCharacter, sessionsOf } from './simulator/routine.ts';

interface FleetFile {
  seed: number;
  machines: { siteId: string; identity: Identity }[];
}

const CENTRE_SHARE = 0.7;
const MOST_PER_SITE = 3;
/** Machines that still backfill at the same time. */
const BACKFILLING = 40;

const option = (name: string, fallback: string): string => process.argv[process.argv.indexOf(`--${name}`) + 1 || Infinity] ?? fallback;
const [server, dir] = [option('server', 'http://127.0.0.1:8080'), option('dir', '.')];
const [machines, seed, days] = [Number(option('machines', '300')), Number(option('seed', '1')), Number(option('days', '30'))];
const file = join(dir, 'demo-fleet.json');

const shuffled = <T>(random: Random, list: readonly T[]): T[] => {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = random.int(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
};

/** Sites with PCs, one entry for each PC: above all centres, all of them declared connected. */
function placesOfMachines(random: Random, sites: readonly SiteDraftInput[]): SiteDraftInput[] {
  const declared = (kind: string): SiteDraftInput[] => shuffled(random, sites.filter((site) => site.kind === kind && site.declaredConnectedAt));
  const several = (list: SiteDraftInput[]): SiteDraftInput[] => list.flatMap((site) => Array.from({ length: 1 + random.int(MOST_PER_SITE) }, () => site));
  const centres = several(declared('centre')).slice(0, Math.round(machines * CENTRE_SHARE));
  return [...centres, ...several(declared('school'))].slice(0, machines);
}

async function fleetOf(sites: readonly SiteDraftInput[]): Promise<{ fleet: FleetFile['machines']; returning: boolean }> {
  const platform = await signIn(server, 'admin', process.env['CAC_DEMO_PASSWORD'] ?? '');
  await platform.addSites(sites);
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FleetFile) : null;
  if (known?.seed === seed && known.machines.length === machines) return { fleet: known.machines, returning: true };
  const places = placesOfMachines(randomOf(seed), sites);
  const siteIds = [...new Set(places.map((site) => site.id))];
  const codes = new Map((await platform.issueVouchers(siteIds, MOST_PER_SITE)).map((code, i) => [siteIds[i], code]));
  const fleet: FleetFile['machines'] = [];
  for (const [i, site] of places.entries()) fleet.push({ siteId: site.id, identity: await platform.enrol(codes.get(site.id)!, `PC-${i + 1}`) });
  writeFileSync(file, JSON.stringify({ seed, machines: fleet } satisfies FleetFile), { mode: 0o600 });
  return { fleet, returning: false };
}

const running: SimulatedMachine[] = [];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    for (const machine of running) machine.stop();
    setTimeout(() => process.exit(0), 300);
  });
}

const { fleet, returning } = await fleetOf(demoRegistry(seed).sites);
console.log(`  Fleet      ${fleet.length} simulated PCs are arriving, each with ${days} days of journal (about a minute for 300)`);
for (const [i, { siteId, identity }] of fleet.entries()) {
  const random = randomOf(seed * 100_003 + i);
  const sessions = sessionsOf(random, drawCharacter(random), siteId.startsWith('DEMO-ECO'), days, Date.now());
  // What it lived through before was told at its first start: only what goes on now is new.
  const told = returning ? sessions.filter((session) => session.endAt === null) : sessions;
  if (told.length > 0) running.push(startMachine(identity, told, random));
  while (running.filter((machine) => !machine.caughtUp()).length >= BACKFILLING) await after(50);
}
console.log('  Fleet      all have arrived; demonstration data throughout');
