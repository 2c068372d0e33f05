/** What the technicians' pages say: the lines to paste, what is left to do, and that the guide quotes the agent as it speaks. */
import * as assert from 'uvu/assert';
import { textsFor } from '@cac/agent/cli/texts.ts';
import { USUAL_RULES, type AgentRules } from '@cac/shared/field.ts';
import { AGENT_LINES, AGENT_NEVER } from '../../web/i18n/guide/agent-lines.ts';
import { guideAr } from '../../web/i18n/guide/ar.ts';
import { guideEn } from '../../web/i18n/guide/en.ts';
import { guideFr } from '../../web/i18n/guide/fr.ts';
import { SECTIONS } from '../../web/i18n/guide/shape.ts';
import { guessPlatform, installLines, offlineFile } from '../../web/install-commands.ts';
import { inForce, scopesAbove, USUAL } from '../../web/ui/field/rules.ts';
import { verdictOf } from '../../web/state/arrivals.ts';
import { suite } from '../harness.ts';

const test = suite('technicians’ pages');
const SERVER = 'https://parc.example.ma';
const CODE = 'ABCD-EFGH-JKMN-PQRS';

test('each system gets one line that downloads, installs and enrols, and one for scripts that asks nothing', () => {
  for (const [platform, file] of [['debian', 'cac-agent_1.0.0_amd64.deb'], ['linux', 'cac-agent-1.0.0-linux-x64.tar.gz'], ['windows', 'cac-agent-1.0.0-win-x64.zip'], ['any', 'cac-agent.cjs']] as const) {
    const { line, silent, offline } = installLines({ file, platform }, SERVER, CODE);
    assert.match(line, new RegExp(`${SERVER}/packages/${file}[ ;]`));
    for (const one of [line, silent]) assert.ok(one.includes(`--server ${SERVER} --voucher ${CODE} --yes`) && !one.includes('\n'), one);
    assert.not.match(offline, new RegExp(CODE), 'the offline line keeps the code in its file');
  }
  assert.match(installLines({ file: 'cac-agent-1.0.0-win-x64.zip', platform: 'windows' }, SERVER, CODE).line, /\.\\cac-agent-1\.0\.0-win-x64\\install\.cmd/);
});

test('the system of the browser is shown first, where there is a package for it', () => {
  assert.is(guessPlatform('Mozilla/5.0 (Windows NT 10.0; Win64; x64)', ['debian', 'windows']), 'windows');
  assert.is(guessPlatform('Mozilla/5.0 (X11; Linux x86_64)', ['windows', 'linux', 'debian']), 'debian');
  assert.is(guessPlatform('Mozilla/5.0 (Windows NT 10.0)', ['any']), 'any');
  assert.is(guessPlatform('', []), null);
});

test('the offline file holds what the command line would', () => {
  assert.equal(JSON.parse(offlineFile(SERVER, CODE)), { v: 1, server: SERVER, voucher: CODE });
});

const HOUR = 3_600_000;
const AT = 100 * HOUR;
const pc = (check: 'ok' | 'failing' | 'silent', agoMs: number, lastAt: number | null = AT) => ({ name: 'PC', at: AT - agoMs, check, lastAt });
const waits = { name: 'PC', at: AT, why: 'used_up' } as const;

