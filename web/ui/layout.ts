/** The two sizes the styles know too (ui/styles): below `WIDE` panels become sheets from the bottom. */
const WIDE_PX = 760;
export const PANEL_PX = 420;
export const isWide = (): boolean => innerWidth >= WIDE_PX;
