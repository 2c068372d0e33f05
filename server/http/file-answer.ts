/** Tables and maps as files: what browsers save, and a spreadsheet or a map program opens. */
import type { Context } from 'hono';
import { csvHead, csvRows, type CsvColumn } from '../core/csv.ts';
import type { Env } from './context.ts';

function asFile(c: Context<Env>, type: string, name: string): void {
  c.header('Content-Type', type);
  c.header('Content-Disposition', `attachment; filename="${name}"`);
}

const CSV = 'text/csv; charset=utf-8';

/** A short one, whole. `name`: without its ending, of letters, digits, `-` and `_`. */
export function csvAnswer(c: Context<Env>, name: string, csv: string): Response {
  asFile(c, CSV, `${name}.csv`);
  return c.body(csv);
}

/** One of any length, a page of rows at a time. */
export function csvStream<T>(c: Context<Env>, name: string, columns: readonly CsvColumn<T>[], pages: AsyncIterator<readonly T[]>): Response {
  asFile(c, CSV, `${name}.csv`);
  return c.body(csvBody(columns, pages));
}

/** Features as one collection, a page at a time. */
export function geoJsonStream(c: Context<Env>, name: string, pages: AsyncIterator<readonly object[]>): Response {
  asFile(c, 'application/geo+json', `${name}.geojson`);
  let first = true;
  const text = (features: readonly object[]): string => features.map((feature) => {
    const lead = first ? '' : ',\n';
    first = false;
    return lead + JSON.stringify(feature);
  }).join('');
  return c.body(pageStream('{"type":"FeatureCollection","features":[\n', pages, text, '\n]}\n'));
}

export const csvBody = <T>(columns: readonly CsvColumn<T>[], pages: AsyncIterator<readonly T[]>): ReadableStream<Uint8Array> => pageStream(csvHead(columns), pages, (rows) => csvRows(columns, rows), '');

/** The next page is asked for when the reader has taken the one before, and none any more once it has gone away (F-10). */
function pageStream<T>(head: string, pages: AsyncIterator<readonly T[]>, textOf: (rows: readonly T[]) => string, tail: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let begun = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!begun) {
          begun = true;
          return controller.enqueue(encoder.encode(head));
        }
        const { done, value } = await pages.next();
        if (!done) return controller.enqueue(encoder.encode(textOf(value)));
        if (tail !== '') controller.enqueue(encoder.encode(tail));
        controller.close();
      },
      async cancel() {
        await pages.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}

/** Pages of a list that is read by cursor, until one is short. */
export async function* pagesOf<T>(read: (after: T | null, limit: number) => Promise<readonly T[]>, size = 500): AsyncGenerator<readonly T[]> {
  for (let after: T | null = null; ; ) {
    const page: readonly T[] = await read(after, size);
    if (page.length > 0) yield page;
    if (page.length < size) return;
    after = page.at(-1)!;
  }
}

/** The same pages, each made into what is to be written. */
export async function* eachPage<T, U>(pages: AsyncGenerator<readonly T[]>, make: (rows: readonly T[]) => readonly U[]): AsyncGenerator<readonly U[]> {
  for await (const page of pages) yield make(page);
}
