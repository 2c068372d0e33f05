/** The size of a file, in the language of the page. */
import { number } from '../../i18n/format.ts';
import { vt } from '../../i18n/voucher/text.ts';

const MB = 1_000_000;

export const bytesText = (bytes: number): string => (bytes >= MB ? vt('size_mb', { n: number(Math.round(bytes / (MB / 10)) / 10) }) : vt('size_kb', { n: number(Math.ceil(bytes / 1_000)) }));
