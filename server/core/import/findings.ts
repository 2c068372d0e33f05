/** What can be said of a cell, once for all: how bad it is, in which words, and what to do. `{value}`, `{column}` and `{about}` are filled in. Pure. */
import type { Finding, ImportNote } from '@cac/shared/registry.ts';

type Line = readonly [severity: Finding['severity'], message: string, todo: string];

export const FINDINGS = {
  column_missing: ['error', 'No column gives “{column}”, which every row needs.', 'Map one of the columns to it.'],
  missing_code: ['error', 'The row has no code.', 'Give each site its own code.'],
  bad_code: ['error', '“{value}” is no code.', 'Write 2 to 32 capital letters, digits or hyphens.'],
  code_mangled: ['error', '“{value}” is what a spreadsheet made of a long code.', 'Format the column as text and enter the code again.'],
  code_twice: ['error', 'The code “{value}” stands in row {about} already.', 'Keep one of the rows, or give each place its own code.'],
  outside_scope: ['error', '“{value}” lies in region {about}, which is not one of yours.', 'Remove the row, or ask an administrator.'],
  missing_name: ['error', 'A new site needs a name.', 'Fill in the name.'],
  required: ['error', '“{column}” is empty.', 'Fill it in.'],
  too_long: ['error', '“{column}” is longer than {about} characters.', 'Shorten it.'],
  control_character: ['error', '“{column}” holds a character that cannot be shown.', 'Enter the text again.'],
  unreadable_text: ['error', '“{value}” holds signs of a wrong encoding.', 'Save the file as UTF-8 and send it again.'],
  unknown_region: ['error', '“{value}” is no region, of today or of before 2015.', 'Write its name or its code (MA-01 to MA-12).'],
  old_region_split: ['error', 'The former region “{value}” was split between {about}.', 'Fill in the province: it decides.'],
  missing_region: ['error', 'Neither a region nor a province is given.', 'Fill in the province.'],
  unknown_province: ['error', '“{value}” is no province or prefecture.', 'Write its name or its code (such as MA-RAB).'],
  province_elsewhere: ['error', 'The province lies in region {about}, not in “{value}”.', 'Correct the region or the province.'],
  unknown_programme: ['error', 'There is no programme “{value}”.', 'Use one of {about}, or have it added first.'],
  unknown_commune_code: ['error', 'There is no commune with the code “{value}”.', 'Check the code, or import the communes first.'],
  commune_elsewhere: ['error', 'The commune “{value}” lies in province {about}.', 'Correct the commune or the province.'],
  unknown_commune: ['warning', 'No commune “{value}” is known in this province.', 'Check the spelling; it is kept as it is written.'],
  bad_zone: ['error', '“{value}” is no density zone.', 'Write dense, moyennement dense, or grise et blanche.'],
  bad_kind: ['error', '“{value}” is no kind of site.', 'Write centre or école.'],
  bad_hostPremises: ['error', '“{value}” is not in the list of premises.', 'Write one of the list, or autre.'],
  bad_equipment: ['error', '“{value}” is no kind of equipment.', 'Write salle, valise or chariot.'],
  bad_technology: ['error', '“{value}” is no access technology.', 'Write ADSL, fibre, LS, WiMAX, mobile, satellite, radio or autre.'],
  bad_flag: ['error', '“{value}” is neither yes nor no.', 'Write oui or non.'],
  bad_number: ['error', '“{value}” is no number.', 'Write digits, with a comma for decimals.'],
  bad_count: ['error', '“{value}” is no whole number from 0 on.', 'Write digits only.'],
  too_large: ['error', '“{value}” is larger than {about}.', 'Check the figure and its unit.'],
  bad_share: ['error', '“{value}” is no share between 0 and 100 %.', 'Write a percentage such as 12,5 %.'],
  bad_date: ['error', '“{value}” is no date.', 'Write 28/03/2011 or 2011-03-28.'],
  date_ahead: ['error', '“{value}” lies in the future.', 'Only what has happened is declared.'],
  bad_degrees: ['error', '“{value}” is no position in degrees.', 'Write 33,97159 or 33° 58\' 18" N.'],
  half_position: ['error', 'Only one of latitude and longitude is given.', 'Give both, or none.'],
  missing_position: ['error', 'The new site has no position, and its commune’s is not known.', 'Give latitude and longitude, or import the commune with its position.'],
  position_swapped: ['error', 'Latitude and longitude are the wrong way round ({about}).', 'Swap the two columns, or the two cells.'],
  outside_morocco: ['error', 'The position ({about}) lies outside Morocco.', 'Check the sign and the decimals; longitudes here are negative.'],
  at_sea: ['error', 'The position ({about}) lies at sea or beyond the border.', 'Check the decimals.'],
  outside_province: ['warning', 'The position lies in {about}, not in the province of the row.', 'Check the position or the province.'],
  same_point: ['warning', 'The same point as {about}.', 'Check that they really share one address.'],
  like_row: ['warning', 'Much like row {about}: same place, nearly the same name.', 'Check that they are two different sites.'],
  like_existing: ['warning', 'Much like the site {about}: same place, nearly the same name.', 'If it is the same site, use its code.'],
  stages_reversed: ['warning', '“{column}” lies before an earlier stage ({about}).', 'Check the dates.'],
  source_missing: ['error', 'A declared date needs its source.', 'Fill in the column “{about}”: a circular, a letter, a report.'],
  csp_sum: ['error', 'The categories add up to {about} %, not to 100 %.', 'Check the shares.'],
  csp_incomplete: ['error', 'Some categories are given and {about} is not.', 'Give all of them, D and E together if need be.'],
  bad_year: ['error', '“{value}” is no year from 1960 to 2100.', 'Write the year of the data.'],
  unknown_scope: ['error', '“{value}” is no calendar.', 'Write national, a programme’s code, a province, a kind of premises, or a site’s code.'],
  bad_hours: ['error', '“{value}” are no hours.', 'Write 09:00-12:00, 14:30-18:00.'],
  bad_effect: ['error', '“{value}” is no effect.', 'Write fermé or horaires.'],
  range_reversed: ['error', 'The last day lies before the first.', 'Correct the dates.'],
  role_forbidden: ['error', 'Your role does not change this calendar ({about}).', 'Ask an administrator.'],
  same_days_twice: ['error', 'The same days of the same calendar stand in row {about} already.', 'Keep one of the rows.'],
  formula_error: ['error', 'The formula gives an error ({value}).', 'Correct it, or enter the value.'],
} as const satisfies Record<string, Line>;
export type FindingCode = keyof typeof FINDINGS;

