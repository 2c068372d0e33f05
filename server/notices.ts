/** Wires how people are told: the sealer, the channels, the postman and what happens by the clock around them. */
import { openChannels } from './channels/table.ts';
import { createSafeRequester } from './channels/safe-request.ts';
import type { AlertPulse } from './alert-pulse.ts';
import type { Config } from './config.ts';
import { DEADMAN_EVERY_MS, pingDeadman } from './deadman.ts';
import type { Log } from './log.ts';
import { createSealer } from './sealer.ts';
import { outboxState } from './store/outbox.ts';
import type { Store } from './store/store.ts';
import type { Ticks } from './ticks.ts';
import { sendDailyLists } from './usecases/daily-lists.ts';
import { escalateUnacknowledged } from './usecases/escalate.ts';
import type { ChannelTools } from './usecases/keep-channels.ts';
import { createPostman, type PostmanStats } from './usecases/post-notices.ts';

const DELIVER_EVERY_MS = 1_000;
const ESCALATE_EVERY_MS = 15_000;
const STOP_MS = 4_000;
const DAILY_EVERY_MS = 30_000;

export interface NoticesOptions {
  store: Store;
  config: Config;
  now: () => number;
  log: Log;
  pulse: AlertPulse;
  ticks: Ticks;
  publicUrl: () => string;
  /** Of this server: no webhook reaches them. */
  ownPorts: () => readonly number[];
  onChanged: () => void;
}

export interface Notices {
  tools: ChannelTools;
  /** After a commit that may have put something into the outbox. */
  poke(): void;
  stats(): PostmanStats;
  outbox(): Promise<{ waiting: number; oldestDueMs: number }>;
  /** Waits for answers that are under way. */
  stop(): Promise<void>;
}

export function startNotices({ store, config, now, log, pulse, ticks, publicUrl, ownPorts, onChanged }: NoticesOptions): Notices {
  const request = createSafeRequester({ allowed: config.allowedTargets, ownPorts });
  const channels = openChannels(request, now);
  const sealer = createSealer(config.dataDir, config.secretKey);
  const postman = createPostman({ store, channels: channels.table, sealer, now, publicUrl, random: Math.random, onFailure: (err) => log.error({ err }, 'a message could not be handled') });
  let failing = false;
  ticks.every(DELIVER_EVERY_MS, 'delivery', async () => {
    failing = true;
    await postman.take();
    failing = false;
    pulse.beat('deliver', now());
  });
  ticks.every(ESCALATE_EVERY_MS, 'escalation', async () => {
    if ((await escalateUnacknowledged(store, now())) === 0) return;
    postman.poke();
    onChanged();
  });
  ticks.every(DAILY_EVERY_MS, 'daily lists', async () => {
    if ((await sendDailyLists(store, now())) > 0) postman.poke();
  });
  const { deadmanUrl } = config;
  if (deadmanUrl !== null) ticks.every(DEADMAN_EVERY_MS, 'the ping of the outside monitor', () => pingDeadman({ url: deadmanUrl, request, trouble: () => pulse.stale(now()) ?? (failing ? 'deliver' : null) }));
  return {
    tools: { channels: channels.table, sealer },
    poke: postman.poke,
    stats: postman.stats,
    async outbox() {
      const at = now();
      const { waiting, oldestDueAt } = await outboxState(store.db, at);
      return { waiting, oldestDueMs: oldestDueAt === null ? 0 : Math.max(0, at - oldestDueAt) };
    },
    async stop() {
      // What has no answer by then is sent again after the next start, under the same id.
      await Promise.race([postman.stop(), new Promise((done) => setTimeout(done, STOP_MS).unref())]);
      channels.close();
    },
  };
}
