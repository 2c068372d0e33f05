/** One request to the server: JSON there and back, over the same road that MQTT takes. */
import { ask } from './ask.ts';
import { reasonOf } from './mqtt.ts';
import type { Road } from './road.ts';

/** What went wrong, in the server's words or ours. */
export interface EnrolFault {
  code: string;
  message: string;
  todo: string | null;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; fault: EnrolFault };

const ANSWER_MS = 20_000;

/** POSTs JSON; an ApiError, a page that is no JSON (a captive portal's, say) and a dead line all come back as a fault. */
export async function post<T>(road: Road, path: string, body: unknown): Promise<Answer<T>> {
  const url = new URL(path, road.server.endsWith('/') ? road.server : `${road.server}/`);
  const fault = (code: string, message: string, todo: string | null = null): Answer<T> => ({ ok: false, fault: { code, message, todo } });
  let said: { status: number; text: string };
  try {
    said = await ask(road, url, ANSWER_MS, JSON.stringify(body));
  } catch (error) {
    const reason = reasonOf(error as Error & { code?: string });
    return fault(reason.startsWith('tls_error') ? 'tls_error' : 'server_unreachable', `${url.origin}: ${reason}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(said.text);
  } catch {
    return fault('not_the_platform', `${url.origin} answered ${said.status} without JSON`);
  }
  if (said.status >= 200 && said.status < 300) return { ok: true, value: value as T };
  const error = (value as { error?: { code?: string; message?: string; todo?: string } } | null)?.error;
  return fault(error?.code ?? `http_${said.status}`, error?.message ?? `HTTP ${said.status}`, error?.todo ?? null);
}
