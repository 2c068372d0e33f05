/**
 * A request to an address that somebody typed: refused at connect when it resolves to this machine or a private network, no redirect followed, the
 * answer read up to 64 KiB, ten seconds in all. Never throws: what happened is the answer.
 */
import { lookup as resolveName } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { answerLine, type SendResult } from '../core/notices/channel.ts';
import { refusedTarget, type AllowedTargets } from './targets.ts';

const WHOLE_MS = 10_000;
const ANSWER_BYTES = 64 * 1024;

export interface SafeRequestRules {
  allowed: AllowedTargets;
  /** Ports of this server itself. */
  ownPorts(): readonly number[];
  /** Of tests; the rule is ten seconds. */
  wholeMs?: number;
}

export interface SafeRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

export interface SafeAnswer {
  /** 0: there was none. */
  status: number;
  body: string;
  /** The request left this machine, so that who got it may have acted on it. */
  left: boolean;
  error: string | null;
}

export type SafeRequester = (request: SafeRequest) => Promise<SafeAnswer>;

export function createSafeRequester({ allowed, ownPorts, wholeMs = WHOLE_MS }: SafeRequestRules): SafeRequester {
  return ({ url, method, headers = {}, body }) =>
    new Promise((done) => {
      let left = false;
      let settled = false;
      const target = URL.canParse(url) ? new URL(url) : null;
      const end = (status: number, text: string, error: string | null): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        done({ status, body: text, left, error });
      };
      const timer = setTimeout(() => {
        end(0, '', `no answer within ${Math.round(wholeMs / 1000)} s`);
        outgoing?.destroy();
      }, wholeMs);
      let outgoing: ReturnType<typeof plainRequest> | null = null;
      if (target === null || (target.protocol !== 'http:' && target.protocol !== 'https:') || target.username !== '' || target.password !== '') {
        return end(0, '', 'webhook_target_private: only http and https addresses without a name and password in them are called');
      }
      const host = target.hostname.replace(/^\[|\]$/g, '');
      const port = target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : Number(target.port);
      const refuse = (address: string): string | null => {
        const why = refusedTarget(target.hostname, address, port, allowed, ownPorts());
        return why === null ? null : `webhook_target_private: ${target.hostname} is ${address}, ${why === 'own_server' ? 'this server itself' : 'a private or special address'}; CAC_ALLOWED_TARGETS names exceptions`;
      };
      // An address in digits is never looked up by node:net: it is judged here.
      const literal = isIP(host) === 0 ? null : refuse(host);
      if (literal !== null) return end(0, '', literal);
      // Every address that a name has must be free, and the connection goes to one of those that were judged.
      const lookup: LookupFunction = (name, options, callback) => {
        resolveName(name, { ...options, all: true }, (error, addresses) => {
          if (error) return callback(error, '', 4);
          const refused = addresses.map(({ address }) => refuse(address)).find((why) => why !== null);
          if (refused !== undefined || addresses.length === 0) return callback(Object.assign(new Error(refused ?? 'no address'), { code: 'ETARGET' }), '', 4);
          if (options.all === true) (callback as unknown as (error: null, all: typeof addresses) => void)(null, addresses);
          else callback(null, addresses[0]!.address, addresses[0]!.family);
        });
      };
      const send = target.protocol === 'https:' ? tlsRequest : plainRequest;
      outgoing = send(target, { method, lookup, agent: false, headers: { 'user-agent': 'constat', connection: 'close', ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) }, maxHeaderSize: 16_384 }, (answer) => {
        const pieces: Buffer[] = [];
        let size = 0;
        const whole = (): void => {
          end(answer.statusCode ?? 0, Buffer.concat(pieces).subarray(0, ANSWER_BYTES).toString('utf8'), null);
          outgoing?.destroy();
        };
        answer.on('data', (piece: Buffer) => {
          pieces.push(piece);
          size += piece.length;
          if (size >= ANSWER_BYTES) whole();
        });
        answer.on('end', whole);
        answer.on('error', whole);
      });
      outgoing.on('socket', (socket) => {
        socket.once(target.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          left = true;
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => end(0, '', answerLine(`${error.code === undefined || error.code === 'ETARGET' ? '' : `${error.code}: `}${error.message}`)));
      outgoing.end(body);
    });
}

/** What an answer means for a message: 2xx is taken; redirects and most 4xx are final; the rest is tried again. */
export function resultOf({ status, body, left, error }: SafeAnswer): SendResult {
  if (status >= 200 && status < 300) return { ok: true, permanent: false, maybeDelivered: true, answer: answerLine(`${status} ${body}`) };
  if (status === 0) return { ok: false, permanent: error?.startsWith('webhook_target_private') ?? false, maybeDelivered: left, answer: answerLine(error ?? 'no answer') };
  const again = status >= 500 || status === 408 || status === 425 || status === 429;
  return { ok: false, permanent: !again, maybeDelivered: status >= 500, answer: answerLine(`${status}${status >= 300 && status < 400 ? ' redirects are not followed' : ''} ${body}`) };
}
