/**
 * A registry as an office sends it: a title above the heads, French heads, `;`, decimal commas, leading zeros, old regions, dates with the day first.
 * Thirty kinds of defects are planted, each in a row of its own; the same rows in Arabic, which Windows-1252 cannot hold, in UTF-8.
 */
const HEADS = [
  'Code', 'Code GRESA', 'Désignation', 'Programme', 'Type', 'Équipement multimédia', 'Structure d’accueil', 'Région', 'Province/Préfecture', 'Commune', 'Zone de densité', 'Latitude', 'Longitude',
  'Gestionnaire', 'Tél', 'Opérateur', 'Type de liaison', 'Débit (Mbps)', 'N° de ligne', 'Au volume', 'Quota', 'Nombre de PC', 'Nb téléphones', 'Effectif', 'Date d’ouverture', 'Construit le', 'Raccordé le', 'Circulaire', 'Observations',
] as const;
type Head = (typeof HEADS)[number];
type Row = Partial<Record<Head, string>>;

const good = (i: number): Row => ({
  Code: `RAB-${String(i).padStart(4, '0')}`, 'Code GRESA': `0${1234 + i}A`, Désignation: `Maison de jeunes n° ${i} « El Amal »`, Programme: 'CAC', Type: 'Centre d’accès communautaire', 'Structure d’accueil': 'Maison des jeunes',
  Région: 'Rabat-Salé-Zemmour-Zaër', 'Province/Préfecture': 'Préfecture de Rabat', Commune: 'Agdal Riyad', 'Zone de densité': 'Dense', Latitude: `33,9${String(7000 + i)}`, Longitude: `-6,8${String(4000 + i)}`,
  Gestionnaire: 'Association El Amal', Tél: '0537 00 00 00', Opérateur: 'Itissalat', 'Type de liaison': 'ADSL', 'Débit (Mbps)': '4,0', 'N° de ligne': '0012345', 'Au volume': 'Non', 'Nombre de PC': '12', 'Nb téléphones': '2',
  'Date d’ouverture': '15/03/2011', 'Construit le': '01/02/2011', 'Raccordé le': '28/03/2011', Circulaire: 'Circulaire 14/2011', Observations: 'R.A.S. ; à revoir',
});

/** What is planted, and what is to be said of it: code, head of the cell. */
export const DEFECTS: readonly (readonly [code: string, head: Head, cells: Row])[] = [
  ['missing_code', 'Code', { Code: '' }],
  ['bad_code', 'Code', { Code: 'RAB/7' }],
  ['code_mangled', 'Code', { Code: '1,23E+11' }],
  ['code_twice', 'Code', { Code: 'rab-0001' }],
  ['missing_name', 'Désignation', { Désignation: '' }],
  ['too_long', 'Désignation', { Désignation: 'x'.repeat(121) }],
  ['unreadable_text', 'Désignation', { Désignation: 'Ã‰cole AÃ©ropostale' }],
  ['unknown_programme', 'Programme', { Programme: 'PACTE' }],
  ['bad_kind', 'Type', { Type: 'hammam' }],
  ['bad_equipment', 'Équipement multimédia', { 'Équipement multimédia': 'fusée' }],
  ['bad_hostPremises', 'Structure d’accueil', { 'Structure d’accueil': 'château' }],
  ['unknown_region', 'Région', { Région: 'Atlantide' }],
  ['old_region_split', 'Région', { Région: 'Doukkala-Abda', 'Province/Préfecture': '' }],
  ['province_elsewhere', 'Région', { Région: 'Fès-Boulemane' }],
  ['unknown_province', 'Province/Préfecture', { 'Province/Préfecture': 'Lutèce' }],
  ['unknown_commune_code', 'Commune', { Commune: '01.999.99' }],
  ['bad_zone', 'Zone de densité', { 'Zone de densité': 'verte' }],
  ['position_swapped', 'Latitude', { Latitude: '-6,84', Longitude: '33,97' }],
  ['outside_morocco', 'Latitude', { Latitude: '48,85', Longitude: '2,35' }],
  ['at_sea', 'Latitude', { Latitude: '33,97', Longitude: '-8,90' }],
  ['outside_province', 'Latitude', { Latitude: '33,5731', Longitude: '-7,5898' }],
  ['half_position', 'Longitude', { Longitude: '' }],
  ['bad_degrees', 'Latitude', { Latitude: 'nord' }],
  ['missing_position', 'Latitude', { Latitude: '', Longitude: '' }],
  ['same_point', 'Latitude', { Latitude: '33,97777', Longitude: '-6,84777' }],
  ['bad_technology', 'Type de liaison', { 'Type de liaison': 'pigeon' }],
  ['bad_number', 'Débit (Mbps)', { 'Débit (Mbps)': 'rapide' }],
  ['bad_flag', 'Au volume', { 'Au volume': 'peut-être' }],
  ['bad_count', 'Nombre de PC', { 'Nombre de PC': '12,5' }],
  ['too_large', 'Effectif', { Effectif: '900 000' }],
  ['bad_date', 'Date d’ouverture', { 'Date d’ouverture': '31/02/2011' }],
  ['date_ahead', 'Raccordé le', { 'Raccordé le': '01/01/2999' }],
  ['source_missing', 'Construit le', { Circulaire: '' }],
  ['stages_reversed', 'Raccordé le', { 'Raccordé le': '28/01/2011' }],
  ['like_row', 'Désignation', { Désignation: 'Maison des jeunes n° 2 « El Amaal »' }],
];

