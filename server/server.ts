/**
 * Wires everything, in the order in which a heartbeat travels, and closes it in reverse. Reading this file from top to
 * bottom is reading the server.
 */
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { MachineId } from '@cac/shared/ids.ts';
import { startEmbeddedBroker } from './broker/embedded.ts';
import { createWebSocketDoor, refuseUpgrade } from './broker/websocket-door.ts';
import { createClock } from './clock.ts';
import { createAlertPulse } from './alert-pulse.ts';
import { createClosers } from './closers.ts';
import { createGreeter } from './greeter.ts';
import type { Config } from './config.ts';
import { USUAL_LIVENESS_MS } from './core/blindness.ts';
import { portProblem } from './core/port-problem.ts';
import { healthOf } from './health.ts';
import { createApp } from './http/app.ts';
import { createFleet } from './http/fleet.ts';
import { listenHttp } from './http/listen.ts';
import { createLive } from './http/live.ts';
import { peerAddress } from './http/peer-address.ts';
import { createPackages } from './http/packages.ts';
import type { Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startNotices } from './notices.ts';
import { credentialsOf, noteRestarts } from './store/machines.ts';
import { deleteExpiredSessions } from './store/sessions.ts';
import { openStore } from './store/store.ts';
import { createTicks } from './ticks.ts';
import { createTlsSource } from './tls-source.ts';
import { createEnrolDoor } from './usecases/enrol.ts';
import { expire } from './usecases/expire.ts';
import { fillSearch } from './usecases/fill-search.ts';
import { ensureLocalSite } from './usecases/local-site.ts';
import { loadReference } from './usecases/load-reference.ts';
import { createSignBook, flushSigns, receiveWill } from './usecases/note-signs.ts';
import { packFinishedDays } from './usecases/pack.ts';
import { createEar } from './usecases/mind-deafness.ts';
import { createReportQueue } from './usecases/report-queue.ts';
import { createSignInDoor, ensureAdministrator } from './usecases/sign-in.ts';
import { ALIVE_EVERY_MS, markAlive, noteWallStep, wake } from './usecases/stay-awake.ts';
import { groundReader } from './usecases/read-ground.ts';
import { recount } from './usecases/recount.ts';
import { forgetClones } from './usecases/suspect-clone.ts';
import { sweep } from './usecases/sweep.ts';
import { createPingDoor } from './usecases/take-ping.ts';
import { noteAbsence, noteDeafness } from './usecases/watch-platform.ts';
import { watchSites } from './usecases/watch-sites.ts';
import { VERSION } from './version.ts';

const SWEEP_EVERY_MS = 1_000;
const WATCH_EVERY_MS = 1_000;
const GREET_EVERY_MS = 1_000;
const RECOUNT_EVERY_MS = 2_000;
/** The embedded broker sees pings: a sign of life is written at most this often. */
const SIGNS_EVERY_MS = 30_000;
const EXPIRED_EVERY_MS = 3_600_000;
const PACK_EVERY_MS = 60_000;
const CERTIFICATE_EVERY_MS = 60_000;

export interface RunningServer {
  httpPort: number;
  mqttPort: number;
  /** Of MQTT over TLS; null without a certificate. */
  mqttsPort: number | null;
  url: string;
  /** The administrator's first password, if one was made at this start. */
  firstPassword: string | null;
  /** A voucher for site LOCAL-1, if it was asked for. */
  localVoucher: string | null;
  /** Reads certificate and key again; null where there is none. */
  rereadCertificate: (() => void) | null;
  close(): Promise<void>;
}

