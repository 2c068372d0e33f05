/** What the sites on the map are coloured by now. */
import { signal } from '@preact/signals';
import { BY_STATE, type Colouring } from '../map/look.ts';
import type { FleetSite } from '../state/fleet.ts';

export const colouring = signal<Colouring<FleetSite>>(BY_STATE);
