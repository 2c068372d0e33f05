/** The choice of a layer with its legend, fetched when the legend is first open. */
import { lazy } from '../lazy.tsx';

export const LayerPart = lazy(async () => (await import('./layer-part.tsx')).LayerPart, 2);