/** `rootDir`: where seeds/ and the built web stand. Throws a Problem that says what to do. */
export async function startServer(config: Config, log: Log, rootDir: string): Promise<RunningServer> {
  const clock = createClock();
  const { now } = clock;
  const sid = randomBytes(8).toString('hex');
  const closers = createClosers();
  try {
    // ---- the database, and what was missed while nobody listened
    const store = await openStore({ dataDir: config.dataDir, databaseUrl: config.databaseUrl });
    closers.push(() => store.close());
    for (const warning of [...config.warnings, ...store.warnings]) log.warn(warning);
    const tls = config.tls && createTlsSource(config.tls, now, log);
    await loadReference(store, join(rootDir, 'seeds'), now());
    await fillSearch(store);
    const firstPassword = await ensureAdministrator(store, config.adminPassword, now());
    const localVoucher = config.localSite ? await ensureLocalSite(store, now()) : null;
    const patience = { livenessMs: USUAL_LIVENESS_MS, spreadMs: config.spreadMs };
    const woke = await wake(store, now(), patience);
    if (woke) log.info({ fromAt: woke.window.fromAt, toAt: woke.window.toAt, moved: woke.moved }, 'nobody listened in this time');
    await noteAbsence(store, woke?.window ?? null, now());

    // ---- the log's readers
    const fleet = createFleet(store, now);
    const live = createLive(store, now, fleet.changed);
    await live.start();
    closers.push(() => live.stop());

    // ---- ingest
    const greeter = await createGreeter({ store, now, log, onChanged: live.poke });
    const retentionMs = config.retentionDays * 24 * 3_600_000;
    const queue = createReportQueue({
      store,
      server: { sid, dbi: store.dbi },
      now,
      retentionMs,
      onChanged: live.poke,
      onHellos: greeter.greet,
      onFailure: (err, reports) => log.error({ err, machine: reports[0]?.machine, reports: reports.length }, 'reports not stored: no ack sent'),
    });
    const signs = createSignBook();
    const ear = createEar(store, patience, now());
    let isHeard = false;
    const writeSigns = async (): Promise<void> => {
      if (await flushSigns(store, signs, now())) live.poke();
    };

    // ---- the broker
    const broker = await startEmbeddedBroker({
      host: config.mqttHost,
      port: config.mqttPort,
      now,
      credentialsOf: (machine) => credentialsOf(store.db, machine),
      onReport(report, settle) {
        ear.hear(report.machine, report.receivedAt);
        isHeard = true;
        queue.push(report, settle);
      },
      onSign(machine) {
        const at = now();
        ear.hear(machine, at);
        signs.note(machine, at);
      },
      onRestarts(machine) {
        log.warn({ machine }, 'more than fifteen processes within an hour: killed again and again, or two PCs with one identity');
        noteRestarts(store.db, machine, now()).then(live.poke, (err: unknown) => log.error({ err, machine }, 'restarts not noted'));
      },
      onHeld: greeter.hold,
      isHeld: greeter.isHeld,
      onWill(machine, will) {
        signs.forget(machine);
        receiveWill(store, machine, will, now()).catch((err: unknown) => log.error({ err, machine }, 'will not noted'));
      },
      onRefused: (line) => log.warn(line, 'refused'),
    }).catch(inWords('CAC_MQTT_PORT', config.mqttHost, config.mqttPort));
    greeter.attach(broker);
    broker.announce({ sid, dbi: store.dbi, t: now(), spread: config.spreadMs });
    closers.push(() => broker.close());
    const mqtts = tls && (await broker.openTls(config.host, config.mqttsPort, tls.options()).catch(inWords('CAC_MQTTS_PORT', config.host, config.mqttsPort)));
    if (mqtts) tls?.onRenewed(mqtts.renew);
    // From here on a closing server ignores wills, commits what came, and leaves its mark.
    closers.push(async () => {
      broker.beginClosing();
      await queue.close();
      await writeSigns().catch(() => {});
      await markAlive(store, now()).catch(() => {});
    });

    // ---- what happens by the clock
    const ticks = createTicks(log);
    closers.push(() => ticks.stop());
    ticks.every(SIGNS_EVERY_MS, 'signs', writeSigns);
    // Undefined: since this start nobody was heard, so what was noted before it stands.
    let deafSince: number | null | undefined;
    let holds = false;
    ticks.every(SWEEP_EVERY_MS, 'sweep', async () => {
      const deaf = await ear.mind(now());
      if (deaf) log.warn({ since: deaf.since }, 'nobody is heard: is the way to this server open?');
      holds = deaf?.holds ?? false;
      if ((deaf !== null || isHeard) && (deaf?.since ?? null) !== deafSince) {
        if (await noteDeafness(store, deaf?.since ?? null, now())) live.poke();
        deafSince = deaf?.since ?? null;
      }
      if (!holds && (await sweep(store, now(), writeSigns)) > 0) live.poke();
    });
    ticks.every(GREET_EVERY_MS, 'greetings', greeter.round);
    // After the sweep: what it told is judged in the same second.
    const pulse = createAlertPulse(now());
    ticks.every(WATCH_EVERY_MS, 'watch', async () => {
      for (let more = true; more; ) {
        const round = await watchSites(store, now(), { waiting: patience, holds, onFailure: (site, err) => log.error({ err, site }, 'a site could not be judged') });
        pulse.beat('watch', now());
        if (round.changed) live.poke();
        if (round.changed) notices.poke();
        more = round.more;
      }
    });
    let publicUrl = config.publicUrl;
    let ownPorts: readonly number[] = [broker.port];
    const notices = startNotices({ store, config, now, log, pulse, ticks, publicUrl: () => publicUrl, ownPorts: () => ownPorts, onChanged: live.poke });
    closers.push(() => notices.stop());
    ticks.every(ALIVE_EVERY_MS, 'alive', async () => {
      await markAlive(store, now());
      const step = clock.wallStep();
      if (await noteWallStep(store, step, now(), patience)) log.warn({ step }, 'the wall clock was set: time around it counts as blind');
    });
    ticks.every(RECOUNT_EVERY_MS, 'recount', async () => {
      const { corrections } = await recount(store, now());
      if (corrections > 0) live.poke();
    });
    ticks.every(EXPIRED_EVERY_MS, 'expired sessions', () => deleteExpiredSessions(store.db, now()));
    ticks.every(EXPIRED_EVERY_MS, 'old suspicions', async () => {
      await forgetClones(store, now());
      await greeter.forgetOld();
    });
    ticks.every(PACK_EVERY_MS, 'packing', () => packFinishedDays(store, now()));
    ticks.every(EXPIRED_EVERY_MS, 'expired evidence', () => expire(store, now(), retentionMs));

    // ---- the pages and the API
    const metrics = createMetrics({ queue: queue.stats, broker, live, notices, pulse, now, certificateExpiresAt: () => tls?.expiresAt() ?? null });
    closers.push(() => metrics.stop());
    const app = createApp({
      store,
      now,
      log,
      enrolDoor: createEnrolDoor(store),
      signInDoor: createSignInDoor(store),
      pingDoor: createPingDoor(store),
      fleet,
      live,
      mqtt: config.publicMqtt ?? { host: null, port: mqtts?.port ?? broker.port, tls: mqtts !== null },
      settings: { rasterUrl: config.rasterUrl, rasterCredit: config.rasterCredit, demo: config.demo, publicUrl: config.publicUrl },
      secure: config.tls !== null || config.publicUrl.startsWith('https:'),
      trustProxy: config.trustProxy,
      metricsToken: config.metricsToken,
      webDir: join(rootDir, 'dist', 'web'),
      packages: createPackages(join(rootDir, 'dist'), VERSION),
      ground: groundReader(join(rootDir, 'seeds')),
      version: VERSION,
      health: () => healthOf(store, queue.stats, VERSION, () => pulse.stale(now()), () => tls?.daysLeftToWarn() ?? null),
      metrics: metrics.text,
      notices,
      onChanged: live.poke,
      agents: greeter,
      onRevoked(machine) {
        broker.disconnect(machine as MachineId);
        live.poke();
      },
    });
    const mqttDoor = createWebSocketDoor((stream, request) => broker.admit(stream, peerAddress(request.socket.remoteAddress, String(request.headers['x-forwarded-for'] ?? ''), config.trustProxy)));
    const http = await listenHttp(app, {
      host: config.host,
      port: config.httpPort,
      tls: tls && tls.options(),
      onUpgrade: (request, socket, head) => (request.url?.split('?')[0] === '/mqtt' ? mqttDoor.upgrade(request, socket, head) : refuseUpgrade(socket, 404, 'MQTT over WebSocket is at /mqtt')),
    }).catch(inWords('CAC_HTTP_PORT', config.host, config.httpPort));
    if (tls) {
      tls.onRenewed(http.renew);
      ticks.every(CERTIFICATE_EVERY_MS, 'certificate', async () => void tls.reread(false));
    }
    closers.push(() => http.close());
    // First of all on closing: no new streams or requests.
    closers.push(() => live.stop());

    publicUrl = config.publicUrl.replace(/:0$/, `:${http.port}`);
    ownPorts = [broker.port, http.port, ...(mqtts ? [mqtts.port] : [])];
    return { httpPort: http.port, mqttPort: broker.port, mqttsPort: mqtts?.port ?? null, url: publicUrl, firstPassword, localVoucher, rereadCertificate: tls && (() => void tls.reread(true)), close: closers.close };
  } catch (cause) {
    await closers.close();
    throw cause;
  }
}

const inWords =
  (setting: string, host: string, port: number) =>
  (cause: unknown): never => {
    throw portProblem(cause, setting, host, port);
  };
