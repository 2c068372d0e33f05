/** Regions and provinces by the name they have in the language of the page. */
import { computed } from '@preact/signals';
import { language, LOCALES } from '../i18n/language.ts';
import type { Area } from '../state/territory.ts';
import { fleet, territory } from '../state/store.ts';

const areas = computed(() => new Map<string, Area>([...(territory.value?.regions ?? []), ...(territory.value?.provinces ?? [])].map((area) => [area.code, area])));

const nameOf = (code: string): string => {
  const area = areas.value.get(code);
  if (area === undefined) return code;
  return language.value === 'ar' ? area.ar : area.fr;
};

const byName = (a: string, b: string): number => nameOf(a).localeCompare(nameOf(b), LOCALES[language.value]);

/** Without shapes, the regions that have sites. */
const regionCodes = computed(() => {
  const known = territory.value?.regions.map((region) => region.code) ?? [];
  return known.length > 0 ? known : [...new Set(fleet.value.sites.flatMap((site) => site.region ?? []))];
});

/** The name of a region or of a province; nothing for none. */
export const areaName = (code: string | null): string => (code === null ? '' : nameOf(code));
export const regionsByName = (): string[] => [...regionCodes.value].sort(byName);
export const provincesOf = (region: string): string[] => (territory.value?.provinces ?? []).filter((p) => p.region === region).map((p) => p.code).sort(byName);
