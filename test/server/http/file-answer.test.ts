import * as assert from 'uvu/assert';
import { csvBody, pagesOf } from '@cac/server/http/file-answer.ts';
import { suite } from '../../harness.ts';

const test = suite('file answers');
const COLUMNS = [{ head: 'n', of: (n: number) => n }, { head: 'twice', of: (n: number) => n * 2 }];

/** So many rows; `asked` counts the pages that were read from the source. */
function table(rows: number): { body: ReadableStream<Uint8Array>; asked: () => number } {
  let asked = 0;
  const pages = pagesOf<number>(async (after, limit) => {
    asked += 1;
    const first = (after ?? 0) + 1;
    return Array.from({ length: Math.min(limit, rows - first + 1) }, (_, i) => first + i);
  }, 100);
  return { body: csvBody(COLUMNS, pages), asked: () => asked };
}

const textOf = async (body: ReadableStream<Uint8Array>): Promise<string> => new TextDecoder('utf-8', { ignoreBOM: true }).decode(await new Response(body).arrayBuffer());

test('all pages, one head', async () => {
  const lines = (await textOf(table(250).body)).trimEnd().split('\r\n');
  assert.is(lines[0], '\ufeffn;twice');
  assert.equal([lines.length, lines.at(-1)], [251, '250;500']);
});

test('an empty table is its head', async () => {
  assert.is((await textOf(table(0).body)).replace('\ufeff', '').trim(), 'n;twice');
});

test('F-10 ten million rows to a reader that stops after the first page: the source is read no further', async () => {
  const { body, asked } = table(10_000_000);
  const reader = body.getReader();
  await reader.read();
  await reader.read();
  const before = asked();
  assert.ok(before <= 3, `${before} pages were read ahead`);
  await reader.cancel();
  await new Promise((next) => setTimeout(next, 20));
  assert.ok(asked() <= before + 1);
});

test.run();
