/** The filter as the server's exports ask it: the file holds exactly the sites that are shown. Pure. */
import type { Filter } from './filter.ts';

export function exportQueryOf({ stage, states, text, ...named }: Filter, format: 'csv' | 'geojson' | null): string {
  const query = new URLSearchParams(format === null ? {} : { format });
  for (const [name, value] of Object.entries(named)) if (value !== null) query.set(name, value);
  if (stage !== null) {
    const [kind, ...rung] = stage.split('-');
    query.set(kind!, rung.join('-'));
  }
  if (states.length > 0) query.set('state', states.join(','));
  if (text.trim() !== '') query.set('q', text.trim());
  return query.toString();
}
