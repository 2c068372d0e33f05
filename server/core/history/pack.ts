/**
 * A finished day of entries in a few kilobytes: columns instead of rows, each as differences or as indexes of its few distinct values, then
 * brotli. `unpack(pack(entries))` is `entries`, whatever they hold.
 *
 *   1                                   version
 *   brotli of   count, shapes           a shape: a kind with the keys of its body
 *               epoch, shape, seq, m, w, then the columns of each shape's bodies, shape by shape, key by key
 */
import type { RecordKind } from '@cac/shared/records.ts';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { createReader, createWriter, type Reader, type Writer } from './columns.ts';
import type { Entry } from './evidence.ts';

const VERSION = 1;
/** Above this brotli takes five times as long for a twentieth less. */
const QUALITY = 9;

type Body = Record<string, unknown>;

export function pack(entries: readonly Entry[]): Uint8Array {
  const shapes = new Map<string, number>();
  const shapeOf = (entry: Entry): number => {
    const name = JSON.stringify([entry.kind, ...Object.keys(entry.body)]);
    if (!shapes.has(name)) shapes.set(name, shapes.size);
    return shapes.get(name)!;
  };
  const shaped = entries.map(shapeOf);
  const out = createWriter();
  out.count(entries.length);
  out.text(JSON.stringify([...shapes.keys()].map((name) => JSON.parse(name) as string[])));
  out.numbers(entries.map((e) => e.epoch));
  out.numbers(shaped);
  // Journals number without a hole: what counts is where one does not follow the last.
  out.numbers(entries.map((e, i) => e.seq - (entries[i - 1]?.lastSeq ?? 0)));
  out.numbers(entries.map((e) => e.lastSeq - e.seq));
  out.numbers(entries.map((e) => e.m));
  const isExact = entries.every((e) => e.m + (e.w - e.m) === e.w);
  out.count(isExact ? 1 : 0);
  out.numbers(entries.map((e) => (isExact ? e.w - e.m : e.w)));
  for (const [name, shape] of shapes) {
    const bodies = entries.filter((_, i) => shaped[i] === shape).map((e) => e.body as Body);
    for (const key of (JSON.parse(name) as string[]).slice(1)) writeValues(out, bodies.map((body) => body[key]));
  }
  const bytes = brotliCompressSync(out.bytes(), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: 18 } });
  return Buffer.concat([Buffer.from([VERSION]), bytes]);
}

export function unpack(data: Uint8Array): Entry[] {
  if (data[0] !== VERSION) throw new Error(`a block of version ${data[0]}: this program reads ${VERSION}`);
  const from = createReader(brotliDecompressSync(data.subarray(1)));
  const count = from.count();
  const shapes = JSON.parse(from.text()) as string[][];
  const epochs = from.numbers(count);
  const shaped = from.numbers(count);
  const steps = from.numbers(count);
  const lengths = from.numbers(count);
  const ms = from.numbers(count);
  const isExact = from.count() === 1;
  const walls = from.numbers(count);
  const entries: Entry[] = [];
  const byShape: Entry[][] = shapes.map(() => []);
  for (let i = 0, last = 0; i < count; i += 1) {
    const seq = last + steps[i]!;
    last = seq + lengths[i]!;
    const entry: Entry = { epoch: epochs[i]!, seq, lastSeq: last, kind: shapes[shaped[i]!]![0] as RecordKind, m: ms[i]!, w: isExact ? ms[i]! + walls[i]! : walls[i]!, body: {} as Entry['body'] };
    entries.push(entry);
    byShape[shaped[i]!]!.push(entry);
  }
  shapes.forEach((names, shape) => {
    const own = byShape[shape]!;
    for (const key of names.slice(1)) {
      const values = readValues(from, own.length);
      for (let i = 0; i < own.length; i += 1) (own[i]!.body as Body)[key] = values[i];
    }
  });
  return entries;
}

/** Numbers apart; of all else the distinct values, and which one each is (0: a number). */
function writeValues(out: Writer, values: readonly unknown[]): void {
  const others = new Map<string, number>();
  const which = values.map((value) => {
    if (typeof value === 'number') return 0;
    const text = JSON.stringify(value);
    if (!others.has(text)) others.set(text, others.size + 1);
    return others.get(text)!;
  });
  out.text(`[${[...others.keys()].join(',')}]`);
  if (others.size > 0) out.numbers(which);
  out.numbers(values.filter((value) => typeof value === 'number'));
}

function readValues(from: Reader, count: number): unknown[] {
  const others = JSON.parse(from.text()) as unknown[];
  const which = others.length > 0 ? from.numbers(count) : null;
  const numbers = from.numbers(which ? which.filter((one) => one === 0).length : count);
  if (which === null) return numbers;
  let next = 0;
  return Array.from({ length: count }, (_, i) => (which[i]! > 0 ? others[which[i]! - 1] : numbers[next++]));
}