const filled = (text: string, finding: { value: string; column: string; about: string }): string => text.replaceAll(/\{(value|column|about)\}/g, (_, name: 'value' | 'column' | 'about') => finding[name]);

export interface Place {
  row: number;
  column?: string;
  value?: string;
  about?: string;
}

/** Long cells are cut: the place is what matters. */
const SHOWN = 80;

export function finding(code: FindingCode, { row, column = '', value = '', about = '' }: Place): Finding {
  const [severity, message, todo] = FINDINGS[code];
  const said = { row, column, value: value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value, about };
  return { ...said, code, message: filled(message, said), todo: filled(todo, said), severity };
}

const NOTES = {
  old_region: 'The former region “{value}” is read as {about}.',
  old_region_by_province: 'The former region “{value}” was split; the province decides: {about}.',
  commune_position: 'Sites without a position take that of their commune ({value}).',
  csp_together: 'D and E are given together; they are divided as in the plan’s own figures ({about}).',
  region_by_province: 'The region follows from the province.',
  formulas: 'Formulas are read as the value they last gave ({value}).',
  empty_kept: 'An empty cell leaves what is known as it is.',
  scope_national: 'Days without a scope are read as national.',
  label_copied: 'A label given in one language only stands for both.',
} as const;
export type NoteCode = keyof typeof NOTES;

/** Collects what is to be said, in the order of the rows. */
export interface Notebook {
  findings: Finding[];
  say(code: FindingCode, place: Place): void;
  note(code: NoteCode, row: number, value?: string, about?: string): void;
  notes(): ImportNote[];
}

export function createNotebook(): Notebook {
  const findings: Finding[] = [];
  const notes = new Map<string, ImportNote>();
  return {
    findings,
    say: (code, place) => void findings.push(finding(code, place)),
    note(code, row, value = '', about = '') {
      const known = notes.get(`${code} ${value} ${about}`);
      if (known) known.rows += 1;
      else notes.set(`${code} ${value} ${about}`, { code, value, about, rows: 1, firstRow: row, message: filled(NOTES[code], { value, column: '', about }) });
    },
    notes: () => [...notes.values()],
  };
}
