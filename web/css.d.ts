/** Styles are bundled by web/build.ts; importing them gives nothing. */
declare module '*.css';
