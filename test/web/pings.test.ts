/** The lines a PC without an agent is given, and their texts. */
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { pingsAr } from '../../web/i18n/pings/ar.ts';
import { pingsEn } from '../../web/i18n/pings/en.ts';
import { pingsFr } from '../../web/i18n/pings/fr.ts';
import { MOST_TASK, pingCommands, pingUrl, taskOf } from '../../web/ping-commands.ts';
import { suite } from '../harness.ts';

const test = suite('simple signs on the page');
const url = pingUrl('https://constat.education-nationale.region-rabat-sale-kenitra.example.ma:8443', 'x'.repeat(32));

test('the scheduled task fits what schtasks takes, also with a long name of the server', () => {
  assert.ok(url.length > 100);
  assert.ok(taskOf(url).length <= MOST_TASK, `${taskOf(url).length}`);
  const { schtasks, powershell, cron, curl } = pingCommands(url);
  for (const line of [schtasks, powershell, cron, curl]) assert.ok(line.includes(url) && !line.includes('\n'));
  assert.match(schtasks, /\/SC MINUTE \/MO 5 \/RU SYSTEM \/TR "powershell -NoP -W Hidden -C \\".*\\""$/);
  assert.match(cron, /^\*\/5 \* \* \* \* curl -fsS /);
});

test('the line of a crontab is one that a shell understands', () => {
  const line = pingCommands(url).cron.split(' ').slice(5).join(' ');
  const { stdout } = spawnSync('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`], { encoding: 'utf8' });
  assert.equal(stdout.trim().split('\n'), ['-fsS', '-m', '20', '-o', '/dev/null', url]);
});

test('the three languages have the same texts and places', () => {
  for (const other of [pingsAr, pingsEn]) {
    assert.equal(Object.keys(other), Object.keys(pingsFr));
    for (const [key, text] of Object.entries(other)) assert.ok(typeof text === 'object' || (text.trim() !== '' && /\{ago\}/.test(text) === /\{ago\}/.test(pingsFr[key as 'last'])), key);
  }
});
test.run();
