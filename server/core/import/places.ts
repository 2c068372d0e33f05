/** Regions and provinces by code or by name, as it is written in French or Arabic; and the sixteen regions there were until 2015. Pure. */
import { fold } from './values.ts';

export interface NamedPlace {
  code: string;
  nameFr: string;
  nameAr: string;
}
export interface NamedProvince extends NamedPlace {
  region: string;
}

/** Until 2015: each with the regions its provinces lie in now. One that was split is decided by the province. */
const OLD_REGIONS: readonly (readonly [names: string, now: readonly string[]])[] = [
  ['Oued Ed-Dahab-Lagouira|Oued Eddahab Lagouira|وادي الذهب لكويرة|وادي الذهب الكويرة', ['MA-12']],
  ['Laâyoune-Boujdour-Sakia El Hamra|Laayoune Boujdour|العيون بوجدور الساقية الحمراء|العيون بوجدور', ['MA-11']],
  ['Guelmim-Es Semara|Guelmim Smara|كلميم السمارة', ['MA-09', 'MA-10', 'MA-11']],
  ['Souss-Massa-Drâa|Souss Massa Daraa|سوس ماسة درعة', ['MA-08', 'MA-09', 'MA-10']],
  ['Gharb-Chrarda-Beni Hssen|Gharb Chrarda Beni Hsen|Gharb Chrarda Béni Hssein|الغرب الشراردة بني احسن|الغرب شراردة بني حسن', ['MA-04']],
  ['Chaouia-Ouardigha|Chaouia Ouerdigha|الشاوية ورديغة', ['MA-05', 'MA-06']],
  ['Marrakech-Tensift-Al Haouz|مراكش تانسيفت الحوز', ['MA-07']],
  ['Grand Casablanca|Casablanca|الدار البيضاء الكبرى', ['MA-06']],
  ['Rabat-Salé-Zemmour-Zaër|الرباط سلا زمور زعير', ['MA-04']],
  ['Doukkala-Abda|Doukala Abda|دكالة عبدة', ['MA-06', 'MA-07']],
  ['Tadla-Azilal|تادلة أزيلال', ['MA-05']],
  ['Meknès-Tafilalet|Meknès Tafilalt|مكناس تافيلالت', ['MA-03', 'MA-05', 'MA-08']],
  ['Fès-Boulemane|فاس بولمان', ['MA-03']],
  ['Taza-Al Hoceïma-Taounate|تازة الحسيمة تاونات', ['MA-01', 'MA-02', 'MA-03']],
  ['Tanger-Tétouan|طنجة تطوان', ['MA-01']],
  ['L’Oriental|Région de l’Oriental|الجهة الشرقية|جهة الشرق', ['MA-02']],
];

/** Other names in use: the prefectures inside Casablanca, chief towns, older spellings. */
const PROVINCE_ALIASES: Readonly<Record<string, string>> = {
  'MA-CAS': 'Anfa|Casablanca Anfa|Aïn Chock|Aïn Sebaâ Hay Mohammadi|Al Fida Mers Sultan|Ben M’Sick|Moulay Rachid|Sidi Bernoussi|Hay Hassani|Grand Casablanca',
  'MA-TNG': 'Tanger|Tanger Asilah|طنجة',
  'MA-AGD': 'Agadir|Agadir Ida Ou Tanane|أكادير',
  'MA-OUJ': 'Oujda|وجدة',
  'MA-SKH': 'Témara|Skhirat Témara|تمارة',
  'MA-FQH': 'Fkih Ben Salah|Fquih Ben Salah',
  'MA-REH': 'Rehamna|Ben Guerir',
  'MA-KES': 'Kelaa des Sraghna|El Kelaa|Kalaat Sraghna',
  'MA-ESM': 'Smara|Es Smara|السمارة',
  'MA-OUD': 'Dakhla|الداخلة|Oued Eddahab',
  'MA-INE': 'Inezgane|إنزكان',
  'MA-CHT': 'Chtouka|Biougra',
  'MA-ERR': 'Er-Rachidia|Rachidia',
  'MA-MDF': 'Mdiq|M’diq|المضيق',
  'MA-SAF': 'آسفي',
  'MA-BES': 'Ben Slimane|ابن سليمان',
  'MA-TIN': 'Tinerhir',
  'MA-GUF': 'كرسيف',
  'MA-HOC': 'Hoceima',
};

const HEADS = /^(?:(?:region|ragion|jiha|provinca|prefectura|prafactura|provinca|جهه|عماله|اقليم|ولايه|wilaya|olaya)(?: (?:da|dos|das|du|d|l|la|las|de|des))* )+/;
/** Without the word for what it is, and without articles. */
const bare = (text: string): string => fold(text).replace(HEADS, '').replaceAll(/(^| )(?:al|el|as|l|ال)(?= )/g, ' ').replaceAll(/(^| )ال/g, '$1').replaceAll(/\s+/g, '').trim();
/** Consonants only: spellings of one name differ in their vowels and in doubled letters. */
const skeleton = (text: string): string => bare(text).replaceAll(/[aoiuyh]/g, '').replaceAll(/(.)\1+/g, '$1');

function indexed<T extends NamedPlace>(places: readonly T[], aliases: Readonly<Record<string, string>>): (text: string) => T | null {
  const exact = new Map<string, T>();
  const loose = new Map<string, T | null>();
  for (const place of places) {
    for (const name of [place.nameFr, place.nameAr, ...(aliases[place.code]?.split('|') ?? [])]) {
      exact.set(bare(name), place);
      const key = skeleton(name);
      const other = loose.get(key);
      // Two that look alike without their vowels are told apart by them only.
      loose.set(key, other === undefined || other === place ? place : null);
    }
    exact.set(bare(place.code), place);
  }
  const found = new Map<string, T | null>();
  return (text) => {
    let place = found.get(text);
    if (place === undefined) {
      const key = skeleton(text);
      found.set(text, (place = exact.get(bare(text)) ?? (key.length >= 3 ? (loose.get(key) ?? null) : null)));
    }
    return place;
  };
}

export interface RegionRead {
  /** As it is now; of an old one that was split, all that it became. */
  codes: readonly string[];
  old: boolean;
}

export interface PlaceReader {
  region(text: string): RegionRead | null;
  province(text: string): NamedProvince | null;
}

export function placeReader(regions: readonly NamedPlace[], provinces: readonly NamedProvince[]): PlaceReader {
  const region = indexed(regions, { 'MA-02': 'L’Oriental|الجهة الشرقية|جهة الشرق' });
  const old = indexed(OLD_REGIONS.map(([names], i) => ({ code: String(i), nameFr: names.split('|')[0]!, nameAr: names })), Object.fromEntries(OLD_REGIONS.map(([names], i) => [String(i), names])));
  const province = indexed(provinces, PROVINCE_ALIASES);
  const codes = new Set(regions.map(({ code }) => code));
  return {
    region(text) {
      const number = /^(?:MA-?)?0?(\d{1,2})$/i.exec(text.trim())?.[1];
      if (number !== undefined) {
        const code = `MA-${number.padStart(2, '0')}`;
        return codes.has(code) ? { codes: [code], old: false } : null;
      }
      const now = region(text);
      if (now !== null) return { codes: [now.code], old: false };
      const was = old(text);
      return was === null ? null : { codes: OLD_REGIONS[Number(was.code)]![1], old: true };
    },
    province: (text) => provinces.find((p) => p.code === text.trim().toUpperCase()) ?? province(text),
  };
}
