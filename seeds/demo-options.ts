/** What `npm run demo -- ...` takes: read by tools/start.ts before anything starts, and by seeds/demo.ts. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Null: every site declared connected has one at least. */
  machines: number | null;
  /** Null: the seed of the last start, else 1. */
  seed: number | null;
  history: number;
  days: number;
  fresh: boolean;
  help: boolean;
  server: string;
  mqttPort: number;
  dir: string;
}

export const DEMO_HELP = `Usage: npm run demo -- [options]

The platform with a made-up registry (400 centres, 9,260 schools) and a simulated fleet that speaks the real protocol.

  --machines N   so many simulated PCs (most sites declared connected have one: about 6,100)
  --seed S       another country (1; afterwards the seed it was first started with)
  --history N    so many PCs bring a past along, told in the background (200)
  --days D       how many days of it (30)
  --fresh        delete the demonstration's data first, and begin anew
  --help         this text

Everything lives in ./data-demo (or CAC_DATA_DIR) and nowhere else: to remove the demonstration, stop it and delete that
directory. --fresh empties it only if it holds the file DEMONSTRATION.txt, which the demonstration puts there.`;

/** Throws with a sentence when an option is unknown or no number. */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { machines: text, seed: text, history: text, days: text, fresh: flag, help: flag, server: text, 'mqtt-port': text, dir: text } });
  const count = (name: 'machines' | 'seed' | 'history' | 'days' | 'mqtt-port', most: number): number | null => {
    const given = values[name];
    if (given === undefined) return null;
    if (!/^\d{1,9}$/.test(given) || Number(given) > most) throw new Error(`--${name} takes a whole number from 0 to ${most}, not ${given}.`);
    return Number(given);
  };
  return {
    machines: count('machines', 20_000),
    seed: count('seed', 999_999),
    history: count('history', 20_000) ?? 200,
    days: count('days', 365) ?? 30,
    fresh: values.fresh,
    help: values.help,
    server: values.server ?? 'http://127.0.0.1:8080',
    mqttPort: count('mqtt-port', 65_535) ?? 1_883,
    dir: values.dir ?? '.',
  };
}
