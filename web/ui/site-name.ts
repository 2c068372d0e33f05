/** A site by the name it has in the language of the page. */
import { language } from '../i18n/language.ts';

export const siteName = ({ name, nameAr }: { name: string; nameAr: string | null }): string => (language.value === 'ar' && nameAr !== null ? nameAr : name);
