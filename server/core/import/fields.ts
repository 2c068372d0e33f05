/** What a column may hold, by kind of file, and the heads under which offices write it, in French, Arabic and English. Pure. */
import type { ImportKind } from '@cac/shared/registry.ts';
import { fold } from './values.ts';

export interface Field {
  field: string;
  required: boolean;
  /** The first is what an export writes. */
  heads: readonly string[];
}

const field = (name: string, heads: string, required = false): Field => ({ field: name, required, heads: heads.split('|') });

const SITES: readonly Field[] = [
  field('id', 'Code du site|Code|Code site|Identifiant|ID|Code interne|N° site|Code CAC|Site code|رمز الموقع|الرمز|رمز المركز', true),
  field('officialCode', 'Code officiel|Code GRESA|GRESA|Code établissement|Code MEN|Official code|الرمز الرسمي|رمز المؤسسة'),
  field('name', 'Nom|Nom du site|Nom du centre|Nom du CAC|Nom de l’école|Centre|École|Nom FR|Nom en français|Désignation|Dénomination|Libellé|Intitulé|Établissement|Nom de l’établissement|Name|الاسم بالفرنسية|اسم الموقع|الاسم'),
  field('nameAr', 'Nom en arabe|Nom arabe|Nom AR|Nom du centre en arabe|Désignation arabe|Arabic name|الاسم بالعربية|الاسم العربي|اسم المؤسسة بالعربية'),
  field('programme', 'Programme|Program|Projet|البرنامج'),
  field('kind', 'Type|Type de site|Nature|Catégorie|Kind|النوع|نوع الموقع'),
  field('equipment', 'Équipement|Type d’équipement|Equipement multimédia|Equipment|التجهيز|نوع التجهيز'),
  field('hostPremises', 'Local d’accueil|Lieu d’accueil|Local hôte|Hébergement|Structure d’accueil|Host premises|مقر الاستقبال|المقر|مكان الاستقبال'),
  field('region', 'Région|Region|الجهة'),
  field('province', 'Province|Province ou préfecture|Province/Préfecture|Préfecture|Délégation|Direction provinciale|الإقليم|العمالة|العمالة أو الإقليم|إقليم'),
  field('commune', 'Commune|Code commune|Commune rurale|Municipalité|Localité|الجماعة|جماعة'),
  field('zone', 'Zone|Zone de densité|Densité|Milieu|Density zone|المنطقة|منطقة الكثافة'),
  field('lat', 'Latitude|Lat|Y|Coordonnée Y|خط العرض|العرض'),
  field('lon', 'Longitude|Lon|Long|Lng|X|Coordonnée X|خط الطول|الطول'),
  field('manager', 'Exploitant|Gestionnaire|Opérateur du centre|Manager|المستغل|المسير|الجهة المسيرة'),
  field('dutyPhone', 'Téléphone de permanence|Téléphone|Tél|Tel|Phone|Duty phone|الهاتف|رقم الهاتف|هاتف المداومة'),
  field('carrier', 'Opérateur télécom|Opérateur|Fournisseur d’accès|FAI|Operateur internet|Carrier|متعهد الاتصالات|المتعهد|الفاعل'),
  field('technology', 'Technologie|Technologie d’accès|Type de connexion|Type de liaison|Technology|التكنولوجيا|نوع الربط|تقنية الربط'),
  field('contractedMbps', 'Débit contractuel (Mb/s)|Débit|Débit souscrit|Débit (Mbps)|Débit Mb/s|Contracted speed|الصبيب|صبيب الربط'),
  field('lineNumber', 'Numéro de ligne ou de contrat|N° de ligne|Numéro de ligne|N° contrat|Ligne|Line number|رقم الخط|رقم العقد'),
  field('metered', 'Facturé au volume|Au volume|Forfait limité|Metered|حسب الحجم|محدود الحجم'),
  field('capMb', 'Plafond mensuel (Mo)|Plafond|Quota|Volume mensuel|Cap MB|سقف الحجم'),
  field('expectedComputers', 'Ordinateurs prévus|Nombre d’ordinateurs|Nb PC|Nombre de PC|PC|Ordinateurs|Postes|Nombre de postes|Expected computers|عدد الحواسيب|الحواسيب'),
  field('expectedTelephones', 'Téléphones prévus|Nombre de téléphones|Nb téléphones|Expected telephones|عدد الهواتف'),
  field('students', 'Élèves|Nombre d’élèves|Effectif|Effectifs|Students|عدد التلاميذ|التلاميذ'),
  field('openedOn', 'Date d’ouverture|Ouverture|Ouvert le|Mise en service|Opened on|تاريخ الافتتاح|تاريخ الفتح'),
  field('countsTowardsTarget', 'Compte pour l’objectif|Compte dans l’objectif|Dans la cible|Counts towards target|يحتسب في الهدف'),
  field('identifiedOn', 'Identifié le|Date d’identification|Identified on|تاريخ التحديد'),
  field('builtOn', 'Aménagé le|Construit le|Date de construction|Date d’aménagement|Built on|تاريخ البناء|تاريخ التهيئة'),
  field('equippedOn', 'Équipé le|Date d’équipement|Date de livraison|Equipped on|تاريخ التجهيز'),
  field('connectedOn', 'Connecté le|Date de connexion|Date de raccordement|Raccordé le|Connected on|تاريخ الربط|تاريخ الاتصال'),
  field('stageSource', 'Source de la déclaration|Source|Référence|Pièce|Circulaire|Declared by|المصدر|المرجع'),
];

