/** Writes a message from its rows and from what is so at this moment, in the receiver's language and scope. */
import type { Scope } from '@cac/shared/api.ts';
import type { Language } from '@cac/shared/people.ts';
import { isNews, letterOf, type Letter } from '../core/notices/letter.ts';
import { dailyLetter, gatheredLetter } from '../core/notices/lists.ts';
import { linkLetter, type LinkLetter } from '../core/notices/other-letters.ts';
import type { NoticeFacts } from '../core/notices/facts.ts';
import { noticeFacts } from '../store/notice-facts.ts';
import { tellablePeople } from '../store/notice-people.ts';
import type { OutboxRow } from '../store/outbox.ts';
import type { Handle } from '../store/store.ts';

export interface Rendered extends Letter {
  language: Language;
  /** For programs. */
  facts: Record<string, unknown>;
}

/** Null: there is nothing left to say (the account is closed, or sees none of it any more). */
export async function renderNotice(db: Handle, rows: readonly OutboxRow[], publicUrl: string): Promise<Rendered | null> {
  const [first] = rows as [OutboxRow];
  const [person] = first.account_id === null ? [] : await tellablePeople(db, first.account_id);
  if (first.account_id !== null && person === undefined && first.event !== 'password_reset' && first.event !== 'invitation') return null;
  const language = (person?.language ?? first.language) as Language;
  if (first.event === 'invitation' || first.event === 'password_reset') {
    return { language, facts: {}, ...linkLetter(first.language as Language, first.event, JSON.parse(first.payload) as LinkLetter) };
  }
  const scope: Scope = person?.scope ?? { kind: 'all' };
  const incidents: (NoticeFacts | null)[] = [];
  const told = new Set<number>();
  for (const row of rows) {
    const ids = row.event === 'daily' ? ((JSON.parse(row.payload) as { incidents?: number[] }).incidents ?? []) : row.incident_id === null ? [] : [row.incident_id];
    for (const id of ids) {
      if (told.has(id)) continue;
      told.add(id);
      const facts = await noticeFacts(db, id, scope);
      // The platform's own troubles are administrators' only, also for who was one when it was written.
      incidents.push(facts?.kind === 'platform_blind' && person !== undefined && person.role !== 'administrator' ? null : facts);
    }
  }
  const seen = incidents.filter((one) => one !== null);
  if (seen.length === 0) return null;
  const factsSaid = { event: first.event, language, incident: programFacts(seen[0]!, publicUrl) };
  if (rows.every(({ event }) => event === 'daily')) return { language, facts: factsSaid, ...dailyLetter(language, seen, publicUrl)! };
  const last = rows.at(-1)!;
  if (seen.length > 1 || last.event === 'daily') return { language, facts: factsSaid, ...gatheredLetter(language, seen, publicUrl) };
  // Several news of one incident: the last one says how it is.
  return { language, facts: factsSaid, ...letterOf(language, isNews(last.event) ? last.event : 'opened', seen[0]!, publicUrl) };
}

/** What a webhook's receiver reads: names and numbers, no sentences, no telephones. */
const programFacts = (facts: NoticeFacts, publicUrl: string): Record<string, unknown> => ({
  id: facts.id,
  kind: facts.kind,
  severity: facts.severity,
  state: facts.state,
  sinceAt: facts.sinceAt,
  openedAt: facts.openedAt,
  resolvedAt: facts.resolvedAt,
  endAt: facts.endAt,
  openMs: facts.openMs,
  cause: facts.cause,
  reason: facts.reason,
  sites: facts.sites,
  expectedSites: facts.expectedSites,
  pcs: facts.pcs,
  site: facts.site === null ? null : { id: facts.site.id, name: facts.site.name },
  group: facts.group === null ? null : { by: facts.group.by, key: facts.group.key },
  acknowledgedBy: facts.acknowledgedBy,
  ticket: facts.ticket,
  demo: facts.demo,
  url: `${publicUrl}/#/incidents/${facts.id}`,
});
