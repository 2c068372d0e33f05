/** Words of lists as offices write them, in French, Arabic and English, and the words of the registry they stand for. Pure. */
import { fold } from './values.ts';

const table = (words: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(words).flatMap(([word, spellings]) => [word, ...spellings.split('|')].map((spelling) => [fold(spelling), word] as const)));

export const WORDS = {
  zone: table({
    dense: 'zone dense|urbaine dense|كثيفة|منطقة كثيفة|كثيفة السكان',
    moderate: 'moyennement dense|zone moyennement dense|moyenne|modérée|moderately dense|متوسطة|متوسطة الكثافة|منطقة متوسطة الكثافة',
    'grey-white': 'grise et blanche|grises et blanches|zone grise et blanche|zones grises et blanches|grise|blanche|zone grise|zone blanche|gris-blanc|grey and white|rurale|رمادية وبيضاء|رمادية|بيضاء|منطقة رمادية وبيضاء|المناطق الرمادية والبيضاء',
  }),
  kind: table({
    centre: 'center|cac|centre d’accès communautaire|centre communautaire|community access centre|مركز|مركز ولوج جماعي|مركز الولوج الجماعي|مركز جماعاتي',
    school: 'école|ecole primaire|collège|lycée|établissement scolaire|établissement|مدرسة|إعدادية|ثانوية|مؤسسة تعليمية|ثانوية إعدادية|ثانوية تأهيلية',
  }),
  hostPremises: table({
    youth_centre: 'maison de jeunes|maison des jeunes|dar chabab|dar ch-chabab|mj|youth centre|دار الشباب',
    girls_home: 'foyer de jeunes filles|foyer féminin|dar taliba|dar talib|girls’ home|دار الطالبة|نادي نسوي|دار الفتاة',
    post_office: 'bureau de poste|poste|la poste|agence postale|barid al maghrib|مكتب البريد|البريد|وكالة بريدية',
    womens_centre: 'centre féminin|centre de la femme|foyer de la femme|women’s centre|مركز نسوي|المركز النسوي|مركز المرأة',
    library: 'bibliothèque|médiathèque|مكتبة|خزانة|الخزانة الوسائطية|خزانة وسائطية',
    commune_hall: 'commune|siège de la commune|mairie|hôtel de ville|salle communale|commune hall|مقر الجماعة|الجماعة|دار الجماعة',
    other: 'autre|autres|آخر|أخرى|غير ذلك',
  }),
  equipment: table({
    room: 'salle|salle multimédia|salle informatique|smm|قاعة|قاعة متعددة الوسائط|قاعة الإعلاميات',
    suitcase: 'valise|valise multimédia|vmm|حقيبة|حقيبة متعددة الوسائط',
    trolley: 'chariot|chariot mobile|classe mobile|عربة|عربة متنقلة|قسم متنقل',
  }),
  technology: table({
    adsl: 'dsl|vdsl|cuivre|adsl2+|خط رقمي',
    fibre: 'fiber|ftth|fttx|fibre optique|fo|ألياف بصرية|ألياف|الألياف البصرية',
    leased: 'ls|ligne spécialisée|ligne louée|liaison louée|vpn ip|leased line|خط مكرى|خط متخصص|خط مؤجر',
    wimax: 'wi-max|واي ماكس',
    mobile: '3g|4g|5g|lte|gsm|gprs|edge|data mobile|modem 3g|هاتف محمول|محمول|الجيل الثالث|الجيل الرابع',
    satellite: 'vsat|v-sat|sat|قمر صناعي|ساتل|أقمار صناعية',
    radio: 'blr|faisceau hertzien|fh|boucle locale radio|wifi|راديو|موجات هرتزية',
    other: 'autre|autres|آخر|أخرى',
  }),
} as const satisfies Record<string, ReadonlyMap<string, string>>;

export const wordOf = (list: keyof typeof WORDS, text: string): string | null => WORDS[list].get(fold(text)) ?? null;
