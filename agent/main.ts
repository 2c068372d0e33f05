#!/usr/bin/env node
/** The agent's command line: `cac-agent enrol | run | status | show-data | install | uninstall | prepare-image`. Each command is one file in cli/, loaded when asked for. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { textsFor, type Command } from './cli/texts.ts';
import { isPackaged, placesOf } from './install/places.ts';

const COMMANDS: readonly Command[] = ['enrol', 'run', 'status', 'show-data', 'install', 'uninstall', 'prepare-image'];

const OPTIONS = {
  dir: { type: 'string' },
  server: { type: 'string' },
  voucher: { type: 'string' },
  name: { type: 'string' },
  lang: { type: 'string' },
  yes: { type: 'boolean' },
  eager: { type: 'boolean' },
  'enrol-file': { type: 'string' },
  later: { type: 'boolean' },
  proxy: { type: 'string' },
  ca: { type: 'string' },
  'keep-journal': { type: 'boolean' },
  'last-word': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What parseArgs refuses names its option in quotes. */
function optionFault({ code, message }: NodeJS.ErrnoException): string {
  const { badOption } = textsFor(undefined, process.env);
  const option = /'(-[^' ]+)/.exec(message)?.[1];
  if (option === undefined) return message;
  return code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? badOption.unknown(option) : badOption.value(option);
}

/** Runs one command and returns the exit code: 0 well, 1 refused or not OK, 2 the command is wrong, 3 already running ... */
async function main(argv: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    console.error(optionFault(error as NodeJS.ErrnoException));
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
  // A package has a directory that goes without saying; without one, only the service has.
  const usual = command === 'install' || command === 'uninstall' || isPackaged(process.platform, process.execPath, process.argv[1]);
  const given = values.dir || (usual ? placesOf(process.platform, process.env).state : '');
  if (given === '') {
    console.error(texts.missing('--dir'));
    return 2;
  }
  const dir = resolve(given);
  switch (command) {
    case 'enrol':
      return (await import('./cli/enrol.ts')).enrolCommand({ dir, server: values.server, voucher: values.voucher, name: values.name, proxy: values.proxy, ca: values.ca, yes: values.yes ?? false }, texts);
    case 'run':
      return (await import('./cli/run.ts')).runCommand(dir, values.eager ?? false, texts, process.env);
    case 'status':
      return (await import('./cli/status.ts')).statusCommand(dir, texts);
    case 'show-data':
      return (await import('./cli/show-data.ts')).showDataCommand(dir, texts);
    case 'install':
      return (await import('./cli/install.ts')).installCommand(
        { dir, server: values.server, voucher: values.voucher, name: values.name, proxy: values.proxy, ca: values.ca, enrolFile: values['enrol-file'], yes: values.yes ?? false, later: values.later ?? false }, texts);
    case 'uninstall':
      return (await import('./cli/uninstall.ts')).uninstallCommand({ dir, keepJournal: values['keep-journal'] ?? false, lastWord: values['last-word'] ?? false, yes: values.yes ?? false }, texts);
    case 'prepare-image':
      return (await import('./cli/prepare-image.ts')).prepareImageCommand(dir, texts);
    default:
      return command satisfies never;
  }
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
