/** What may be made of an account, what is written down of it, and what a browser is called. */
import * as assert from 'uvu/assert';
import { accountDifferences, accountFault, changeFault, plainScope, type AccountFacts } from '@cac/server/core/people/account-change.ts';
import { browserName } from '@cac/server/core/people/browser-name.ts';
import { suite } from '../../../harness.ts';

const test = suite('people, decided');

const ALL = { kind: 'all' } as const;
const some = (...regions: string[]) => ({ kind: 'regions', regions: regions as never }) as const;
const facts = (over: Partial<AccountFacts> = {}): AccountFacts => ({ role: 'viewer', scope: some('MA-04'), disabled: false, fullName: 'Nadia', email: null, phone: null, language: 'fr', quiet: null, ...over });
const ADMIN = facts({ role: 'administrator', scope: ALL });

test('whoever could give themselves every region has them all, and nobody has none', () => {
  assert.is(accountFault(facts()), null);
  assert.is(accountFault(ADMIN), null);
  assert.is(accountFault(facts({ scope: ALL })), null, 'a national viewer');
  assert.is(accountFault(facts({ role: 'administrator' }))?.code, 'administrator_scope');
  assert.is(accountFault(facts({ scope: some() }))?.code, 'regions_missing');
});

test('the last administrator who can sign in stays one', () => {
  const cases: [string, AccountFacts, AccountFacts, number, string | undefined][] = [
    ['disabled alone', ADMIN, { ...ADMIN, disabled: true }, 0, 'last_administrator'],
    ['demoted alone', ADMIN, facts(), 0, 'last_administrator'],
    ['demoted beside another', ADMIN, facts(), 1, undefined],
    ['disabled beside another', ADMIN, { ...ADMIN, disabled: true }, 1, undefined],
    ['renamed alone', ADMIN, { ...ADMIN, fullName: 'x' }, 0, undefined],
    ['disabled already', { ...ADMIN, disabled: true }, { ...facts(), disabled: true }, 0, undefined],
    ['no administrator at all', facts(), facts({ disabled: true }), 0, undefined],
    ['made administrator of a region', facts(), facts({ role: 'administrator' }), 1, 'administrator_scope'],
  ];
  for (const [what, before, after, others, code] of cases) assert.is(changeFault(before, after, others)?.code, code, what);
});

test('only what differs is written down, and regions in another order do not', () => {
  assert.is(accountDifferences(facts({ scope: plainScope(some('MA-06', 'MA-04')) }), facts({ scope: plainScope(some('MA-04', 'MA-06', 'MA-06')) })), null);
  assert.equal(accountDifferences(facts(), facts({ quiet: { from: 1320, to: 360 }, role: 'operator' })), {
    before: { role: 'viewer', quiet: null },
    after: { role: 'operator', quiet: { from: 1320, to: 360 } },
  });
  const withHash = { ...facts(), passwordHash: '$argon2id$secret' };
  assert.not.match(JSON.stringify(accountDifferences(withHash, { ...facts({ role: 'operator' }), passwordHash: 'other' } as never)), /argon2|other/);
});

test('a browser is called by its own name, and by nothing a stranger wrote', () => {
  const lines: [string, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128 · Linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', 'Edge 126 · Windows'],
    ['Mozilla/5.0 (Linux; Android 14; SM-A145R) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36', 'Samsung Internet 25 · Android'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Safari 17 · iOS'],
    ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36', 'Chrome 125 · Android'],
    ['curl/8.5.0', 'curl 8'],
    ['<script>alert(1)</script>', ''],
    ['', ''],
  ];
  for (const [line, name] of lines) assert.is(browserName(line), name, line);
});

test.run();
