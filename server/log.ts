/** One line of JSON per event: what strangers write into it stays inside its string. */
import pino from 'pino';

export type Log = pino.Logger;

export const createLog = (level: string): Log => pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['password', 'secret', 'voucher', 'cookie', 'authorization'] });
