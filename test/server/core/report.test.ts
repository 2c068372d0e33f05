/** Whom to visit and why; what of a sent report is another figure today. */
import * as assert from 'uvu/assert';
import { canonical, digestOf } from '@cac/server/core/report/digest.ts';
import { revisionsOf } from '@cac/server/core/report/revisions.ts';
import { workReasons, type WorkFacts } from '@cac/server/core/report/work-list.ts';
import { availabilityOf } from '@cac/server/core/history/availability.ts';
import type { ReportBody } from '@cac/shared/report.ts';
import { suite } from '../../harness.ts';

const test = suite('report');
const HOUR = 3_600_000;
const TODAY = '2026-11-20';
const FINE: WorkFacts = { connectedOn: '2026-01-10', provenRung: 3, heardOn: TODAY, telephoneWorks: true, telephoneOn: '2026-11-01', stuckCause: null, stuckOn: null, expectedComputers: 3, machines: 3 };

const CASES: { name: string; facts: Partial<WorkFacts>; reasons: string[] }[] = [
  { name: 'nothing is wanting', facts: {}, reasons: [] },
  { name: 'heard yesterday: nobody is sent for one day of silence', facts: { provenRung: 1, heardOn: '2026-11-19' }, reasons: [] },
  { name: 'reported once, and is not heard any more', facts: { provenRung: 1, heardOn: '2026-10-02' }, reasons: ['gone_silent 2026-10-02'] },
  { name: 'declared connected, and no agent ever answered', facts: { provenRung: 0, heardOn: null, machines: 0 }, reasons: ['never_reported 2026-01-10'] },
  { name: 'never declared, never heard: it belongs to deployment, not to this list', facts: { connectedOn: null, provenRung: 0, heardOn: null, machines: 0 }, reasons: [] },
  { name: 'its telephone is out of order', facts: { telephoneWorks: false }, reasons: ['telephone_failing 2026-11-01'] },
  { name: 'its telephone was attested 91 days ago', facts: { telephoneOn: '2026-08-21' }, reasons: ['telephone_expired 2026-08-21'] },
  { name: 'its telephone was attested 90 days ago', facts: { telephoneOn: '2026-08-22' }, reasons: [] },
  { name: 'fewer PCs than are said to stand there', facts: { machines: 1 }, reasons: ['pcs_missing 1/3'] },
  { name: 'several reasons: the most telling first', facts: { provenRung: 1, heardOn: '2026-10-02', stuckCause: 'electricity', stuckOn: '2026-10-03', telephoneWorks: false }, reasons: ['gone_silent 2026-10-02', 'telephone_failing 2026-11-01', 'stuck 2026-10-03 electricity'] },
];
for (const { name, facts, reasons } of CASES) {
  test(`to visit: ${name}`, () => {
    const told = workReasons({ ...FINE, ...facts }, TODAY, 90).map(({ reason, since, detail }) => [reason, since, detail].filter((part) => part !== null).join(' '));
    assert.equal(told, reasons);
  });
}

function body(change: { connH?: number; proven?: number } = {}): ReportBody {
  const sums = { openMs: 100 * HOUR, connMs: (change.connH ?? 80) * HOUR, discMs: 0, unkMs: 0, offMs: (100 - (change.connH ?? 80)) * HOUR, excludedMs: 0, provisionalMs: 0 };
  return {
    month: '2026-10', region: '', from: '2026-10-01', to: '2026-10-31', demo: false,
    programmes: [{ programme: 'CAC', names: { fr: 'CAC', ar: 'CAC', en: 'CAC' }, target: 400, targetYear: 2013, source: null, registered: 80, declared: 74, proven: change.proven ?? 12, complete: 3, declaredBefore: 70, provenBefore: 11 }],
    areas: [], availability: [{ area: '', sums, ratios: availabilityOf(sums), sites: 80, measured: 12, assumedMs: 0 }],
    interruptions: [], causes: [], work: [], thresholds: [], cursor: 7,
  };
}

test('a report that says the same is not revised', () => assert.equal(revisionsOf(body(), { ...body(), cursor: 99 }), []));

test('revised figures are named, with what they were and what they are', () => {
  assert.equal(revisionsOf(body(), body({ connH: 82, proven: 13 })), [{ figure: 'proven:CAC', was: 12, is: 13 }, { figure: 'service', was: 0.8, is: 0.82 }, { figure: 'opening', was: 0.8, is: 0.82 }]);
});

test('less than a thousandth is no revision', () => assert.equal(revisionsOf(body(), body({ connH: 80.01 })), []));

test('the digest does not depend on the order of keys, and changes with any value', () => {
  assert.is(digestOf({ a: 1, b: [{ c: 2, d: 3 }] }), digestOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  assert.is.not(digestOf(body()), digestOf(body({ proven: 13 })));
  assert.is(canonical(JSON.parse(canonical(body()))), canonical(body()));
});

test.run();
