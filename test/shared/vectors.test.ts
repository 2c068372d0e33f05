/** Every vector of shared/vectors through the functions that really read it, on both sides. What they say was worked out without them. */
import * as assert from 'uvu/assert';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { readAck, readDown, readJson, readSrv } from '@cac/agent/core/ack.ts';
import { expandRuns, packRuns, type Entry } from '@cac/agent/core/runs.ts';
import { decodePayload } from '@cac/agent/journal/payload.ts';
import { acceptBatch, EMPTY_EPOCH, type Acceptance, type EpochState } from '@cac/server/core/accept.ts';
import { readUp } from '@cac/server/core/read-up.ts';
import { CHAIN_START, nextChain } from '@cac/shared/chain.ts';
import { Ack, ACK_CODES, BROTLI_MARK, Down, Srv, Will } from '@cac/shared/messages.ts';
import { readRecord, RECORD_KINDS, type WireRecord } from '@cac/shared/records.ts';
import { parseJsonBytes, parseStrictJson } from '@cac/shared/strict-json.ts';
import { printVoucherCode, readVoucherCode, VoucherCode } from '@cac/shared/voucher-code.ts';
import { suite } from '../harness.ts';

const test = suite('vectors');

type Input = ({ json: unknown } | { text: string } | { base64: string }) & { spaces?: number };
interface Watermark {
  W: number;
  chain: string;
}
type Valid<More> = { name: string; reading: unknown } & More;
type Invalid<More> = { name: string; error: string } & More;

const read = <A, B = A>(file: string): { valid: Valid<A>[]; invalid: Invalid<B>[] } => JSON.parse(readFileSync(join(resolve(import.meta.dirname, '../../shared/vectors'), file), 'utf8'));

function bytesOf(input: Input): Buffer {
  const bytes = 'base64' in input ? Buffer.from(input.base64, 'base64') : Buffer.from('text' in input ? input.text : JSON.stringify(input.json));
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, (input.spaces ?? 0) - bytes.length), 0x20)]);
}
const valueOf = (input: Input): unknown => JSON.parse(bytesOf(input).toString());

const epochAt = (after?: Watermark): EpochState => (after ? { ...EMPTY_EPOCH, ...after, hi: after.W, boot: 'boot-1' } : EMPTY_EPOCH);

/** What the server holds and answers after this message. */
function answerTo(bytes: Uint8Array, after?: Watermark): Acceptance {
  const message = readUp(bytes);
  if (!message.ok) throw new Error(`${message.fault} ${message.where}`);
  return acceptBatch(epochAt(after), message.up, false);
}

const envelope = { v: 1, ep: 'abcdefghij012345', inst: '00112233445566aa', conn: 1, boot: 'boot-1', w: 0, m: 1e14, lo: 1 };
/** A message with these entries alone, as text. */
const around = (entries: string, watermark: Watermark): Buffer => Buffer.from(`${JSON.stringify({ ...envelope, hi: watermark.W + 1, chain: watermark.chain }).slice(0, -1)},"r":${entries}}`);

// ---- up

const ups = read<{ input: Input; after?: Watermark }>('up.json');

for (const { name, input, after, reading } of ups.valid) {
  test(`up: ${name}`, () => {
    const { code, epoch, rejected } = answerTo(bytesOf(input), after);
    const { W, dropped, lost, duplicates, chain } = epoch;
    const stored = W - (after?.W ?? 0) - epoch.rejected - dropped - lost;
    const found = { code, W, stored, rejected: rejected.map((r) => [r.seq, r.reason]), dropped, lost, duplicates };
    assert.equal(Object.hasOwn(reading as object, 'chain') ? { ...found, chain } : found, reading);
  });
}
for (const { name, input, error } of ups.invalid) {
  test(`up, invalid: ${name}`, () => {
    const message = readUp(bytesOf(input));
    assert.is(message.ok ? 'ok' : message.fault, error);
  });
}

