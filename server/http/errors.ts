/** Every code a person can meet, and its HTTP status: written once, here. */
import type { ApiError } from '@cac/shared/api.ts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { Problem } from '../core/problem.ts';

const STATUS: Record<string, ContentfulStatusCode> = {
  bad_json: 400,
  bad_field: 400,
  unknown_field: 400,
  bad_query: 400,
  duplicate_site: 400,
  hours_empty: 400,
  hours_reversed: 400,
  hours_too_long: 400,
  hours_outside: 400,
  hours_overlap: 400,
  hours_none: 400,
  hours_of_closed: 400,
  unknown_day: 400,
  range_reversed: 400,
  silence_reversed: 400,
  channel_wrong: 400,
  route_wrong: 400,
  test_receiver: 400,
  sealed_with_another_key: 409,
  silence_too_long: 400,
  unknown_carrier: 400,
  unknown_account: 400,
  range_too_long: 400,
  period_without_end: 400,
  end_without_period: 400,
  unknown_province: 400,
  province_elsewhere: 400,
  unknown_site: 400,
  unknown_programme: 400,
  unknown_commune: 400,
  commune_elsewhere: 400,
  file_unreadable: 400,
  file_too_large: 413,
  mapping_wrong: 400,
  import_has_errors: 400,
  month_not_begun: 400,
  month_not_over: 400,
  day_ahead: 400,
  administrator_scope: 400,
  regions_missing: 400,
  link_refused: 401,
  last_administrator: 409,
  own_account: 409,
  account_disabled: 409,
  account_exists: 409,
  commune_exists: 409,
  unknown_cause: 400,
  unknown_target: 400,
  wrong_password: 400,
  same_password: 400,
  sign_in_required: 401,
  sign_in_refused: 401,
  metrics_token_required: 401,
  voucher_refused: 403,
  origin_mismatch: 403,
  password_change_required: 403,
  role_forbidden: 403,
  outside_scope: 403,
  not_found: 404,
  site_exists: 409,
  changed_since: 409,
  incident_over: 409,
  already_acknowledged: 409,
  not_acknowledged: 409,
  silence_over: 409,
  programme_exists: 409,
  digest_differs: 409,
  import_not_last: 409,
  already_withdrawn: 409,
  cause_exists: 409,
  enrol_conflict: 409,
  enrol_refused: 403,
  request_decided: 409,
  not_held: 409,
  same_site: 400,
  other_site: 400,
  command_waiting: 409,
  bad_scope: 400,
  body_too_large: 413,
  unsupported_media_type: 415,
  too_many_tries: 429,
  too_many_streams: 429,
  internal_error: 500,
  database_unavailable: 503,
  disk_full: 503,
};

export const statusOf = (code: string): ContentfulStatusCode => STATUS[code] ?? 500;

/** SQLite result codes and PostgreSQL or socket errors that mean: the database, not the request, is at fault. */
const DATABASE_TROUBLE = /^(SQLITE_|08|53|57|58|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/;

/** What is answered for an error: its own words when it is a Problem, else nothing of its inside. */
export function answerFor(error: unknown, requestId: string): { status: ContentfulStatusCode; body: ApiError; retryAfterS?: number | undefined } {
  if (error instanceof Problem) {
    const { code, message, where, todo, retryAfterS } = error.info;
    return { status: statusOf(code), retryAfterS, body: { error: { code, message, ...(where && { where }), ...(todo && { todo }), requestId } } };
  }
  const code = databaseTrouble(error);
  if (code === null) {
    const todo = 'Try again; if it happens again, tell the administrator this request number.';
    return { status: 500, body: { error: { code: 'internal_error', message: 'Something went wrong on our side.', todo, requestId } } };
  }
  const message = code === 'disk_full' ? 'The disk of the server is full.' : 'The database does not answer.';
  return { status: 503, retryAfterS: 10, body: { error: { code, message, todo: 'Try again in a moment. Nothing that PCs report is lost: they keep it until it can be stored.', requestId } } };
}

function databaseTrouble(error: unknown): 'disk_full' | 'database_unavailable' | null {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'SQLITE_FULL' || code === '53100' || code === 'ENOSPC') return 'disk_full';
  if (typeof code === 'string' && DATABASE_TROUBLE.test(code)) return 'database_unavailable';
  // A socket file that is gone: only the database is spoken to by one.
  if ((error as { syscall?: unknown } | null)?.syscall === 'connect') return 'database_unavailable';
  const text = String((error as Error | null)?.message ?? '');
  return /database connection is not open|Connection terminated|timeout exceeded when trying to connect|driver has already been destroyed/i.test(text)
    ? 'database_unavailable'
    : null;
}
