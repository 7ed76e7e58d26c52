import { stat } from 'node:fs/promises';

import { glob, hasMagic } from 'glob';

import { exitCodes, messageOf, ServiceError } from '../../../core/index.js';
import type { FeedOptions } from '../../../feeds/index.js';
import { fieldRules } from './flags.js';
import {
  inspectEntry,
  inspectedJson,
  inspectedText,
  isUsable,
  type InspectedFeed,
} from './inspect.js';
import { refusePickle } from './pickle.js';
import { printJson } from '../table.js';

/**
 * Says what would load of files, without a configuration; resolves to the exit code: 1 when nothing of
 * one of them can be used.
 */
export async function checkFeedFiles(
  options: Readonly<Record<string, unknown>>,
  paths: readonly string[],
): Promise<number> {
  const limit = Number(options['limit']);
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000) {
    throw new ServiceError('TF_USAGE', '--limit must be a whole number from 0 to 1000');
  }
  const inspected: InspectedFeed[] = [];
  for (const path of paths) {
    await checkThere(path);
    await refusePickle(path);
    const entry = entryOf(path, options);
    inspected.push(...(await inspectEntry(entry, process.cwd(), limit)));
  }
  if (options['json'] === true) printJson({ feeds: inspected.map(inspectedJson) });
  else process.stdout.write(inspected.map(inspectedText).join('\n'));
  return inspected.every(isUsable) ? exitCodes.done : exitCodes.fellShort;
}

function entryOf(path: string, options: Readonly<Record<string, unknown>>): FeedOptions {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  return {
    path,
    name: text('name'),
    format: text('format'),
    rootElement: text('rootElement'),
    delimiter: text('delimiter'),
    fields: fieldRules(options),
  };
}

/** A name that stands for no file is a slip of the hand, not a bad feed. */
async function checkThere(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (hasMagic(path, { magicalBraces: true })) {
      if ((await glob(path, { nodir: true })).length > 0) return;
    }
    throw new ServiceError('TF_USAGE', `cannot read ${path}: ${messageOf(error)}`, {
      hint: 'name a file, a folder or a pattern in quotes that stands for files',
      cause: error,
    });
  }
}
