import { Option, type Command } from 'commander';

import { ServiceError } from '../../../core/index.js';
import type { FieldRule } from '../../../feeds/index.js';
import { fieldKinds } from '../../../feeds/formats/format.js';

const none: readonly string[] = [];

/** Collects an option that may be given several times. */
function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Adds the options that say how a feed's file is read. */
export function addReadingOptions(command: Command): Command {
  return command
    .option('--format <format>', 'its format (default: recognised by its content)')
    .option(
      '--field <path=kind>',
      'a field that holds indicators, such as dst_ip=ip (repeatable)',
      repeated,
      none,
    )
    .addOption(new Option('--fields <path=kind>').argParser(repeated).default(none).hideHelp())
    .option('--delimiter <character>', 'what separates the columns of a CSV file')
    .option('--root-element <path>', 'where the records of a JSON or XML file are');
}

/** The rules of `--field PATH=KIND`; undefined when there are none. Throws ServiceError TF_USAGE. */
export function fieldRules(
  options: Readonly<Record<string, unknown>>,
): readonly FieldRule[] | undefined {
  const texts = [options['field'], options['fields']].flatMap(
    (given) => (given ?? none) as readonly string[],
  );
  if (texts.length === 0) return undefined;
  return texts.map((text) => {
    const at = text.lastIndexOf('=');
    const [path, given] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    const kind = fieldKinds.find((known) => known === given);
    if (path !== '' && kind !== undefined) return { path, kind };
    throw new ServiceError('TF_USAGE', `--field must be PATH=KIND, not "${text}"`, {
      hint: `kinds: ${fieldKinds.join(', ')}; for example --field dst_ip=ip`,
    });
  });
}
