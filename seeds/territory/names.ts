/** What the sources write otherwise than people here do: names of provinces and of the larger places. */

/** Province names to use instead of the cleaned ones of the source (MA-FIG carries Nador's Arabic name there). */
export const PROVINCE_NAMES: Readonly<Record<string, { fr?: string; ar?: string }>> = {
  'MA-RAB': { fr: 'Rabat' },
  'MA-FIG': { ar: 'فكيك' },
  'MA-KEN': { fr: 'Kénitra' },
  'MA-BEM': { fr: 'Béni Mellal' },
  'MA-OUJ': { fr: 'Oujda-Angad' },
  'MA-OUA': { ar: 'ورزازات' },
  'MA-MDF': { ar: 'المضيق-الفنيدق' },
  'MA-KES': { fr: 'El Kelaâ des Sraghna' },
};

export const REGION_NAMES: Readonly<Record<string, { fr: string; ar: string }>> = {
  'MA-01': { fr: 'Tanger-Tétouan-Al Hoceïma', ar: 'طنجة-تطوان-الحسيمة' },
  'MA-02': { fr: 'Oriental', ar: 'الشرق' },
  'MA-03': { fr: 'Fès-Meknès', ar: 'فاس-مكناس' },
  'MA-04': { fr: 'Rabat-Salé-Kénitra', ar: 'الرباط-سلا-القنيطرة' },
  'MA-05': { fr: 'Béni Mellal-Khénifra', ar: 'بني ملال-خنيفرة' },
  'MA-06': { fr: 'Casablanca-Settat', ar: 'الدار البيضاء-سطات' },
  'MA-07': { fr: 'Marrakech-Safi', ar: 'مراكش-آسفي' },
  'MA-08': { fr: 'Drâa-Tafilalet', ar: 'درعة-تافيلالت' },
  'MA-09': { fr: 'Souss-Massa', ar: 'سوس-ماسة' },
  'MA-10': { fr: 'Guelmim-Oued Noun', ar: 'كلميم-واد نون' },
  'MA-11': { fr: 'Laâyoune-Sakia El Hamra', ar: 'العيون-الساقية الحمراء' },
  'MA-12': { fr: 'Dakhla-Oued Ed-Dahab', ar: 'الداخلة-وادي الذهب' },
};

/** Rank, GeoNames' spelling (several with `|`), French name and Arabic name of the larger places. */
const LARGER = `
1 Casablanca = Casablanca = الدار البيضاء
1 Rabat = Rabat = الرباط
1 Fes|Fès = Fès = فاس
1 Marrakesh|Marrakech = Marrakech = مراكش
1 Tangier = Tanger = طنجة
1 Agadir = Agadir = أكادير
1 Meknes|Meknès = Meknès = مكناس
1 Oujda|Oujda-Angad = Oujda = وجدة
1 Laayoune|Laâyoune = Laâyoune = العيون
1 Dakhla = Dakhla = الداخلة
2 Sale|Salé = Salé = سلا
2 Kenitra = Kénitra = القنيطرة
2 Tetouan|Tétouan = Tétouan = تطوان
2 Safi = Safi = آسفي
2 Mohammedia = Mohammédia = المحمدية
2 El Jadid|El Jadida = El Jadida = الجديدة
2 Beni Mellal = Béni Mellal = بني ملال
2 Nador = Nador = الناظور
2 Taza = Taza = تازة
2 Settat = Settat = سطات
2 Larache = Larache = العرائش
2 Khouribga = Khouribga = خريبكة
2 Guelmim = Guelmim = كلميم
2 Ouarzazate = Ouarzazate = ورزازات
2 Errachidia|Er Rachidia = Errachidia = الرشيدية
2 Essaouira = Essaouira = الصويرة
2 Al Hoceima|Al Hoceïma = Al Hoceïma = الحسيمة
2 Khenifra|Khénifra = Khénifra = خنيفرة
2 Taroudant = Taroudant = تارودانت
2 Smara = Es-Semara = السمارة
2 Tan-Tan = Tan-Tan = طانطان
2 Boujdour = Boujdour = بوجدور
2 Tiznit = Tiznit = تيزنيت
2 Berkane = Berkane = بركان
2 Zagora = Zagora = زاكورة
2 Tata = Tata = طاطا
3 Temara = Témara = تمارة
3 Berrechid = Berrechid = برشيد
3 Khemisset|Khemissat = Khémisset = الخميسات
3 Taourirt = Taourirt = تاوريرت
3 Ksar El Kebir = Ksar El Kebir = القصر الكبير
3 Midelt = Midelt = ميدلت
3 Azrou = Azrou = أزرو
3 Ifrane = Ifrane = إفران
3 Sefrou = Sefrou = صفرو
3 Guercif = Guercif = جرسيف
3 Figuig|Figuig (Centre) = Figuig = فكيك
3 Bouarfa|Bouarfa = Bouarfa = بوعرفة
3 Chefchaouene|Chefchaouen = Chefchaouen = شفشاون
3 Ouezzane = Ouezzane = وزان
3 Sidi Kacem = Sidi Kacem = سيدي قاسم
3 Sidi Slimane = Sidi Slimane = سيدي سليمان
3 Sidi Bennour = Sidi Bennour = سيدي بنور
3 Sidi Ifni = Sidi Ifni = سيدي إفني
3 Tinghir|Tinerhir = Tinghir = تنغير
3 Azilal = Azilal = أزيلال
3 Jerada = Jerada = جرادة
3 Youssoufia = Youssoufia = اليوسفية
3 Tarfaya = Tarfaya = طرفاية
3 Assa = Assa = آسا
3 Taounate = Taounate = تاونات
3 Inezgane = Inezgane = إنزكان
3 Aousserd|Awsard = Aousserd = أوسرد
3 Fkih Ben Salah|Fquih Ben Salah|Al Fqih Ben Çalah = Fquih Ben Salah = الفقيه بن صالح
3 Ben Guerir|Benguerir = Benguerir = ابن جرير
3 El Kelaa des Srarhna|Kelaa des Sraghna = El Kelaâ des Sraghna = قلعة السراغنة
3 Chichaoua = Chichaoua = شيشاوة
`;

export const LARGER_PLACES: ReadonlyMap<string, { rank: number; fr: string; ar: string }> = new Map(
  LARGER.trim()
    .split('\n')
    .flatMap((line) => {
      const [head = '', fr = '', ar = ''] = line.split(' = ');
      return head.slice(2).split('|').map((name) => [name, { rank: Number(head[0]), fr, ar }] as const);
    }),
);
