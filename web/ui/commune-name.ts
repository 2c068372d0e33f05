/** A site's commune by its name where that is known, else as somebody wrote it. */
import { language } from '../i18n/language.ts';

export const communeName = ({ commune, communeNames }: { commune: string | null; communeNames?: { fr: string; ar: string } | null | undefined }): string | null => communeNames?.[language.value === 'ar' ? 'ar' : 'fr'] ?? commune;
