/** Receivers that are real: an SMTP relay and an HTTP endpoint in this process, and the store's rows that messages come from. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { createSafeRequester } from '@cac/server/channels/safe-request.ts';
import { openChannels } from '@cac/server/channels/table.ts';
import { allowedTargets } from '@cac/server/channels/targets.ts';
import type { NoticeFacts } from '@cac/server/core/notices/facts.ts';
import { createSealer } from '@cac/server/sealer.ts';
import { insertChannel } from '@cac/server/store/channels.ts';
import type { Handle, Store } from '@cac/server/store/store.ts';
import { createPostman, type Postman } from '@cac/server/usecases/post-notices.ts';
import { T0 } from '../fixtures.ts';
import { temporaryDir } from '../databases.ts';

export interface ReceivedMail {
  to: string[];
  raw: string;
  mail: Email;
  messageId: string;
}

export interface Relay {
  port: number;
  received: ReceivedMail[];
  /** What DATA is answered; null: taken. `drop`: the connection goes after DATA, as if the relay had died. */
  answer: { code: number; text: string } | 'drop' | null;
  /** Refuses to greet. */
  greeting: { code: number; text: string } | null;
  stop(): Promise<void>;
}

/** `port`: 0 for any free one. */
export async function startRelay(port = 0): Promise<Relay> {
  const relay: Relay = { port: 0, received: [], answer: null, greeting: null, stop: async () => {} };
  const fail = ({ code, text }: { code: number; text: string }): Error => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onConnect: (_session, done) => done(relay.greeting === null ? null : fail(relay.greeting)),
    onData(stream, session, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const raw = Buffer.concat(pieces).toString('utf8');
        const { answer } = relay;
        if (answer !== null && answer !== 'drop') return done(fail(answer));
        void PostalMime.parse(raw).then((mail) => {
          relay.received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw, mail, messageId: mail.messageId ?? '' });
          if (answer === 'drop') for (const connection of (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> }).connections) connection._socket.destroy();
          else done(null, 'taken');
        });
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', () => ready()));
  relay.port = (server.server.address() as AddressInfo).port;
  relay.stop = () => new Promise((done) => server.close(() => done()));
  return relay;
}

export interface Endpoint {
  port: number;
  url: string;
  calls: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
  handle: (request: IncomingMessage, answer: ServerResponse, body: string) => void;
  stop(): Promise<void>;
}

export async function startEndpoint(host = '127.0.0.1'): Promise<Endpoint> {
  const server = createServer((request, answer) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece));
    request.on('end', () => {
      endpoint.calls.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      endpoint.handle(request, answer, body);
    });
  });
  await new Promise<void>((ready) => server.listen(0, host, () => ready()));
  const { port } = server.address() as AddressInfo;
  const endpoint: Endpoint = {
    port,
    url: `http://127.0.0.1:${port}`,
    calls: [],
    handle: (_request, answer) => void answer.end('ok'),
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return endpoint;
}

/** A clock that tests move. */
export interface TestClock {
  at: number;
  now: () => number;
}
export const clockAt = (at = T0): TestClock => {
  const clock = { at, now: () => clock.at };
  return clock;
};

export const LOOPBACK = allowedTargets(['127.0.0.0/8'])!;

export interface TestPostman extends Postman {
  failures: unknown[];
}

export function testPostman(store: Store, clock: TestClock, over: { random?: () => number; dataDir?: string } = {}): TestPostman {
  const failures: unknown[] = [];
  const channels = openChannels(createSafeRequester({ allowed: LOOPBACK, ownPorts: () => [] }), clock.now);
  const postman = createPostman({ store, channels: channels.table, sealer: createSealer(over.dataDir ?? temporaryDir('sealer'), Buffer.alloc(32, 7)), now: clock.now, publicUrl: () => 'https://constat.example', random: over.random ?? (() => 0.5), onFailure: (cause) => failures.push(cause) });
  return {
    ...postman,
    failures,
    async stop() {
      await postman.stop();
      channels.close();
    },
  };
}

export const addRelay = (db: Handle, port: number): Promise<number> =>
  insertChannel(db, { kind: 'email', name: 'relais', settings: { host: '127.0.0.1', port, security: 'plain', from: 'constat@example.ma', user: null }, secrets: null, enabled: true, author: 'admin', now: T0 });

export const addWebhook = (db: Handle, url: string): Promise<number> => insertChannel(db, { kind: 'webhook', name: 'astreinte', settings: { url }, secrets: null, enabled: true, author: 'admin', now: T0 });

/** An account that can be told. */
export async function addPerson(db: Handle, name: string, over: Partial<{ role: string; scope: object; email: string | null; phone: string | null; language: string; quiet_from: number; quiet_to: number }> = {}): Promise<number> {
  const { id } = await db
    .insertInto('accounts')
    .values({ name, password_hash: '!', must_change: 0, disabled: 0, created_at: T0, role: over.role ?? 'operator', scope: JSON.stringify(over.scope ?? { kind: 'regions', regions: ['MA-04'] }), email: over.email === undefined ? `${name}@example.org` : over.email, phone: over.phone ?? null, language: over.language ?? 'fr', quiet_from: over.quiet_from ?? null, quiet_to: over.quiet_to ?? null } as never)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export const FACTS: NoticeFacts = {
  id: 41, kind: 'site_offline', severity: 'major', state: 'open', sinceAt: T0 - 900_000, openedAt: T0, resolvedAt: null, endAt: null, openMs: 0, cause: 'silence', reason: { word: 'last_fell_silent', figures: {} }, flapping: false, acknowledgedBy: null,
  ticket: null, promisedAt: null, sites: 1, expectedSites: 1, pcs: 8, demo: false, machineName: null, group: null, members: [], membersSeen: 0,
  site: { id: 'RAB-21', name: 'Maison de jeunes de Témara', nameAr: 'دار الشباب تمارة', region: { fr: 'Rabat-Salé-Kénitra', ar: 'الرباط سلا القنيطرة' }, province: { fr: 'Skhirate-Témara', ar: 'الصخيرات تمارة' }, carrier: 'Maroc Telecom', technology: 'adsl', lineNumber: '0537-123456', dutyPhone: '0537 74 00 00' },
};
