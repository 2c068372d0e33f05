/** The columns of the acts' journal as a file. Pure. */
import type { AuditLine } from '@cac/shared/people.ts';
import type { CsvColumn } from '../csv.ts';

export const auditColumns: readonly CsvColumn<AuditLine>[] = [
  { head: 'Numéro', of: ({ id }) => id },
  { head: 'Instant (UTC)', of: ({ at }) => new Date(at).toISOString() },
  { head: 'Qui', of: ({ who }) => who },
  { head: 'Acte', of: ({ act }) => act },
  { head: 'Sur quoi', of: ({ subject }) => subject },
  { head: 'Précision', of: ({ detail }) => detail },
  { head: 'Avant', of: ({ before }) => before },
  { head: 'Après', of: ({ after }) => after },
];