test('up: the agent packs what the server unpacks', () => {
  const packed = ups.valid.map(({ input }) => bytesOf(input)).filter((bytes) => bytes[0] === BROTLI_MARK);
  assert.ok(packed.length >= 2);
  for (const bytes of packed) {
    const message = readUp(bytes);
    assert.equal(message.ok && message.up, decodePayload(bytes));
  }
});

// ---- what the server says

const downwards = {
  ack: { schema: Ack, agent: readAck },
  srv: { schema: Srv, agent: readSrv },
  dn: { schema: Down, agent: readDown },
};
const acks = read<{ input: Input; message: keyof typeof downwards }>('ack.json');

for (const { name, input, message, reading } of acks.valid) {
  test(`${message}: ${name}`, () => {
    assert.equal(downwards[message].agent(readJson(bytesOf(input))), reading);
    assert.equal(v.parse<v.GenericSchema>(downwards[message].schema, valueOf(input)), reading);
  });
}
for (const { name, input, message, error } of acks.invalid) {
  test(`${message}, invalid: ${name}`, () => {
    assert.is(downwards[message].agent(readJson(bytesOf(input))), null);
    assert.is(error, `bad_${message}`);
    if ('json' in input && !input.spaces) assert.not(v.is<v.GenericSchema>(downwards[message].schema, input.json));
  });
}

// ---- the last will, as server/broker/embedded.ts reads it

const WILL_DEPTH = 2;
const wills = read<{ input: Input }>('will.json');

for (const { name, input, reading } of wills.valid) {
  test(`will: ${name}`, () => {
    const json = parseJsonBytes(bytesOf(input), WILL_DEPTH);
    assert.equal(json.ok && v.parse(Will, json.value), reading);
  });
}
for (const { name, input, error } of wills.invalid) {
  test(`will, invalid: ${name}`, () => {
    const json = parseJsonBytes(bytesOf(input), WILL_DEPTH);
    assert.is(json.ok ? (v.is(Will, json.value) ? 'ok' : 'bad_will') : json.fault, error);
  });
}

// ---- records

const records = read<{ input: Input }>('records.json');

for (const { name, input, reading } of records.valid) {
  test(`record: ${name}`, () => {
    const found = readRecord(valueOf(input) as unknown[]);
    assert.equal(found.ok && found.record, reading);
    const before = { W: (reading as { seq: number }).seq - 1, chain: CHAIN_START };
    const { epoch, last } = answerTo(around(`[${bytesOf(input)}]`, before), before);
    assert.equal([epoch.W, epoch.rejected, last], [before.W + 1, 0, reading]);
  });
}
for (const { name, input, error } of records.invalid) {
  test(`record, invalid: ${name}`, () => {
    const found = readRecord(valueOf(input) as unknown[]);
    assert.is(found.ok ? 'ok' : found.fault, error);
    const { code, epoch, rejected } = answerTo(around(`[${bytesOf(input)}]`, { W: 0, chain: CHAIN_START }));
    assert.equal([code, epoch.W, rejected.map((r) => [r.seq, r.reason])], ['ok', 1, [[1, error]]]);
    assert.is(epoch.chain, nextChain(CHAIN_START, valueOf(input) as WireRecord));
  });
}

// ---- the chain

const chains = read<{ before: string; input: Input; hashed: string; after: string }, { input: Input; after: Watermark }>('chain.json');

for (const { name, before, input, hashed, after } of chains.valid) {
  test(`chain: ${name}`, () => {
    assert.is(JSON.stringify(valueOf(input)), hashed);
    assert.is(nextChain(before, valueOf(input) as WireRecord), after);
    assert.is(createHash('sha256').update(before + hashed).digest('hex').slice(0, 16), after);
    const [seq] = valueOf(input) as unknown[];
    const watermark = { W: typeof seq === 'number' ? seq - 1 : 0, chain: before };
    assert.is(answerTo(around(`[${bytesOf(input)}]`, watermark), watermark).epoch.chain, after);
  });
}
for (const { name, input, after, error } of chains.invalid) {
  test(`chain, invalid: ${name}`, () => {
    const { code, epoch, records: kept, runs } = answerTo(bytesOf(input), after);
    assert.equal([code, epoch, kept, runs], [error, epochAt(after), [], []]);
  });
}

