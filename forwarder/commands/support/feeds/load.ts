import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { exitCodes, ServiceError } from '../../../core/index.js';
import {
  isSavedName,
  listSaved,
  pinIndex,
  pinPath,
  readPin,
  savedPath,
  unpin,
  type Pin,
} from '../../../service/indexing/saved-indexes.js';
import { checkWholeIndex } from '../../../service/indexing/whole-index.js';
import { configOf } from '../config-options.js';
import { giveToService, makeServiceFolder } from './owner.js';
import { refusePickle } from './pickle.js';
import { describeIndex, printIndex } from '../index-text.js';
import { createProgressBar } from '../progress.js';
import { printJson, printTable, sizeText } from '../table.js';

const whenTaken = 'A running service takes it at its next reload: send it SIGHUP.';

/**
 * Pins an index by name or file, releases the one that is pinned, or lists the saved ones; resolves to
 * the exit code.
 */
export async function loadIndex(
  options: Readonly<Record<string, unknown>>,
  which: string | undefined,
): Promise<number> {
  const { config } = await configOf(options);
  const { directory } = config.index;
  const wantsJson = options['json'] === true;
  if (options['release'] === true) {
    if (which === undefined) return release(directory, wantsJson);
    throw new ServiceError('TF_USAGE', '--release takes no name: it goes back to the feeds', {
      hint: 'leave one of the two out',
    });
  }
  if (which === undefined) return showSaved(directory, wantsJson);
  return pin(directory, which, wantsJson);
}

async function pin(directory: string, which: string, wantsJson: boolean): Promise<number> {
  const { path, name } = placeOf(directory, which);
  await refusePickle(path);
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const { header, description } = await checkWholeIndex(path, (bytes, total) => {
    bar.update(bytes, total, 'checking');
  }).finally(() => {
    bar.clear();
  });
  const { version } = description.content;
  const pinned: Pin = { path, name, version, loadedAtMs: Date.now() };
  await makeServiceFolder(directory);
  pinIndex(directory, pinned);
  await giveToService(directory, [pinPath(directory)]);
  const described = describeIndex(path, header, description);
  if (wantsJson) {
    printJson({ pinned, index: described });
    return exitCodes.done;
  }
  printIndex(described, []);
  process.stdout.write(
    `\nPinned: this index is used instead of the configured feeds, until threat-forwarder feeds load --release.\n${whenTaken}\n`,
  );
  return exitCodes.done;
}

/** A saved index by its name, else a file by its path. Throws ServiceError TF_USAGE. */
function placeOf(
  directory: string,
  which: string,
): { readonly path: string; readonly name: string | undefined } {
  if (isSavedName(which)) {
    const path = savedPath(directory, which);
    if (existsSync(path)) return { path, name: which };
  }
  const path = resolve(which);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return { path, name: undefined };
  const names = listSaved(directory).map((saved) => saved.name);
  throw new ServiceError('TF_USAGE', `there is no saved index and no file "${which}"`, {
    hint: `saved: ${names.join(', ') || 'none; threat-forwarder feeds compile --save NAME saves one'}`,
  });
}

function release(directory: string, wantsJson: boolean): number {
  const wasPinned = unpin(directory);
  if (wantsJson) printJson({ pinned: null, wasPinned });
  else if (wasPinned) {
    process.stdout.write(`Released: the configured feeds are used again.\n${whenTaken}\n`);
  } else process.stdout.write('No index is pinned: the configured feeds are used.\n');
  return exitCodes.done;
}

function showSaved(directory: string, wantsJson: boolean): number {
  const saved = listSaved(directory);
  const pinned = readPin(directory);
  if (wantsJson) {
    printJson({ pinned: pinned ?? null, saved });
    return exitCodes.done;
  }
  if (saved.length === 0) {
    process.stdout.write('nothing is saved; threat-forwarder feeds compile --save NAME does it\n');
  } else {
    printTable(
      ['', 'name', 'saved at', 'size', 'file'],
      saved.map(({ name, savedAtMs, sizeBytes, path }) => [
        pinned?.name === name ? 'pinned' : '',
        name,
        new Date(savedAtMs).toISOString(),
        sizeText(sizeBytes),
        path,
      ]),
    );
  }
  if (pinned !== undefined) {
    process.stdout.write(
      `\nPinned since ${new Date(pinned.loadedAtMs).toISOString()}: ${pinned.name ?? pinned.path}\n`,
    );
  }
  return exitCodes.done;
}
