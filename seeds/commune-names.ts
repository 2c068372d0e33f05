/** Arabic names of the demonstration's communes: of the parts they are made of; what has none keeps its French name. */

const PARTS: Readonly<Record<string, string>> = {
  Sidi: 'سيدي', Oulad: 'أولاد', Aït: 'آيت', Beni: 'بني', Aïn: 'عين', Souk: 'سوق', Tizi: 'تيزي', Moulay: 'مولاي', Lalla: 'للا', Ighrem: 'إغرم', Douar: 'دوار', Zaouiat: 'زاوية',
  Ali: 'علي', Ahmed: 'أحمد', Brahim: 'إبراهيم', Moussa: 'موسى', Yahya: 'يحيى', Slimane: 'سليمان', Hammou: 'حمو', Saïd: 'سعيد', Bouazza: 'بوعزة', Daoud: 'داود', Aïssa: 'عيسى', Youssef: 'يوسف',
  Lahcen: 'لحسن', Omar: 'عمر', Zine: 'الزين', Makhlouf: 'مخلوف', Amer: 'عامر', Rahal: 'رحال', Abbou: 'عبو', Khlifa: 'خليفة', Mansour: 'منصور', Sbaa: 'السبع', Ouadel: 'وادل', Mhand: 'محند',
  Bouzid: 'بوزيد', Lhaj: 'الحاج', Zemmour: 'زمور', Ourir: 'أورير', Mellouk: 'ملوك', Ghanem: 'غانم',
  Casablanca: 'الدار البيضاء', Fès: 'فاس', Marrakech: 'مراكش', Salé: 'سلا', Rabat: 'الرباط', Tanger: 'طنجة', Agadir: 'أكادير', Meknès: 'مكناس', Oujda: 'وجدة', Kénitra: 'القنيطرة', Tétouan: 'تطوان',
  Témara: 'تمارة', Safi: 'آسفي', Inezgane: 'إنزكان', Mohammédia: 'المحمدية', 'El Jadida': 'الجديدة', 'Béni Mellal': 'بني ملال', Nador: 'الناظور', Khouribga: 'خريبكة', Laâyoune: 'العيون', Taza: 'تازة',
  Settat: 'سطات', Larache: 'العرائش', Khémisset: 'الخميسات', Berkane: 'بركان', Guelmim: 'كلميم', Errachidia: 'الرشيدية', Khénifra: 'خنيفرة', Berrechid: 'برشيد', 'Ksar El Kebir': 'القصر الكبير',
  Dakhla: 'الداخلة', 'Al Hoceïma': 'الحسيمة',
  Médina: 'المدينة', 'Ville Nouvelle': 'المدينة الجديدة', 'Hay Hassani': 'الحي الحسني', 'Hay Mohammadi': 'الحي المحمدي', 'Al Massira': 'المسيرة', 'Hay Salam': 'حي السلام', 'Al Qods': 'القدس',
  Ennakhil: 'النخيل', 'Sidi Othmane': 'سيدي عثمان', 'Moulay Rachid': 'مولاي رشيد', 'Al Wahda': 'الوحدة', 'Ben M’sik': 'ابن امسيك', 'Hay El Fath': 'حي الفتح', 'Sidi Moumen': 'سيدي مومن',
  'Al Inbiâat': 'الانبعاث', Anassi: 'أناسي', 'Hay Nahda': 'حي النهضة', 'Derb Sultan': 'درب السلطان',
};

/** A name of two known parts, or of one. */
export function arabicName(name: string): string {
  if (PARTS[name] !== undefined) return PARTS[name];
  for (let at = name.indexOf(' '); at > 0; at = name.indexOf(' ', at + 1)) {
    const [head, tail] = [PARTS[name.slice(0, at)], PARTS[name.slice(at + 1)]];
    if (head !== undefined && tail !== undefined) return `${head} ${tail}`;
  }
  return name;
}
