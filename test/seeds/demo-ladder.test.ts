/** The demonstration's words: the same from a seed, only of its own sites, never of a day ahead. */
import * as assert from 'uvu/assert';
import { demoWords } from '@cac/seeds/demo-ladder.ts';
import { demoRegistry } from '@cac/seeds/registry.ts';
import { suite } from '../harness.ts';

const test = suite('demonstration ladder');
const TODAY = '2026-11-20';

test('the same seed says the same of the same centres, and nothing of a day ahead', () => {
  const { sites } = demoRegistry(1);
  const words = demoWords(sites, 1, TODAY);
  assert.equal(demoWords(sites, 1, TODAY), words);
  assert.ok(words.every(({ siteId, attestation, visit }) => siteId.startsWith('DEMO-CAC-') && (attestation ?? visit)!.day <= TODAY));
  assert.ok(words.some(({ visit }) => visit !== undefined) && words.some(({ attestation }) => attestation?.kind === 'stuck'));
  assert.ok(words.every(({ visit }) => visit === undefined || visit.pcsWorking! <= visit.pcsFound!));
});

test.run();
