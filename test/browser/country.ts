/** The demonstration registry with PCs over real MQTT: each says in one batch what it is, then stays, switches off, or falls silent. */
import { randomBytes } from 'node:crypto';
import type { SiteDraftInput } from '@cac/shared/api.ts';
import { CHAIN_START } from '@cac/shared/chain.ts';
import type { WireRecord } from '@cac/shared/records.ts';
import type { LinkWord } from '@cac/shared/states.ts';
import { machineTopic } from '@cac/shared/topics.ts';
import { hashOf } from '@cac/server/core/hash.ts';
import { demoCommuneDrafts } from '@cac/seeds/demo-communes.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import type { MqttClient } from 'mqtt';
import { enrolRequest, type TestMachine } from '../fixtures.ts';
import { connectMachine, INST, sendUp } from '../mqtt-machine.ts';
import { json, type TestServer } from '../running-server.ts';

type Presence = 'on' | 'no_internet' | 'off' | 'silent';

export interface Country {
  sites: readonly SiteDraftInput[];
  /** A centre with three PCs, two of them on. */
  shown: string;
  /** Plugs pulled. */
  leave(): void;
}

/** What the API takes in one request, and machines that arrive at the same time. */
const BATCH = 1_000;
const ARRIVING = 16;
/** The README's pictures show a country further on. */
const SITES_WITH_PC = process.env['UPDATE_SCREENSHOTS'] === '1' ? 2_400 : 450;
const UP_MS = 4.2 * 3_600_000;
/** Of twenty PCs, in turn. */
const TURNS: readonly Presence[] = ['on', 'on', 'off', 'on', 'no_internet', 'on', 'on', 'off', 'on', 'on', 'silent', 'on', 'off', 'on', 'on', 'no_internet', 'on', 'on', 'off', 'on'];

const probesOf = (i: number, link: LinkWord): Record<string, number | string> => ({
  gw: 1.4 + (i % 9) / 5,
  dns: 18 + (i % 23),
  net1: link === 'ok' ? 62 + (i % 71) : 'timeout',
  net2: link === 'ok' ? 88 + (i % 57) : 'timeout',
  srv: 41 + (i % 38),
});

/** All that this PC has to say, as one batch. */
function batchOf(i: number, presence: Presence): Record<string, unknown> {
  const w = Date.now();
  const m = Math.round(UP_MS + (i % 97) * 60_000);
  const link: LinkWord = presence === 'no_internet' ? 'internet' : 'ok';
  const bodies: [kind: string, body: Record<string, unknown>][] = [
    ['boot', { boot: `boot-${i}`, up: m }],
    ['agent_start', { ver: '0.1.0', up: m }],
    ['net', { link, if: i % 4 === 0 ? 'wifi' : 'wired' }],
    ['sample', probesOf(i, link)],
    ...(presence === 'off' ? [['stop', { why: 'shutdown' }] as [string, Record<string, unknown>]] : []),
  ];
  const r = bodies.map(([kind, body], k): WireRecord => [k + 1, kind, m, w, body]);
  const now = presence === 'off' ? {} : { now: { link, up: m, if: i % 4 === 0 ? 'wifi' : 'wired', p: probesOf(i, link) } };
  return { v: 1, ep: 'countrycountry00', inst: INST, conn: 1, boot: `boot-${i}`, w, m, lo: 1, hi: r.length, chain: CHAIN_START, r, ver: { agent: '0.1.0', os: 'Windows 10', arch: 'x64', node: '20.19.0' }, ...now };
}

async function inTurns<T>(items: readonly T[], act: (item: T, i: number) => Promise<void>): Promise<void> {
  const waiting = items.entries();
  await Promise.all(
    Array.from({ length: ARRIVING }, async () => {
      for (const [i, item] of waiting) await act(item, i);
    }),
  );
}

export async function populate(server: TestServer): Promise<Country> {
  const { communes, sites } = demoRegistry(1);
  const drafts = demoCommuneDrafts(communes, 1);
  for (let from = 0; from < drafts.length; from += BATCH) await json(server, '/api/v1/communes/batch', { items: drafts.slice(from, from + BATCH) });
  for (let from = 0; from < sites.length; from += BATCH) await json(server, '/api/v1/sites/batch', { items: sites.slice(from, from + BATCH) });
  const declared = sites.filter((site) => site.declaredConnectedAt);
  const step = Math.floor(declared.length / SITES_WITH_PC);
  const chosen = declared.filter((_, i) => i % step === 0);
  const shown = chosen[0]!.id;
  const places = [shown, shown, ...chosen.map((site) => site.id)];
  const items = [...new Set(places)].map((siteId) => ({ siteId, uses: 5 }));
  const codes = new Map<string, string>();
  for (let from = 0; from < items.length; from += BATCH) {
    const issued = await json<{ items: { code: string; siteId: string }[] }>(server, '/api/v1/vouchers/batch', { items: items.slice(from, from + BATCH) });
    for (const { siteId, code } of issued.items) codes.set(siteId, code);
  }
  const clients: MqttClient[] = [];
  await inTurns(places, async (site, i) => {
    const presence = TURNS[i % TURNS.length]!;
    const secret = randomBytes(32).toString('base64url');
    const { machine: id } = await json<{ machine: TestMachine['id'] }>(server, '/api/v1/enrol', enrolRequest(codes.get(site)!, { secretHash: hashOf(secret), name: `PC-${(i % 6) + 1}` }));
    const machine: TestMachine = { id, secret, site };
    const client = await connectMachine(server.mqttPort, machine, { will: { topic: machineTopic(id, 'will'), payload: Buffer.from(JSON.stringify({ inst: INST, conn: 1, ep: 'countrycountry00' })), qos: 1, retain: false } });
    await sendUp(client, machine, batchOf(i, presence));
    if (presence === 'off') await client.endAsync();
    else if (presence === 'silent') client.end(true);
    else clients.push(client);
  });
  return {
    sites,
    shown,
    leave() {
      for (const client of clients) client.end(true);
    },
  };
}
