/** The truth command itself, started by tools/truth.ts from one bundle. */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { mix } from '../../seeds/world/mix.ts';
import { addUp, noConfusion, type Confusion } from './compare.ts';
import { isRight } from './alerts.ts';
import { judge, type Verdict } from './run.ts';
import { judgeAlerts, type AlertVerdict } from './watch.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, sites: { type: 'string' }, days: { type: 'string' }, seeds: { type: 'string' }, json: { type: 'boolean' }, quiet: { type: 'boolean' }, alerts: { type: 'boolean' } } });
const whole = (text: string | undefined, otherwise: number): number => Math.max(1, Math.floor(Number(text ?? otherwise)) || otherwise);
const first = Math.floor(Number(values.seed ?? 1)) || 0;
const [sites, days, seeds] = [whole(values.sites, 60), Math.max(3, whole(values.days, 14)), whole(values.seeds, 1)];
const LANES = 2;

// Whoever started this is gone, or wants it to end.
process.on('disconnect', () => process.exit(1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

async function one(seed: number): Promise<Verdict> {
  return judge(mix(seed, sites, days), seed, (day) => {
    if (!values.quiet) process.stderr.write(`seed ${seed}: day ${day} of ${days}\n`);
  });
}

/** Each seed in a process of its own. */
function apart(seed: number): Promise<Verdict> {
  return new Promise((done, failed) => {
    const child = fork(process.argv[1]!, ['--seed', String(seed), '--sites', String(sites), '--days', String(days), '--json', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    let out = '';
    child.stdout!.on('data', (chunk: Buffer) => (out += chunk));
    child.on('close', () => {
      try {
        done(JSON.parse(out) as Verdict);
      } catch {
        failed(new Error(`seed ${seed} ended without a verdict`));
      }
    });
  });
}

async function all(): Promise<Verdict[]> {
  if (seeds === 1) return [await one(first)];
  const waiting = Array.from({ length: seeds }, (_, i) => first + i);
  const verdicts: Verdict[] = [];
  const lane = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const verdict = await apart(seed);
      verdicts.push(verdict);
      process.stderr.write(`seed ${seed}: ${verdict.confusion.wrongSettled} wrong settled minutes of ${verdict.confusion.minutes}, ${speedOf(verdict)}\n`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return verdicts.sort((a, b) => a.seed - b.seed);
}

const speedOf = (v: Verdict): string => `${v.heartbeats} heartbeats, ${Math.round(v.heartbeats / (v.playMs / 1000))}/s (${Math.round(v.playMs / 1000)} s, ${Math.round(v.cpuMs / 1000)} s of the processor, of it ${Math.round(v.commitMs / 1000)} s in the store), recount ${Math.round(v.recountMs / 1000)} s`;

function show(verdicts: readonly Verdict[]): Confusion {
  const sum = noConfusion();
  for (const verdict of verdicts) addUp(sum, verdict.confusion);
  for (const [title, table] of [['settled', sum.settled], ['provisional', sum.provisional]] as const) {
    const cells = Object.entries(table).sort((a, b) => b[1] - a[1]);
    console.log(`\n${title}: minutes by what was true and what is told`);
    for (const [cell, n] of cells) {
      const [truth, told] = cell.split(' > ');
      console.log(`  ${String(n).padStart(9)}  ${truth!.padEnd(20)} ${truth === told ? '' : told}`);
    }
  }
  for (const v of verdicts) console.log(`\nseed ${v.seed}: ${v.machines} machines, ${v.days} days, ${speedOf(v)}; ${v.messages} messages in ${v.groups} groups, ${v.connections} connections, ${v.rejected} records rejected`);
  for (const { site, pc, at, true: truth, told, cause } of sum.examples) console.log(`  wrong: site ${site} PC ${pc + 1} at ${new Date(at).toISOString()}: true ${truth}, told ${told} (${cause})`);
  if (verdicts.length === 1) for (const { site } of new Map(sum.examples.map((e) => [e.site, e])).values()) console.log(`  site ${site}: ${verdicts[0]!.played.filter((p) => p.startsWith('all ') || p.startsWith(`${site} `)).join(', ')}`);
  const destroyed = Object.entries(sum.unknowable);
  console.log(`\nevidence destroyed, minutes outside judgement: ${destroyed.length === 0 ? 'none' : destroyed.map(([name, n]) => `${name} ${n}`).join(', ')}`);
  console.log(`${sum.wrongSettled} wrong settled minutes, ${sum.settledUnknown} settled as unknown, ${sum.wrongProvisional} wrong provisional, ${sum.untold} untold, of ${sum.minutes}`);
  return sum;
}

/** What was told of outages, instead of each minute's history. */
async function alerts(): Promise<never> {
  let wrong = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    const verdict = await judgeAlerts(mix(seed, sites, days), seed, (day) => {
      if (!values.quiet) process.stderr.write(`seed ${seed}: day ${day} of ${days}\n`);
    });
    if (!isRight(verdict.table)) wrong += 1;
    if (values.json) console.log(JSON.stringify(verdict));
    else showAlerts(verdict);
  }
  process.exit(wrong > 0 ? 1 : 0);
}

function showAlerts({ seed, sites: of, days: over, table, incidents, messages, playMs }: AlertVerdict): void {
  console.log(`\nseed ${seed}: ${of} sites, ${over} days, played in ${Math.round(playMs / 1000)} s`);
  console.log(`  ${'true outage'.padEnd(16)} ${['outages', 'told', 'in time', 'missed', 'late', 'wrong kind', 'twice', 'too short'].map((word) => word.padStart(10)).join('')}`);
  for (const [kind, row] of Object.entries(table.kinds)) console.log(`  ${kind.padEnd(16)} ${[row.outages, row.told, row.within, row.missed, row.late, row.wrongKind, row.twice, row.short].map((n) => String(n).padStart(10)).join('')}`);
  console.log(`  told ${table.tellings} times (${table.grouped} as part of an incident of several sites, ${table.flapping} as flapping), of these ${table.unfounded} without an outage`);
  console.log(`  incidents: ${Object.entries(incidents).map(([kind, n]) => `${kind} ${n}`).join(', ')}`);
  console.log(`  messages: ${Object.entries(messages).map(([event, n]) => `${event} ${n}`).join(', ')}`);
  for (const line of table.examples) console.log(`    ${line}`);
}

if (values.alerts) await alerts();
const verdicts = await all();
const wrong = verdicts.reduce((n, v) => n + v.confusion.wrongSettled, 0);
if (values.json) console.log(JSON.stringify(seeds === 1 ? verdicts[0] : verdicts));
else show(verdicts);
process.exit(wrong > 0 ? 1 : 0);
