/** One line of JSON per event: what strangers write into it stays inside its string. */
import pino from 'pino';

export type Log = pino.Logger;

/** `to`: where the lines go, standard output by default. */
export const createLog = (level: string, to?: pino.DestinationStream): Log => {
  const options: pino.LoggerOptions = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['password', 'secret', 'voucher', 'cookie', 'authorization'] };
  return to ? pino(options, to) : pino(options);
};
