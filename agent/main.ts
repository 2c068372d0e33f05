#!/usr/bin/env node
/** The agent's command line: `cac-agent enrol | run | status | show-data`. Each command is one file in cli/, loaded when asked for. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { textsFor, type Command } from './cli/texts.ts';

const COMMANDS: readonly Command[] = ['enrol', 'run', 'status', 'show-data'];

const OPTIONS = {
  dir: { type: 'string' },
  server: { type: 'string' },
  voucher: { type: 'string' },
  name: { type: 'string' },
  lang: { type: 'string' },
  yes: { type: 'boolean' },
  eager: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs one command and returns the exit code: 0 well, 1 refused or not OK, 2 the command is wrong, 3 already running ... */
async function main(argv: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const { values, positionals } = parsed;
  const texts = textsFor(values.lang, process.env);
  const command = COMMANDS.find((name) => name === positionals[0]);
  if (command === undefined) {
    console.log(texts.help);
    return values.help || positionals[0] === 'help' ? 0 : 2;
  }
  if (values.help) {
    console.log(texts.helpOf[command]);
    return 0;
  }
  if (!values.dir) {
    console.error(texts.missing('--dir'));
    return 2;
  }
  const dir = resolve(values.dir);
  switch (command) {
    case 'enrol':
      return (await import('./cli/enrol.ts')).enrolCommand({ dir, server: values.server, voucher: values.voucher, name: values.name, yes: values.yes ?? false }, texts);
    case 'run':
      return (await import('./cli/run.ts')).runCommand(dir, values.eager ?? false, texts, process.env);
    case 'status':
      return (await import('./cli/status.ts')).statusCommand(dir, texts);
    case 'show-data':
      return (await import('./cli/show-data.ts')).showDataCommand(dir, texts);
    default:
      return command satisfies never;
  }
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