test('whether a technician may leave', () => {
  const cases: [string, Parameters<typeof verdictOf>[0], object][] = [
    ['nobody has arrived', { at: AT, arrived: [], waiting: [] }, { ok: 0, resting: 0, todos: [], mayLeave: false }],
    ['all well', { at: AT, arrived: [pc('ok', 0), pc('ok', HOUR)], waiting: [] }, { ok: 2, resting: 0, todos: [], mayLeave: true }],
    ['one fails', { at: AT, arrived: [pc('ok', 0), pc('failing', 0)], waiting: [] }, { ok: 1, resting: 0, todos: [{ kind: 'failing', n: 1 }], mayLeave: false }],
    ['one of this visit is silent', { at: AT, arrived: [pc('ok', 0), pc('silent', HOUR, null)], waiting: [] }, { ok: 1, resting: 0, todos: [{ kind: 'unheard', n: 1 }], mayLeave: false }],
    ['one of last month is off', { at: AT, arrived: [pc('ok', 0), pc('silent', 90 * HOUR, AT - HOUR)], waiting: [] }, { ok: 1, resting: 1, todos: [], mayLeave: true }],
    ['one of last month was never heard', { at: AT, arrived: [pc('ok', 0), pc('silent', 90 * HOUR, null)], waiting: [] }, { ok: 1, resting: 0, todos: [{ kind: 'unheard', n: 1 }], mayLeave: false }],
    ['one waits', { at: AT, arrived: [pc('ok', 0)], waiting: [waits] }, { ok: 1, resting: 0, todos: [{ kind: 'waiting', n: 1 }], mayLeave: false }],
    ['only resting ones', { at: AT, arrived: [pc('silent', 90 * HOUR)], waiting: [] }, { ok: 0, resting: 1, todos: [], mayLeave: false }],
  ];
  for (const [name, page, expected] of cases) assert.equal(verdictOf(page), expected, name);
});

test('a setting of agents is the narrowest scope’s that says something, and the page knows the built-in ones', () => {
  assert.equal(USUAL, USUAL_RULES);
  const layer = (kind: AgentRules['scope']['kind'], over: Partial<AgentRules>): AgentRules => ({ scope: { kind, id: 'x' }, keepaliveS: null, batchS: null, targets: null, author: 'a', writtenAt: 0, ...over });
  const layers = [layer('country', { keepaliveS: 120, batchS: 600 }), undefined, layer('site', { batchS: 900 })];
  assert.equal(inForce('keepaliveS', layers), { value: 120, from: 'country' });
  assert.equal(inForce('batchS', layers), { value: 900, from: 'site' });
  assert.equal(inForce('keepaliveS', [undefined], true), { value: 240, from: 'metered' });
  assert.equal(inForce('targets', layers), { value: USUAL.targets, from: 'usual' });
  assert.equal(scopesAbove('site', 'CAC').map(({ kind }) => kind), ['country', 'programme']);
  assert.equal([scopesAbove('site', null).length, scopesAbove('programme', null).length, scopesAbove('country', null).length], [1, 1, 0]);
});

test('the guide quotes the agent word for word, and explains every line that status may end in', () => {
  for (const language of ['fr', 'en'] as const) {
    const texts = textsFor(language, {});
    assert.equal(Object.fromEntries(Object.entries(AGENT_LINES[language]).map(([todo, line]) => [todo, line.replace('{scheme}', 'http://')])), texts.todo, language);
    assert.is(AGENT_NEVER[language], texts.showData.neverCollected, language);
  }
});

test('the guide has the same parts in every language, and the same commands', () => {
  const kinds = (of: typeof guideFr): unknown[] => SECTIONS.map((id) => of.sections[id].blocks.map((block) => [Object.keys(block)[0], 'steps' in block ? block.steps.length : 'items' in block ? block.items.length : 0]));
  for (const other of [guideAr, guideEn]) {
    assert.equal(kinds(other), kinds(guideFr));
    assert.is(other.declaration.length, guideFr.declaration.length);
    assert.equal(other.declaration.map(({ is }) => is === null), guideFr.declaration.map(({ is }) => is === null));
  }
  const lines = (of: typeof guideFr): string[] => SECTIONS.flatMap((id) => of.sections[id].blocks.flatMap((block) => ('lines' in block ? block.lines : []))).map((line) => line.replace(/\\\\\w+\\\w+/, '').replace(/[A-Z]{5,}(?=:PORT|\.pem)/, ''));
  assert.equal(lines(guideAr), lines(guideFr));
  assert.equal(lines(guideEn), lines(guideFr));
});

test.run();
