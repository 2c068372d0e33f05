/** The bytes of a text file as text, and how they were read: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252. Pure. */
export type Encoding = 'utf-8' | 'utf-8 bom' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface Decoded {
  text: string;
  encoding: Encoding;
}

const begins = (bytes: Uint8Array, ...mark: number[]): boolean => mark.every((byte, i) => bytes[i] === byte);

/** Null: no text at all (a program, a picture, an old workbook), as its zero bytes tell. */
export function decodeText(bytes: Uint8Array): Decoded | null {
  const read = (encoding: string, from = 0): string => new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes.subarray(from));
  if (begins(bytes, 0xef, 0xbb, 0xbf)) return { text: read('utf-8', 3), encoding: 'utf-8 bom' };
  if (begins(bytes, 0xff, 0xfe)) return { text: read('utf-16le', 2), encoding: 'utf-16le' };
  if (begins(bytes, 0xfe, 0xff)) return { text: read('utf-16be', 2), encoding: 'utf-16be' };
  if (bytes.includes(0)) return null;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: westernText(bytes), encoding: 'windows-1252' };
  }
}

/** What Windows-1252 has where Latin-1 has control characters; several versions of Node decode the one as the other. */
const WESTERN = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const westernText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').replaceAll(/[\x80-\x9f]/g, (letter) => WESTERN[letter.charCodeAt(0) - 0x80]!);

/** What kind of file it is, by its first bytes: names lie. */
export function formatOf(bytes: Uint8Array): 'zip' | 'xls' | 'ics' | 'text' {
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04) || begins(bytes, 0x50, 0x4b, 0x05, 0x06)) return 'zip';
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) return 'xls';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).replace(/^ï»¿/, '').trimStart();
  return start.toUpperCase().startsWith('BEGIN:VCALENDAR') ? 'ics' : 'text';
}
