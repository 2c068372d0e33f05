/** What Prometheus reads: counters of ingest, the broker, the log and the process. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { EmbeddedBroker } from './broker/embedded.ts';
import type { Live } from './http/live.ts';
import type { AlertPulse } from './alert-pulse.ts';
import type { Notices } from './notices.ts';
import type { QueueStats } from './usecases/report-queue.ts';

export interface MetricSources {
  queue(): QueueStats;
  broker: EmbeddedBroker;
  live: Live;
  notices: Notices;
  pulse: AlertPulse;
  now(): number;
  /** Null without one. */
  certificateExpiresAt(): number | null;
}

export function createMetrics(sources: MetricSources): { text(): Promise<string>; stop(): void } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    registry.registerMetric(new Gauge({ name, help, registers: [], collect() { this.set(read()); } }));
  };
  gauge('cac_reports_total', 'Reports committed since start', () => sources.queue().reports);
  gauge('cac_records_total', 'Journal records accounted since start', () => sources.queue().records);
  gauge('cac_records_rejected_total', 'Records and batches put to dead letters since start', () => sources.queue().rejected);
  gauge('cac_groups_total', 'Group commits since start', () => sources.queue().groups);
  gauge('cac_groups_failed_total', 'Group commits that failed since start', () => sources.queue().failedGroups);
  gauge('cac_reports_waiting', 'Reports waiting for their commit', () => sources.queue().waiting);
  gauge('cac_reports_slowed_total', 'Reports not taken because their machine sends too many, since start', () => sources.queue().slowed);
  gauge('cac_broker_connections', 'Connected MQTT clients', () => sources.broker.connections());
  gauge('cac_broker_waiting', 'Connections whose identity waits to be proved', () => sources.broker.waiting());
  if (sources.certificateExpiresAt() !== null) gauge('cac_certificate_expires_seconds', 'Until the certificate ends', () => (sources.certificateExpiresAt()! - sources.now()) / 1000);
  gauge('cac_live_streams', 'Open live streams', () => sources.live.streams());
  gauge('cac_log_cursor', 'Number of the newest transition read', () => sources.live.cursor());
  gauge('cac_notices_sent_total', 'Messages taken by their provider since start', () => sources.notices.stats().sent);
  gauge('cac_notices_failed_total', 'Messages given up since start', () => sources.notices.stats().failed);
  gauge('cac_notices_retried_total', 'Tries that failed and are made again, since start', () => sources.notices.stats().retried);
  const fromOutbox = (name: string, help: string, pick: (state: { waiting: number; oldestDueMs: number }) => number): void => {
    registry.registerMetric(new Gauge({ name, help, registers: [], async collect() { this.set(pick(await sources.notices.outbox())); } }));
  };
  fromOutbox('cac_outbox_waiting', 'Messages not yet taken by their provider', ({ waiting }) => waiting);
  fromOutbox('cac_outbox_oldest_due_seconds', 'Age of the oldest message that is due', ({ oldestDueMs }) => oldestDueMs / 1000);
  registry.registerMetric(
    new Gauge({
      name: 'cac_alert_loop_age_seconds',
      help: 'Since each loop that alerts depend on last did its round',
      labelNames: ['loop'],
      registers: [],
      collect() {
        for (const [loop, ms] of Object.entries(sources.pulse.ages(sources.now()))) this.set({ loop }, ms / 1000);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'cac_broker_refused_total',
      help: 'Connections and acts refused by the broker, by reason',
      labelNames: ['reason'],
      registers: [],
      collect() {
        for (const [reason, count] of Object.entries(sources.broker.refusals())) this.set({ reason }, count);
      },
    }),
  );
  return { text: () => registry.metrics(), stop: () => registry.clear() };
}
