/** Line icons, 20 x 20, in the colour of the text. */
import type { JSX } from 'preact';

const PATHS = {
  close: 'M5 5l10 10M15 5L5 15',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4',
  layers: 'M10 3l7 4-7 4-7-4zM3 10.5l7 4 7-4M3 14l7 4 7-4',
  home: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  user: 'M10 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM4 17c.6-3.4 3-5 6-5s5.4 1.6 6 5',
  chevron: 'M5.5 8l4.5 4.5L14.500 8',
  filter: 'M3 5h14M6 10h8M8.500 15h3',
  pin: 'M10 17.500s5.500-5.200 5.500-9.200a5.500 5.500 0 1 0-11 0c0 4 5.500 9.200 5.500 9.200zM10 6.300a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  copy: 'M7 7h9v10H7zM4 13V3h9',
  check: 'M4 10.500l4 4 8-9',
  alert: 'M10 3l8 14H2zM10 8.500v4M10 14.500v.1',
  pc: 'M3 4h14v9H3zM7.500 17h5M10 13v4',
  eye: 'M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zM10 7.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5z',
  info: 'M10 2.500a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15zM10 9v5M10 6.200v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: the eight-pointed star of zellige, with a point of light in it. */
export function Mark({ size = 28 }: { size?: number }): JSX.Element {
  return (
    <svg class="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path fill="#0f5f57" d="M16 1l4.400 4.400h6.200v6.200L31 16l-4.400 4.400v6.200h-6.200L16 31l-4.400-4.400H5.400v-6.200L1 16l4.400-4.400V5.400h6.200z" />
      <path fill="none" stroke="#e6cf9c" stroke-width="1.300" d="M16 6.200l2.900 2.900H23v4.100l2.800 2.800-2.800 2.800v4.100h-4.100L16 25.800l-2.900-2.900H9v-4.100L6.200 16 9 13.200V9.100h4.100z" />
      <circle cx="16" cy="16" r="3.200" fill="#e6cf9c" />
    </svg>
  );
}