const COMMUNES: readonly Field[] = [
  field('code', 'Code de la commune|Code commune|Code|Code HCP|Code géographique|Commune code|رمز الجماعة|الرمز', true),
  field('nameFr', 'Nom|Nom en français|Commune|Nom de la commune|Libellé|Name|الاسم بالفرنسية'),
  field('nameAr', 'Nom en arabe|Nom arabe|Commune (arabe)|Libellé arabe|Arabic name|الاسم بالعربية|الجماعة|اسم الجماعة'),
  field('region', 'Région|Region|الجهة'),
  field('province', 'Province|Province ou préfecture|Province/Préfecture|Préfecture|الإقليم|العمالة|العمالة أو الإقليم'),
  field('zone', 'Zone|Zone de densité|Densité|Milieu|المنطقة|منطقة الكثافة'),
  field('households', 'Ménages|Nombre de ménages|Nb ménages|Households|الأسر|عدد الأسر'),
  field('onlineShare', 'Ménages connectés (%)|Taux de connexion|Part connectée|Pénétration Internet|Online share|نسبة الأسر المرتبطة'),
  ...['A', 'B', 'C', 'D', 'E'].map((csp) => field(`csp${csp}`, `CSP ${csp} (%)|CSP ${csp}|Part CSP ${csp}|${csp}|الفئة ${csp}`)),
  field('cspDE', 'CSP D+E (%)|CSP D+E|D+E|CSP DE|Part D+E'),
  field('lat', 'Latitude|Lat|Y|خط العرض'),
  field('lon', 'Longitude|Lon|Long|X|خط الطول'),
  field('year', 'Année des données|Année|Year|السنة'),
  field('source', 'Source|Origine|المصدر'),
];

const CALENDAR: readonly Field[] = [
  field('scope', 'Portée|Niveau|Calendrier|Pour qui|Concerne|Scope|النطاق'),
  field('from', 'Premier jour|Du|Début|Date de début|Date|From|من|تاريخ البداية|التاريخ', true),
  field('to', 'Dernier jour|Au|Fin|Date de fin|To|إلى|تاريخ النهاية'),
  field('effect', 'Effet|Ouvert ou fermé|Effect|الأثر'),
  field('hours', 'Heures|Horaires|Hours|الساعات'),
  field('why', 'Motif|Raison|Why|السبب'),
  field('labelFr', 'Libellé|Libellé français|Intitulé|Fête|Événement|Label|العنوان بالفرنسية'),
  field('labelAr', 'Libellé arabe|Intitulé arabe|Arabic label|العنوان بالعربية|العنوان'),
  field('confirmed', 'Confirmé|Date confirmée|Confirmed|مؤكد'),
  field('source', 'Source|Référence|المصدر'),
];

export const FIELDS: Readonly<Record<ImportKind, readonly Field[]>> = { sites: SITES, communes: COMMUNES, calendar: CALENDAR };

export const headOf = (kind: ImportKind, name: string): string => FIELDS[kind].find((f) => f.field === name)!.heads[0]!;

const indexes = new Map(
  (Object.keys(FIELDS) as ImportKind[]).map((kind) => {
    const byHead = new Map<string, string>();
    for (const { field: name, heads } of FIELDS[kind]) for (const head of [name, ...heads]) if (!byHead.has(headKey(head))) byHead.set(headKey(head), name);
    return [kind, byHead];
  }),
);

/** What stands in brackets after a head is its unit. */
function headKey(head: string): string {
  const bare = head.replace(/\s*[([][^)\]]*[)\]]\s*$/, '') || head;
  // Names are folded so far that A and E are one; heads such as `CSP A` and `CSP E` are not.
  return /\p{Script=Arabic}/u.test(bare) ? fold(bare) : bare.normalize('NFKD').replaceAll(/\p{Mn}/gu, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, ' ').trim();
}

/** The field each head stands for, null where it stands for none; of two heads for one field the first has it. */
export function suggestMapping(kind: ImportKind, heads: readonly string[]): (string | null)[] {
  const taken = new Set<string>();
  return heads.map((head) => {
    const name = indexes.get(kind)!.get(headKey(head)) ?? null;
    if (name === null || taken.has(name)) return null;
    taken.add(name);
    return name;
  });
}
