/** Web Mercator on the unit square: x and y grow to the east and to the south from 0 to 1. */

export const mercatorX = (lon: number): number => (lon + 180) / 360;
export const mercatorY = (lat: number): number => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

export const latitudeOf = (y: number): number => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

/** Pixels of the whole world's side at a zoom. */
export const worldSize = (zoom: number): number => 256 * 2 ** zoom;