/** Rows of heads stand in line 3, under a title and a blank line; good rows follow, then one with each defect. */
export const FIRST_ROW = 4;
const GOOD = 40;
export const rowOfDefect = (code: string): number => FIRST_ROW + GOOD + DEFECTS.findIndex(([of]) => of === code);

const cell = (text: string): string => (/[;"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells: readonly string[]): string => cells.map(cell).join(';');

function textOf(rows: readonly Row[]): string {
  return ['Recensement des centres — délégation de Rabat', '', line(HEADS), ...rows.map((row) => line(HEADS.map((head) => row[head] ?? '')))].join('\r\n');
}

export const goodRows = (count = GOOD): string => textOf(Array.from({ length: count }, (_, i) => good(i + 1)));
/** Two rows share the point of `same_point`: the last good one is put there. */
export const defectiveRows = (): string => {
  const rows = Array.from({ length: GOOD }, (_, i) => good(i + 1));
  Object.assign(rows[GOOD - 1]!, { Latitude: '33,97777', Longitude: '-6,84777' });
  return textOf([...rows, ...DEFECTS.map(([, , cells], i) => ({ ...good(GOOD + 1 + i), ...cells }))]);
};

const HIGH: Readonly<Record<string, number>> = { '’': 0x92, '‘': 0x91, '“': 0x93, '”': 0x94, '—': 0x97, '–': 0x96, '…': 0x85, œ: 0x9c, Œ: 0x8c, '€': 0x80, '‰': 0x89, Ã: 0xc3 };
export const windows1252 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => HIGH[letter] ?? letter.codePointAt(0)!);

/** The same kind of file with Arabic heads and names. */
export const arabicRows = (): string =>
  [
    'الرمز,الاسم بالفرنسية,الاسم بالعربية,الجهة,العمالة أو الإقليم,خط العرض,خط الطول,منطقة الكثافة,عدد الحواسيب,تاريخ الربط,المرجع',
    'AR-0001,Maison de jeunes Yacoub,دار الشباب يعقوب المنصور,جهة الرباط سلا القنيطرة,عمالة الرباط,٣٤٫٠٠٥,-٦٫٨٥٥,كثيفة,١٢,٢٨/٠٣/٢٠١١,دورية 14',
    'AR-0002,Bibliothèque d’Anfa,خزانة أنفا,الدار البيضاء الكبرى,الدار البيضاء,"33,59","-7,62",كثيفة,10,2012-01-05,دورية 15',
  ].join('\n');
