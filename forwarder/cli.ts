import { commandList } from './commands/index.js';
import type { CommandEntry } from './commands/support/command.js';
import { reportError } from './commands/support/report-error.js';
import { exitCodes, ServiceError } from './core/index.js';

/**
 * Runs one command. Only the named command's module is imported, so that `--help` of one does not
 * wait for the libraries of all. Sets process.exitCode; never throws.
 */
export async function main(args: readonly string[]): Promise<void> {
  if (!process.stdout.listeners('error').includes(onBrokenOutput)) {
    process.stdout.on('error', onBrokenOutput);
  }
  try {
    process.exitCode = await dispatch(args);
  } catch (error) {
    process.exitCode = reportError(error, args.includes('--json'));
  }
}

/** A reader such as `head` that went away is no fault: the rest has nowhere to go. */
function onBrokenOutput(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') {
    const { packageVersion } = await import('./commands/support/package.js');
    process.stdout.write(`${packageVersion()}\n`);
    return exitCodes.done;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const about = rest[0];
    if (about === undefined || name !== 'help') {
      (name === undefined ? process.stderr : process.stdout).write(overview());
      return name === undefined ? exitCodes.usage : exitCodes.done;
    }
    return runEntry(entryOf(about), ['--help']);
  }
  return runEntry(entryOf(name), rest);
}

async function runEntry(entry: CommandEntry, args: readonly string[]): Promise<number> {
  const { parse } = await import('./commands/support/parse.js');
  const { defineCommand } = await entry.load();
  return parse(entry, defineCommand, args);
}

function entryOf(name: string): CommandEntry {
  const entry = commandList.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = commandList.map((candidate) => candidate.name).join(', ');
  throw new ServiceError('TF_USAGE', `unknown command "${name}"`, { hint: `use one of: ${names}` });
}

function overview(): string {
  const width = Math.max(...commandList.map(({ name }) => name.length));
  const lines = commandList.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: threat-forwarder COMMAND [OPTIONS]

Checks the events JSA forwards against threat feeds and sends every detection back as LEEF by syslog.

Commands:
${lines.join('\n')}

  threat-forwarder COMMAND --help   the options of one command, with examples
  threat-forwarder --version        the version

Exit codes: 0 done, 1 what was checked fell short, 2 usage, configuration, template, pattern or feed,
69 a peer is unavailable, 70 internal error.
`;
}
