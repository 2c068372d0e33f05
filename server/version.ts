/** Of the server, as it says itself. */
export const VERSION = '0.1.0';
