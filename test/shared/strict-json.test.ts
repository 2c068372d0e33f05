/** Strict JSON against JSON.parse: what it accepts is read alike, and what it refuses besides is refused for a reason that is there. */
import * as fc from 'fast-check';
import * as assert from 'uvu/assert';
import { parseJsonBytes, parseStrictJson, type JsonFault } from '@cac/shared/strict-json.ts';
import { suite } from '../harness.ts';

const test = suite('strict JSON');

/** JSON as it is written: objects are lists, so that a key can stand twice. */
type Tree = { kind: 'leaf'; text: string } | { kind: 'list'; items: Tree[] } | { kind: 'object'; entries: [key: string, value: Tree][] };

const key = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', '"', '\\', ':', '{', 'é', '😀') }, { weight: 3, arbitrary: fc.string() }, { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '') });
const leaf = fc.oneof(fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)), fc.constantFrom('1e400', '-0', '"\\u0041"', '"__proto__"', '"[{\\":"'));
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf.map((text): Tree => ({ kind: 'leaf', text })),
    fc.array(tie('tree'), { maxLength: 4 }).map((items): Tree => ({ kind: 'list', items })),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 6 }).map((entries): Tree => ({ kind: 'object', entries: entries as [string, Tree][] })),
  ),
}));
const space = fc.constantFrom('', '', ' ', '\n', '\t\r ');

function write(of: Tree, between: string, escaped: boolean): string {
  const wide = (text: string): string => between + text + between;
  const name = (text: string): string => (escaped ? `"${[...Array(text.length).keys()].map((i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"` : JSON.stringify(text));
  switch (of.kind) {
    case 'leaf':
      return wide(of.text);
    case 'list':
      return wide(`[${of.items.length === 0 ? between : of.items.map((item) => write(item, between, escaped)).join(',')}]`);
    case 'object':
      return wide(`{${of.entries.length === 0 ? between : of.entries.map(([k, value]) => `${wide(name(k))}:${write(value, between, escaped)}`).join(',')}}`);
    default:
      return of satisfies never;
  }
}

/** Everything that is wrong with a tree. */
function faultsOf(of: Tree, room: number): Set<JsonFault> {
  if (of.kind === 'leaf') return new Set();
  const faults = new Set<JsonFault>(room === 0 ? ['too_deep'] : []);
  if (of.kind === 'object') {
    const keys = of.entries.map(([k]) => k);
    if (keys.includes('__proto__')) faults.add('forbidden_key');
    if (new Set(keys).size < keys.length) faults.add('duplicate_key');
  }
  for (const inner of of.kind === 'list' ? of.items : of.entries.map(([, value]) => value)) for (const fault of faultsOf(inner, Math.max(0, room - 1))) faults.add(fault);
  return faults;
}

test('what is refused has that fault, what is accepted has none and is what JSON.parse reads', () => {
  fc.assert(
    fc.property(tree, space, fc.boolean(), fc.integer({ min: 1, max: 6 }), (value, between, escaped, depth) => {
      const text = write(value, between, escaped);
      const faults = faultsOf(value, depth);
      const result = parseStrictJson(text, depth);
      if (result.ok) assert.is(faults.size, 0, text);
      else assert.ok(faults.has(result.fault), `${result.fault}: ${text}`);
      if (result.ok) assert.is(JSON.stringify(result.value), JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 3_000 },
  );
});

test('any text: not_json exactly where JSON.parse throws', () => {
  const broken = fc.tuple(tree, fc.nat(), fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', ' ', '\0', 'e', '-')).map(([value, at, piece]) => {
    const text = write(value, '', false);
    return text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1);
  });
  fc.assert(
    fc.property(fc.oneof(broken, fc.string()), (text) => {
      const result = parseStrictJson(text, 20);
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      assert.is(!result.ok && result.fault === 'not_json', !parses, text);
    }),
    { numRuns: 3_000 },
  );
});

test('any bytes give a result', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => typeof parseJsonBytes(bytes, 4).ok === 'boolean'));
});

test('an object of 30,000 keys is read in a moment, and its last key twice is seen', () => {
  const keys = Array.from({ length: 30_000 }, (_, i) => `"${i.toString(36)}":1`);
  const startedAt = performance.now();
  assert.ok(parseStrictJson(`{${keys.join()}}`, 1).ok);
  assert.equal(parseStrictJson(`{${keys.join()},${keys.at(-1)}}`, 1), { ok: false, fault: 'duplicate_key' });
  // Quadratic it took two seconds, in which no machine was heard.
  const took = performance.now() - startedAt;
  assert.ok(took < 1_000, `${took} ms`);
});

test.run();
