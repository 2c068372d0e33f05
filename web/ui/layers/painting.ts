/** Turns the figures of areas into what the map paints, whenever layer, level, filter or figures change. Runs from the moment this part is loaded. */
import type { CoverageArea, CoverageAreas } from '@cac/shared/coverage.ts';
import { computed, effect, signal } from '@preact/signals';
import { RequestError } from '../../api.ts';
import { coverageApi, type Narrowed } from '../../coverage-api.ts';
import { percent, number } from '../../i18n/format.ts';
import { vt } from '../../i18n/coverage/text.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { zoneColour } from '../../map/look.ts';
import { CSP_COLOURS, SCALES } from '../../map/scales.ts';
import { classOf, readingOf, type Layer, type Painting, type Reading } from '../../state/layers.ts';
import { coverage, filter, layer, level, painting, toSignIn } from '../../state/store.ts';
import { CSP, ZONES } from '../../words.ts';
import { areaName } from '../area-names.ts';
import { durationOf } from './durations.ts';

export const areas = signal<CoverageAreas | null>(null);
export const failure = signal<RequestError | null>(null);
const byCode = computed(() => new Map((areas.value?.items ?? []).map((area) => [area.code, area])));

export const nameOf = ({ code, name }: CoverageArea): string => (name === null ? areaName(code) : language.value === 'ar' ? name.ar : name.fr);

export function colourOf(of: Layer, reading: Reading): string | null {
  switch (reading.kind) {
    case 'none':
      return null;
    case 'zones':
      return zoneColour(reading.shares);
    case 'csp':
      return CSP_COLOURS[reading.csp];
    case 'share':
      return of === 'zones' || of === 'csp' ? null : SCALES[of][classOf(of, reading.share)]!;
    default:
      return reading satisfies never;
  }
}

/** What a reading says in a word, and what it rests on. */
export function wordsOf(of: Layer, area: CoverageArea, reading: Reading): { value: string; detail: string[] } {
  switch (reading.kind) {
    case 'none':
      return { value: vt('na'), detail: [] };
    case 'zones': {
      const lines = ZONES.flatMap((zone, i) => (reading.shares[i]! > 0 ? vt('zone_line', { zone: t(`zone_${zone}`), share: percent(reading.shares[i]!) }) : []));
      return { value: lines[0] ?? '', detail: lines.slice(1) };
    }
    case 'csp':
      return { value: vt('csp_one', { csp: reading.csp }), detail: CSP.map((csp) => vt('csp_line', { csp, share: percent(reading.shares[csp]) })) };
    case 'share': {
      const { declared, proven, target } = area.gap;
      const detail =
        of === 'gap'
          ? vt('detail_gap', { target: number(target), declared: number(declared), proven: number(proven) })
          : of === 'availability'
            ? vt('detail_hours', { conn: durationOf(reading.part), known: durationOf(reading.whole) })
            : vt('of_households', { part: number(reading.part), whole: number(reading.whole) });
      return { value: percent(reading.share), detail: [detail] };
    }
    default:
      return reading satisfies never;
  }
}

function paintingOf(of: Layer, shown: CoverageAreas): Painting {
  const read = (code: string): { area: CoverageArea; reading: Reading } | null => {
    const area = byCode.value.get(code);
    return area === undefined ? null : { area, reading: readingOf(of, area) };
  };
  const colours = new Map(shown.items.map((area) => [area.code, colourOf(of, readingOf(of, area))]));
  return {
    level: shown.by,
    colourOf: (code) => colours.get(code) ?? null,
    linesOf(code) {
      const found = read(code);
      if (found === null || found.reading.kind === 'none') return [found === null ? areaName(code) : nameOf(found.area), vt('no_data')];
      const { value, detail } = wordsOf(of, found.area, found.reading);
      return [nameOf(found.area), value, ...detail];
    },
    points: shown.by === 'commune' ? shown.items.flatMap(({ code, at }) => (at === null ? [] : { code, ...at })) : [],
  };
}

let asked = '';

effect(() => {
  const { programme, region, province, zone } = filter.value;
  const narrowed: Narrowed = { programme, region, province, zone };
  const by = level.value;
  // Figures that were read again are a reason to ask again.
  const { items } = coverage.value;
  if (layer.value === 'none') return;
  const key = JSON.stringify([by, narrowed, items]);
  if (key === asked) return;
  asked = key;
  coverageApi.areas(narrowed, by).then(
    (value) => {
      if (asked !== key) return;
      areas.value = value;
      failure.value = null;
    },
    (error: unknown) => {
      if (asked !== key || !(error instanceof RequestError)) return;
      asked = '';
      if (error.status === 401) toSignIn();
      else failure.value = error;
    },
  );
});

effect(() => {
  const of = layer.value;
  painting.value = of === 'none' || areas.value === null ? null : paintingOf(of, areas.value);
});
