/** People: accounts, their sessions, links that let somebody choose a password, and who did what. Instants are ms UTC. */
import * as v from 'valibot';
import { Role, Scope } from './api.ts';
import { PlainText } from './site-fields.ts';

export const LANGUAGES = ['fr', 'ar', 'en'] as const;
export const Language = v.picklist(LANGUAGES, 'language');
export type Language = v.InferOutput<typeof Language>;

/** What a sign-in is called: lower case, so that two never differ by case alone. */
const AccountName = v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^[a-z0-9][a-z0-9._-]{1,39}$/, 'account_name'));
const FullName = v.pipe(PlainText, v.trim(), v.maxLength(120, 'too_long'));
/** One address, no display name: anything that could end a header line is no address. */
export const MailAddress = v.pipe(v.string(), v.trim(), v.maxLength(254, 'too_long'), v.regex(/^[^\s@<>()[\],;:\\"\p{Cc}]+@[^\s@<>()[\],;:\\"\p{Cc}]+\.[^\s@<>()[\],;:\\"\p{Cc}]{2,}$/u, 'email'));
/** International form: `+` and 8 to 15 digits; spaces, dots and hyphens are taken out. */
export const PhoneNumber = v.pipe(v.string(), v.transform((text) => text.replaceAll(/[\s.()-]/g, '')), v.regex(/^\+\d{8,15}$/, 'phone'));
/** Minutes after midnight, Moroccan wall time; `from` after `to` goes past midnight. */
const Minute = v.pipe(v.number(), v.integer(), v.minValue(0, 'minute'), v.maxValue(1439, 'minute'));
export const QuietHours = v.nullable(v.strictObject({ from: Minute, to: Minute }));

/** What people may change of themselves. */
export const Profile = v.strictObject({ fullName: FullName, email: v.nullable(MailAddress), phone: v.nullable(PhoneNumber), language: Language, quiet: QuietHours });
export type Profile = v.InferOutput<typeof Profile>;

export const AccountDraft = v.strictObject({ name: AccountName, role: Role, scope: Scope, ...Profile.entries });
export type AccountDraft = v.InferOutput<typeof AccountDraft>;
export const AccountEdit = v.strictObject({ role: Role, scope: Scope, disabled: v.boolean(), ...Profile.entries });
export type AccountEdit = v.InferOutput<typeof AccountEdit>;

export const Person = v.object({ id: v.number(), name: v.string(), role: Role, scope: Scope, fullName: v.string(), email: v.nullable(v.string()), phone: v.nullable(v.string()), language: Language, quiet: v.nullable(v.object({ from: v.number(), to: v.number() })), disabled: v.boolean(), mustChange: v.boolean(), invited: v.boolean(), createdAt: v.number(), lastSeenAt: v.nullable(v.number()) });
export type Person = v.InferOutput<typeof Person>;

/** The only time a link is ever said: it lets whoever holds it choose the account's password, once, until it expires. */
export const AccountLink = v.object({ person: Person, url: v.string(), expiresAt: v.number(), mailed: v.boolean() });
export type AccountLink = v.InferOutput<typeof AccountLink>;

/** `id` names a session without opening it. */
export const OpenSession = v.object({ id: v.string(), createdAt: v.number(), expiresAt: v.number(), seenAt: v.nullable(v.number()), address: v.string(), browser: v.string(), own: v.boolean() });
export type OpenSession = v.InferOutput<typeof OpenSession>;

export const AuditLine = v.object({ id: v.number(), at: v.number(), who: v.string(), act: v.string(), subject: v.string(), detail: v.string(), before: v.nullable(v.string()), after: v.nullable(v.string()) });
export type AuditLine = v.InferOutput<typeof AuditLine>;
