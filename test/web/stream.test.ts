import * as assert from 'uvu/assert';
import { errorOf } from '../../web/api.ts';
import { connectionOf, SILENCE_MS } from '../../web/state/connection.ts';
import { sseParser } from '../../web/state/stream.ts';
import { suite } from '../harness.ts';

const test = suite('web stream');
const STREAM = ': hello\n\nevent: site\nid: 7\ndata: {"a":1}\n\n: beat\n\nevent: reset\ndata:\n\nid: 8\r\nevent: site\r\ndata: {"a":\r\ndata: 2}\r\n\r\n';
const MESSAGES = [
  { event: 'site', id: '7', data: '{"a":1}' },
  { event: 'reset', id: null, data: '' },
  { event: 'site', id: '8', data: '{"a":\n2}' },
];

test('messages are the same wherever the stream is cut', () => {
  assert.equal(sseParser()(STREAM), MESSAGES);
  for (let cut = 1; cut < STREAM.length; cut += 1) {
    const parse = sseParser();
    assert.equal([...parse(STREAM.slice(0, cut)), ...parse(STREAM.slice(cut))], MESSAGES, `cut at ${cut}`);
  }
});

const NOW = 10_000_000;
const CASES: { name: string; heardMs: number | null; open: boolean; online: boolean; kind: string }[] = [
  { name: 'before the first word', heardMs: null, open: true, online: true, kind: 'connecting' },
  { name: 'the first attempt failed', heardMs: null, open: false, online: true, kind: 'reconnecting' },
  { name: 'heard a moment ago', heardMs: 14_000, open: true, online: true, kind: 'live' },
  { name: 'two heartbeats missed are still live', heardMs: SILENCE_MS, open: true, online: true, kind: 'live' },
  { name: 'silent for longer, though nothing was said to be lost', heardMs: SILENCE_MS + 1, open: true, online: true, kind: 'reconnecting' },
  { name: 'the stream was lost', heardMs: 2_000, open: false, online: true, kind: 'reconnecting' },
  { name: 'blind for minutes', heardMs: 200_000, open: false, online: true, kind: 'offline' },
  { name: 'the browser has no network', heardMs: 2_000, open: true, online: false, kind: 'offline' },
];
for (const { name, heardMs, open, online, kind } of CASES) {
  test(name, () => assert.is(connectionOf(heardMs === null ? null : NOW - heardMs, open, online, NOW).kind, kind));
}

test('offline says since when', () => {
  assert.equal(connectionOf(NOW - 500_000, false, true, NOW), { kind: 'offline', sinceAt: NOW - 500_000 });
});

test('an error keeps its code and its field, and a page that is not ours gets a code', () => {
  const error = errorOf(409, { error: { code: 'site_exists', message: 'x', where: 'id', todo: 'choose another' } });
  assert.equal([error.status, error.code, error.where, error.todo], [409, 'site_exists', 'id', 'choose another']);
  assert.is(errorOf(502, '<html>').code, 'http_502');
  assert.is(errorOf(500, null).code, 'http_500');
});

test.run();
