/** The map's snapshot: every site in scope as columns, kept compressed and made again only after a change. */
import type { FleetSnapshot, Scope } from '@cac/shared/api.ts';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Store } from '../store/store.ts';
import { siteEventOf, siteFaces } from '../store/sites.ts';
import { lastTransition } from '../store/transitions.ts';

export type FleetEncoding = 'br' | 'gzip' | 'identity';

export interface Fleet {
  snapshot(scope: Scope, encoding: FleetEncoding): Promise<Uint8Array>;
  /** The log has been read up to here: older snapshots are out of date. */
  changed(cursor: number): void;
}

const SCOPES_KEPT = 50;
/** During a storm of changes a snapshot may be this old; its cursor tells readers where to go on from. */
const MAX_AGE_MS = 1_000;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

interface Kept {
  cursor: number;
  madeAt: number;
  json: Promise<Uint8Array>;
  packed: Map<FleetEncoding, Promise<Uint8Array>>;
}

export function createFleet(store: Store, now: () => number): Fleet {
  const kept = new Map<string, Kept>();
  let newest = 0;

  const current = (scope: Scope): Kept => {
    const key = scope.kind === 'all' ? 'all' : scope.regions.toSorted().join();
    const known = kept.get(key);
    if (known && (known.cursor >= newest || now() - known.madeAt < MAX_AGE_MS)) return known;
    const made: Kept = { cursor: newest, madeAt: now(), json: makeSnapshot(store, scope, now()), packed: new Map() };
    made.json.catch(() => kept.delete(key));
    kept.delete(key);
    if (kept.size >= SCOPES_KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(key, made);
    return made;
  };

  return {
    changed: (cursor) => void (newest = cursor),
    async snapshot(scope, encoding) {
      const { json, packed } = current(scope);
      if (encoding === 'identity') return json;
      let bytes = packed.get(encoding);
      if (!bytes) packed.set(encoding, (bytes = json.then((raw) => pack(raw, encoding))));
      return bytes;
    },
  };
}

const pack = (raw: Uint8Array, encoding: 'br' | 'gzip'): Promise<Uint8Array> =>
  encoding === 'gzip' ? zip(raw, { level: 6 }) : brotli(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 } });

async function makeSnapshot(store: Store, scope: Scope, at: number): Promise<Uint8Array> {
  // The number first: what happens between the two reads is told again by the stream, never left out.
  const cursor = await lastTransition(store.db);
  const sites = (await siteFaces(store.db, scope)).map(siteEventOf);
  const words: FleetSnapshot['words'] = { programme: [], region: [], province: [], zone: [], state: [], carrier: [], technology: [], csp: [] };
  const indexOf = (list: string[]) => {
    const known = new Map<string, number>();
    return (word: string | null): number => {
      if (word === null) return -1;
      let index = known.get(word);
      if (index === undefined) known.set(word, (index = list.push(word) - 1));
      return index;
    };
  };
  const by = { programme: indexOf(words.programme), region: indexOf(words.region), province: indexOf(words.province), zone: indexOf(words.zone), state: indexOf(words.state), carrier: indexOf(words.carrier), technology: indexOf(words.technology), csp: indexOf(words.csp) };
  const snapshot: FleetSnapshot = {
    at,
    cursor,
    words,
    columns: {
      id: sites.map((s) => s.site),
      name: sites.map((s) => s.name),
      lat: sites.map((s) => Math.round(s.lat * 1e5)),
      lon: sites.map((s) => Math.round(s.lon * 1e5)),
      programme: sites.map((s) => by.programme(s.programme)),
      region: sites.map((s) => by.region(s.region)),
      province: sites.map((s) => by.province(s.province)),
      zone: sites.map((s) => by.zone(s.zone)),
      state: sites.map((s) => by.state(s.state)),
      age: sites.map((s) => (s.since === null ? -1 : Math.max(0, Math.round((at - s.since) / 1000)))),
      on: sites.map((s) => s.on),
      total: sites.map((s) => s.total),
      demo: sites.map((s) => (s.demo ? 1 : 0)),
      nameAr: sites.map((s) => s.nameAr ?? ''),
      officialCode: sites.map((s) => s.officialCode ?? ''),
      carrier: sites.map((s) => by.carrier(s.carrier)),
      technology: sites.map((s) => by.technology(s.technology)),
      csp: sites.map((s) => by.csp(s.csp)),
      declared: sites.map((s) => s.declaredRung),
      proven: sites.map((s) => s.provenRung),
    },
  };
  return Buffer.from(JSON.stringify(snapshot));
}