// ---- runs

const runs = read<{ records: WireRecord[]; entries: Entry[] }, { entries: unknown[][] }>('runs.json');

for (const { name, records: singles, entries, reading } of runs.valid) {
  test(`runs: ${name}`, () => {
    assert.equal(packRuns(singles), entries);
    assert.equal(expandRuns(entries), singles);
    const said = [singles, entries].map((r) => answerTo(around(JSON.stringify(r), { W: 0, chain: CHAIN_START })).epoch);
    assert.equal(said[0], said[1]);
    assert.equal({ W: said[0]!.W, chain: said[0]!.chain }, reading);
  });
}
for (const { name, entries, error } of runs.invalid) {
  test(`runs, invalid: ${name}`, () => {
    const { code, epoch, rejected } = answerTo(around(JSON.stringify(entries), { W: 0, chain: CHAIN_START }));
    assert.equal([...new Set(rejected.map((r) => r.reason))], [error]);
    if (error === 'too_many_records') assert.equal([code, epoch], ['too_big', EMPTY_EPOCH]);
    else assert.equal([code, epoch.rejected], ['ok', epoch.W]);
  });
}

// ---- JSON and vouchers

const jsons = read<{ input: Input; depth: number }>('strict-json.json');

for (const { name, input, depth, reading } of jsons.valid) {
  test(`JSON: ${name}`, () => {
    assert.equal(parseJsonBytes(bytesOf(input), depth), { ok: true, value: reading });
    if ('text' in input) assert.equal(parseStrictJson(input.text, depth), { ok: true, value: reading });
  });
}
for (const { name, input, depth, error } of jsons.invalid) test(`JSON, invalid: ${name}`, () => assert.equal(parseJsonBytes(bytesOf(input), depth), { ok: false, fault: error }));

const vouchers = read<{ input: { text: string }; printed: string }, { input: { text: string } }>('voucher-codes.json');

for (const { name, input, printed, reading } of vouchers.valid) {
  test(`voucher: ${name}`, () => {
    assert.is(readVoucherCode(input.text), reading);
    assert.is(v.parse(VoucherCode, input.text), reading);
    assert.is(printVoucherCode(reading as string), printed);
  });
}
for (const { name, input, error } of vouchers.invalid) {
  test(`voucher, invalid: ${name}`, () => {
    assert.is(readVoucherCode(input.text), null);
    assert.is(v.safeParse(VoucherCode, input.text).issues?.[0].message, error);
  });
}

// ---- nothing is left out

test('there is a vector for every kind of record, every ack code and every fault', () => {
  const kinds = new Set(records.valid.map(({ reading }) => (reading as { kind: string }).kind));
  assert.equal([...kinds].toSorted(), RECORD_KINDS.toSorted());
  const codes = new Set(acks.valid.filter((a) => a.message === 'ack').map(({ reading }) => (reading as Ack).code));
  assert.equal([...codes].toSorted(), [...ACK_CODES].toSorted());
  const errors = new Set(ups.invalid.map(({ error }) => error));
  const all = ['bad_compression', 'bad_message', 'bad_version', 'batch_too_big', 'duplicate_key', 'forbidden_key', 'inflated_too_big', 'not_json', 'not_utf8', 'too_deep'];
  assert.equal([...errors].toSorted(), all);
  assert.equal([...new Set(records.invalid.map(({ error }) => error))].toSorted(), ['bad_body', 'bad_entry', 'bad_time', 'unknown_kind']);
});

test.run();
