/** Words the demonstration registry is written with: plausible French names, none of an existing site. */
import type { HostPremises } from './registry.ts';

/** Cities whose quarters are dense communes, and how many: about what their size calls for. */
export const DENSE_CITIES: ReadonlyMap<string, number> = new Map([
  ['Casablanca', 18], ['Fès', 7], ['Marrakech', 7], ['Salé', 6], ['Rabat', 5], ['Tanger', 5], ['Agadir', 4], ['Meknès', 4], ['Oujda', 4],
  ['Kénitra', 4], ['Tétouan', 4], ['Témara', 3], ['Safi', 3], ['Inezgane', 3], ['Mohammédia', 2], ['El Jadida', 2], ['Béni Mellal', 2],
  ['Nador', 2], ['Khouribga', 2], ['Laâyoune', 2], ['Taza', 1], ['Settat', 1], ['Larache', 1], ['Khémisset', 1], ['Berkane', 1],
  ['Guelmim', 1], ['Errachidia', 1], ['Khénifra', 1], ['Berrechid', 1], ['Ksar El Kebir', 1], ['Dakhla', 1], ['Al Hoceïma', 1],
]);

/** Communes by region, MA-01 to MA-12: 1,503 in all. */
export const COMMUNES_BY_REGION = [146, 124, 194, 114, 135, 153, 251, 125, 175, 53, 20, 13];

export const QUARTERS = [
  'Médina', 'Ville Nouvelle', 'Hay Hassani', 'Hay Mohammadi', 'Al Massira', 'Hay Salam', 'Al Qods', 'Ennakhil', 'Sidi Othmane',
  'Moulay Rachid', 'Al Wahda', 'Ben M’sik', 'Hay El Fath', 'Sidi Moumen', 'Al Inbiâat', 'Anassi', 'Hay Nahda', 'Derb Sultan',
];

/** First and second part of a generated rural commune's name. */
export const COMMUNE_HEADS = ['Sidi', 'Oulad', 'Aït', 'Beni', 'Aïn', 'Souk', 'Tizi', 'Moulay', 'Lalla', 'Ighrem', 'Douar', 'Zaouiat'];
export const COMMUNE_TAILS = [
  'Ali', 'Ahmed', 'Brahim', 'Moussa', 'Yahya', 'Slimane', 'Hammou', 'Saïd', 'Bouazza', 'Daoud', 'Aïssa', 'Youssef', 'Lahcen', 'Omar', 'Zine',
  'Makhlouf', 'Amer', 'Rahal', 'Abbou', 'Khlifa', 'Mansour', 'Sbaa', 'Ouadel', 'Mhand', 'Bouzid', 'Lhaj', 'Zemmour', 'Ourir', 'Mellouk', 'Ghanem',
];

export const HOST_LABELS: Record<HostPremises, string> = {
  youth_centre: 'Maison de jeunes',
  girls_home: 'Foyer de jeunes filles',
  post_office: 'Bureau de poste',
  womens_centre: 'Centre féminin',
  library: 'Bibliothèque',
  commune_hall: 'Maison communale',
  other: 'Espace associatif',
};

export const PROPER_NAMES = [
  'Al Amal', 'An Nahda', 'Al Massira', 'Al Wahda', 'Al Fath', 'Essalam', 'Al Hidaya', 'Al Kifah', 'Annour', 'Al Irfane', 'Al Manar', 'Al Qods',
  'Ibn Khaldoun', 'Ibn Sina', 'Ibn Rochd', 'Ibn Battouta', 'Ibn Tofaïl', 'Al Idrissi', 'Al Khawarizmi', 'Al Farabi', 'Al Jahiz', 'Al Moutanabbi',
  'Fatima Al Fihria', 'Khadija', 'Zaynab', 'Tariq Ibn Ziad', 'Youssef Ibn Tachfine', 'Moulay Idriss', 'Moulay Ismaïl', 'Hassan II', 'Mohammed V',
  'Allal Ben Abdellah', 'Mohammed Zerktouni', 'Allal El Fassi', 'Mokhtar Soussi', '11 Janvier', '9 Avril', '3 Mars', '18 Novembre', '20 Août',
  'Oued Eddahab', 'Al Atlas', 'Toubkal', 'Argane', 'Annakhil', 'Azzaytoune', 'Oum Rabiâ', 'Sebou', 'Ziz', 'Tafilalet', 'Anoual', 'Zellaqa',
];
