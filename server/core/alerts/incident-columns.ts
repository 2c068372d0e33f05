/** Incidents as a file: French heads and words, as the other exports; instants as Moroccan clocks showed them. Pure. */
import type { Incident } from '@cac/shared/incidents.ts';
import { moroccanWall } from '@cac/shared/wall-time.ts';
import type { CsvColumn } from '../csv.ts';
import { isNoticeKey, wordingIn } from '../notices/wording.ts';

/** Regions and provinces by their codes. */
export type AreaNames = ReadonlyMap<string, { nameFr: string; nameAr: string }>;

const SEVERITIES = { minor: 'mineur', major: 'majeur', critical: 'critique' } as const;

const STATES = { pending: 'en attente', open: 'en cours', paused: 'en pause', resolved: 'terminé' } as const;
const instant = (at: number | null): string | null => (at === null ? null : new Date(moroccanWall(at)).toISOString().slice(0, 16).replace('T', ' '));
const minutes = (ms: number): number => Math.round(ms / 60_000);

export function incidentColumns(areas: AreaNames): readonly CsvColumn<Incident>[] {
  const name = (code: string | null | undefined): string | null => (code == null ? null : (areas.get(code)?.nameFr ?? code));
  const w = wordingIn('fr');
  const cause = (word: string): string => (isNoticeKey(`cause_${word}`) ? w.say(`cause_${word}` as 'cause_other') : w.say('cause_other'));
  const groupName = ({ by, key }: NonNullable<Incident['group']>): string => (by === 'fleet' ? w.say('by_fleet') : w.say(`by_${by}`, { name: by === 'province' ? name(key)! : key }));
  return [
    { head: 'Numéro', of: ({ id }) => id },
    { head: 'Nature', of: ({ kind }) => w.say(`kind_${kind}`) },
    { head: 'Gravité', of: ({ severity }) => SEVERITIES[severity] },
    { head: 'État', of: ({ state }) => STATES[state] },
    { head: 'Code du site', of: ({ site }) => site?.id ?? null },
    { head: 'Site', of: ({ site }) => site?.name ?? null },
    { head: 'Région', of: ({ site }) => name(site?.region) },
    { head: 'Province', of: ({ site }) => name(site?.province) },
    { head: 'Groupe', of: ({ group }) => (group === null ? null : groupName(group)) },
    { head: 'PC', of: ({ machine }) => machine?.name ?? null },
    { head: 'Depuis', of: ({ sinceAt }) => instant(sinceAt) },
    { head: 'Ouvert', of: ({ openedAt }) => instant(openedAt) },
    { head: 'Fin', of: ({ endAt }) => instant(endAt) },
    { head: 'Minutes', of: ({ sinceAt, endAt }) => (endAt === null ? null : minutes(endAt - sinceAt)) },
    { head: 'Minutes d’ouverture', of: ({ openMs }) => minutes(openMs) },
    { head: 'Sites', of: ({ sites }) => sites.all },
    { head: 'Sites attendus', of: ({ sites }) => sites.expected },
    { head: 'PC concernés', of: ({ pcs }) => pcs },
    { head: 'Cause', of: (incident) => cause(incident.cause) },
    { head: 'Pris en charge par', of: ({ acknowledged }) => acknowledged?.by ?? null },
    { head: 'Motif', of: ({ acknowledged }) => acknowledged?.reason ?? null },
    { head: 'Confié à', of: ({ assignee }) => assignee?.name ?? null },
    { head: 'Ticket', of: ({ ticket }) => ticket },
    { head: 'Rétablissement promis', of: ({ promisedAt }) => instant(promisedAt) },
    { head: 'Démonstration', of: ({ demo }) => demo },
  ];
}
