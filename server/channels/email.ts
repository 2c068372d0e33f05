/**
 * E-mail through the administrator's own relay. Connections are kept and used again; connecting takes ten seconds at most, a message a minute. An
 * answer of 5xx is final; one that never came after DATA means that the relay may have taken the message.
 */
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createTransport } from 'nodemailer';
import { answerLine, type ChannelDoor, type SendResult } from '../core/notices/channel.ts';
import { isNear } from './targets.ts';

interface EmailSettings {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'plain';
  from: string;
  user: string | null;
}

const CONNECT_MS = 10_000;
const WHOLE_MS = 60_000;
const IDLE_POOLS = 8;

interface Limits {
  connectMs: number;
  wholeMs: number;
}

export interface EmailDoor extends ChannelDoor {
  close(): void;
}

type Transport = ReturnType<typeof poolTo>;

export function emailChannel({ connectMs, wholeMs }: Limits = { connectMs: CONNECT_MS, wholeMs: WHOLE_MS }): EmailDoor {
  const pools = new Map<string, Transport>();
  const poolOf = (id: number, settings: EmailSettings, secret: string | null): Transport => {
    // Other settings, another pool: the old one ends when it is idle.
    const name = `${id} ${createHash('sha256').update(JSON.stringify([settings, secret])).digest('hex')}`;
    const known = pools.get(name);
    if (known !== undefined) return known;
    for (const [other, pool] of pools) {
      if (!other.startsWith(`${id} `) && pools.size < IDLE_POOLS) continue;
      pool.close();
      pools.delete(other);
    }
    const made = poolTo(settings, secret, connectMs, wholeMs);
    pools.set(name, made);
    return made;
  };
  return {
    check(given) {
      const { user, security, host } = given as unknown as EmailSettings;
      if (security === 'plain' && user !== null && !/^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host)) return [{ field: 'security', code: 'security', message: 'A password does not cross a network in the clear: choose TLS or STARTTLS.' }];
      return [];
    },
    async send({ id, settings: given, secret }, message) {
      const settings = given as unknown as EmailSettings;
      if (settings.security === 'plain') {
        const refused = await farInClear(settings.host);
        if (refused !== null) return refused;
      }
      const host = settings.from.split('@')[1] ?? 'constat.invalid';
      const pool = poolOf(id, settings, secret);
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<never>((_, fail) => {
        timer = setTimeout(() => fail(new Error(`no answer within ${Math.round(wholeMs / 1000)} s`)), wholeMs);
      });
      try {
        const sent = await Promise.race([
          pool.sendMail({
            from: { name: 'Constat', address: settings.from },
            // An envelope of our own: no text of a message is ever read as an address.
            envelope: { from: settings.from, to: [message.to] },
            to: { name: '', address: message.to },
            subject: message.subject,
            text: message.text,
            html: message.html,
            messageId: `<${message.id}@${host}>`,
            date: new Date(message.at),
            headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'Content-Language': message.language },
            disableFileAccess: true,
            disableUrlAccess: true,
          }),
          tooLong,
        ]);
        return { ok: true, permanent: false, maybeDelivered: true, answer: answerLine(sent.response) };
      } catch (cause) {
        return failureOf(cause as SmtpFailure);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      for (const pool of pools.values()) pool.close();
      pools.clear();
    },
  };
}

const poolTo = ({ host, port, security, user }: EmailSettings, secret: string | null, connectMs: number, wholeMs: number) =>
  createTransport({
    pool: true,
    maxConnections: 3,
    maxMessages: 100,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'plain',
    ...(user !== null && { auth: { user, pass: secret ?? '' } }),
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: wholeMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });

/** In the clear only to this machine or its private network. */
async function farInClear(host: string): Promise<SendResult | null> {
  const fail = (permanent: boolean, answer: string): SendResult => ({ ok: false, permanent, maybeDelivered: false, answer });
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.every(({ address }) => isNear(address)) ? null : fail(true, `${host} is not on a private network: choose TLS or STARTTLS`);
  } catch (cause) {
    return fail(false, answerLine((cause as Error).message));
  }
}

interface SmtpFailure extends Error {
  code?: string;
  responseCode?: number;
  response?: string;
}

function failureOf(failure: SmtpFailure): SendResult {
  const { responseCode: code, response, message } = failure;
  const answer = answerLine(response ?? message);
  // A wrong password is mended by an administrator, not by giving up: the messages wait.
  if (code !== undefined) return { ok: false, permanent: code >= 500 && code < 600 && failure.code !== 'EAUTH', maybeDelivered: false, answer };
  // Without an answer nobody knows what the relay did with it, but where no word of it can have been said.
  const unsaid = /^(EDNS|ETLS|EAUTH|ENOAUTH|ECONFIG|EPROXY)$/.test(failure.code ?? '') || /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|getaddrinfo|Greeting never received|Connection timeout/.test(message);
  return { ok: false, permanent: false, maybeDelivered: !unsaid, answer };
}
