/** The language of the page: chosen once, kept in the browser, and written on the root element with its direction. */
import { signal } from '@preact/signals';

export const LANGUAGES = ['fr', 'ar', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Locale of numbers, dates and plurals. ar-MA writes Latin digits, as Morocco does. */
export const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr-FR', ar: 'ar-MA', en: 'en-GB' };

const KEY = 'language';
const isLanguage = (value: unknown): value is Language => LANGUAGES.includes(value as Language);

/** The kept choice, else Arabic or French, whichever the browser names first, else French. */
export function firstLanguage(kept: string | null, wanted: readonly string[]): Language {
  if (isLanguage(kept)) return kept;
  const named = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return named.find((tag) => tag === 'ar' || tag === 'fr') ?? 'fr';
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

export const language = signal<Language>(typeof document === 'undefined' ? 'fr' : firstLanguage(kept(), navigator.languages));

export function setLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // As above.
  }
}

export const directionOf = (of: Language): 'rtl' | 'ltr' => (of === 'ar' ? 'rtl' : 'ltr');
