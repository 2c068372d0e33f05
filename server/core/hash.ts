/** Codes, tokens and secrets are stored as their SHA-256, in hex. */
import { createHash } from 'node:crypto';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
