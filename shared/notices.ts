/** How people are told: channels, routes, and what a test of a channel answered. Durations ms, instants ms UTC. */
import * as v from 'valibot';
import { Programme, Role } from './api.ts';
import { RegionCode } from './ids.ts';
import { IncidentKind, Severity } from './incidents.ts';
import { Language, MailAddress } from './people.ts';
import { PlainText } from './site-fields.ts';

export const CHANNEL_KINDS = ['email', 'webhook', 'sms'] as const;
export const ChannelKind = v.picklist(CHANNEL_KINDS, 'channel_kind');
export type ChannelKind = v.InferOutput<typeof ChannelKind>;

const Label = v.pipe(PlainText, v.trim(), v.minLength(1, 'required'), v.maxLength(80, 'too_long'));
const Secret = v.optional(v.nullable(v.pipe(v.string(), v.minLength(1, 'required'), v.maxLength(1024, 'too_long'))));

/** A secret that is left out stays as it is; null takes it away. It is never said again. */
export const ChannelDraft = v.variant('kind', [
  v.strictObject({
    kind: v.literal('email'), name: Label, enabled: v.boolean(),
    host: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'host')), port: v.pipe(v.number(), v.integer(), v.minValue(1, 'port'), v.maxValue(65_535, 'port')),
    /** `tls`: from the first byte; `starttls`: required after greeting; `plain`: none, for a relay on this machine or network. */
    security: v.picklist(['tls', 'starttls', 'plain'], 'security'), from: MailAddress, user: v.nullable(v.pipe(v.string(), v.maxLength(254, 'too_long'))), password: Secret,
  }),
  v.strictObject({ kind: v.literal('webhook'), name: Label, enabled: v.boolean(), url: v.pipe(v.string(), v.maxLength(2000, 'too_long'), v.url('url')), secret: Secret }),
  v.strictObject({
    kind: v.literal('sms'), name: Label, enabled: v.boolean(), url: v.pipe(v.string(), v.maxLength(2000, 'too_long'), v.regex(/^https?:\/\//, 'url')), method: v.picklist(['GET', 'POST'], 'method'),
    /** `{to}`, `{text}` and `{key}` are put in, escaped as the content type needs it (form, JSON, or in the address). */
    contentType: v.picklist(['application/x-www-form-urlencoded', 'application/json'], 'content_type'), body: v.pipe(v.string(), v.maxLength(4000, 'too_long')),
    headers: v.pipe(v.array(v.strictObject({ name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,60}$/, 'header')), value: v.pipe(PlainText, v.maxLength(500, 'too_long')) })), v.maxLength(10, 'too_many')),
    /** Put in for `{token}`, in address, body and headers. */
    token: Secret,
  }),
]);
export type ChannelDraft = v.InferOutput<typeof ChannelDraft>;
export const Channel = v.object({ id: v.number(), kind: ChannelKind, name: v.string(), enabled: v.boolean(), settings: v.record(v.string(), v.any()), hasSecret: v.boolean(), author: v.string(), writtenAt: v.number(), waiting: v.number(), lastAnswer: v.nullable(v.string()) });
export type Channel = v.InferOutput<typeof Channel>;

/** What the provider really answered to a test, and how long it took. */
export const ChannelTest = v.object({ ok: v.boolean(), answer: v.string(), ms: v.number() });

/** To whom a test goes: an address or a number; a webhook needs none. */
export const ChannelTestDraft = v.strictObject({ to: v.optional(v.pipe(v.string(), v.maxLength(254, 'too_long'))), language: v.optional(Language, 'fr') });

/** A message that was given up: the provider refused it, or did not take it for a day. */
export const FailedNotice = v.object({ id: v.number(), event: v.string(), incident: v.nullable(v.number()), channel: v.string(), to: v.string(), address: v.nullable(v.string()), createdAt: v.number(), closedAt: v.nullable(v.number()), attempts: v.number(), answer: v.nullable(v.string()) });
export type FailedNotice = v.InferOutput<typeof FailedNotice>;

/** Weekdays 1 (Monday) to 7, minutes after midnight, Moroccan wall time; `from` after `to` goes past midnight. */
const RouteHours = v.nullable(v.strictObject({ weekdays: v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(7))), from: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439)), to: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439)) }));
/** Empty lists mean all. People are told of what lies in their own regions only, whatever a route says. */
export const AlertRouteDraft = v.strictObject({
  name: Label,
  regions: v.array(RegionCode),
  programmes: v.array(Programme),
  kinds: v.array(IncidentKind),
  minSeverity: Severity,
  hours: RouteHours,
  target: v.variant('kind', [v.strictObject({ kind: v.literal('role'), role: Role }), v.strictObject({ kind: v.literal('account'), id: v.number() }), v.strictObject({ kind: v.literal('channel'), id: v.number() })]),
  by: ChannelKind,
  /** 0: at once; else when nobody has acknowledged so long after it opened. */
  afterMs: v.pipe(v.number(), v.integer(), v.minValue(0, 'after'), v.maxValue(7 * 86_400_000, 'after')),
  enabled: v.boolean(),
});
export type AlertRouteDraft = v.InferOutput<typeof AlertRouteDraft>;
export const AlertRoute = v.object({ id: v.number(), ...AlertRouteDraft.entries, author: v.string(), writtenAt: v.number() });
export type AlertRoute = v.InferOutput<typeof AlertRoute>;

/** Who would be told for a site, before it matters; `why` when a step reaches nobody (no address, no channel, nobody in the region). */
export const WhoIsTold = v.object({ steps: v.array(v.object({ route: v.string(), afterMs: v.number(), by: ChannelKind, to: v.array(v.object({ name: v.string(), language: v.string(), note: v.nullable(v.string()) })), why: v.nullable(v.string()) })) });
export type WhoIsTold = v.InferOutput<typeof WhoIsTold>;
