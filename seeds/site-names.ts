/** Arabic names of the demonstration's sites: what it is, its proper name, its commune; what has no Arabic here leaves the name out. */
import { arabicName } from './commune-names.ts';

const HEADS: Readonly<Record<string, string>> = {
  'CAC Maison de jeunes': 'مركز الولوج بدار الشباب', 'CAC Foyer de jeunes filles': 'مركز الولوج بدار الطالبة', 'CAC Bureau de poste': 'مركز الولوج بمكتب البريد', 'CAC Centre féminin': 'مركز الولوج بالمركز النسوي',
  'CAC Bibliothèque': 'مركز الولوج بالخزانة', 'CAC Maison communale': 'مركز الولوج بدار الجماعة', 'CAC Espace associatif': 'مركز الولوج بالفضاء الجمعوي', École: 'مدرسة', Collège: 'إعدادية', Lycée: 'ثانوية',
};

const PROPER: Readonly<Record<string, string>> = {
  'Al Amal': 'الأمل', 'An Nahda': 'النهضة', 'Al Massira': 'المسيرة', 'Al Wahda': 'الوحدة', 'Al Fath': 'الفتح', Essalam: 'السلام', 'Al Hidaya': 'الهداية', 'Al Kifah': 'الكفاح', Annour: 'النور', 'Al Irfane': 'العرفان',
  'Al Manar': 'المنار', 'Al Qods': 'القدس', 'Ibn Khaldoun': 'ابن خلدون', 'Ibn Sina': 'ابن سينا', 'Ibn Rochd': 'ابن رشد', 'Ibn Battouta': 'ابن بطوطة', 'Ibn Tofaïl': 'ابن طفيل', 'Al Idrissi': 'الإدريسي',
  'Al Khawarizmi': 'الخوارزمي', 'Al Farabi': 'الفارابي', 'Al Jahiz': 'الجاحظ', 'Al Moutanabbi': 'المتنبي', 'Fatima Al Fihria': 'فاطمة الفهرية', Khadija: 'خديجة', Zaynab: 'زينب', 'Tariq Ibn Ziad': 'طارق بن زياد',
  'Youssef Ibn Tachfine': 'يوسف بن تاشفين', 'Moulay Idriss': 'مولاي إدريس', 'Moulay Ismaïl': 'مولاي إسماعيل', 'Hassan II': 'الحسن الثاني', 'Mohammed V': 'محمد الخامس', 'Allal Ben Abdellah': 'علال بن عبد الله',
  'Mohammed Zerktouni': 'محمد الزرقطوني', 'Allal El Fassi': 'علال الفاسي', 'Mokhtar Soussi': 'المختار السوسي', '11 Janvier': '11 يناير', '9 Avril': '9 أبريل', '3 Mars': '3 مارس', '18 Novembre': '18 نونبر',
  '20 Août': '20 غشت', 'Oued Eddahab': 'وادي الذهب', 'Al Atlas': 'الأطلس', Toubkal: 'توبقال', Argane: 'أركان', Annakhil: 'النخيل', Azzaytoune: 'الزيتون', 'Oum Rabiâ': 'أم الربيع', Sebou: 'سبو', Ziz: 'زيز',
  Tafilalet: 'تافيلالت', Anoual: 'أنوال', Zellaqa: 'الزلاقة',
};

/** `CAC Bibliothèque Al Amal — Salé` and the like. Null where a part is not known. */
export function arabicSiteName(name: string): string | null {
  const [what = '', commune = ''] = name.split(' — ');
  const head = Object.keys(HEADS).find((one) => what.startsWith(`${one} `));
  const proper = head === undefined ? undefined : PROPER[what.slice(head.length + 1)];
  return head === undefined || proper === undefined ? null : `${HEADS[head]!} ${proper} — ${arabicName(commune)}`;
}
