/** What the probes measured, as columns for a chart. Pure. */
import type { Evidence } from './evidence.ts';

export interface SampleColumns {
  at: number[];
  net: (number | null)[];
  dns: (number | null)[];
  gw: (number | null)[];
  srv: (number | null)[];
  /** Failed share of the Internet targets tried, 0 to 1. */
  loss: (number | null)[];
}

export function samplesOf({ boots }: Evidence, fromAt: number, toAt: number): SampleColumns {
  const columns: SampleColumns = { at: [], net: [], dns: [], gw: [], srv: [], loss: [] };
  for (const { startAt, entries } of boots) {
    for (const { kind, m, body } of entries) {
      const at = startAt + m;
      if (kind !== 'sample' || at < fromAt || at >= toAt || at === columns.at.at(-1)) continue;
      const results = body as Record<string, number | string>;
      const targets = Object.entries(results).flatMap(([name, result]) => (/^net\d+$/.test(name) ? [result] : []));
      const passed = targets.filter((result) => typeof result === 'number');
      columns.at.push(at);
      columns.net.push(passed.length > 0 ? Math.min(...passed) : null);
      columns.loss.push(targets.length > 0 ? (targets.length - passed.length) / targets.length : null);
      for (const name of ['dns', 'gw', 'srv'] as const) columns[name].push(typeof results[name] === 'number' ? results[name] : null);
    }
  }
  return columns;
}
