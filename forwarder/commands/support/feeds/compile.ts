import { dirname, join } from 'node:path';

import { exitCodes } from '../../../core/index.js';
import { readDescription } from '../../../service/indexing/index-input.js';
import { feedRequest } from '../../../service/indexing/index-inputs.js';
import { keptFile } from '../../../service/indexing/index-store.js';
import { readPin } from '../../../service/indexing/saved-indexes.js';
import { configOf } from '../config-options.js';
import { compileToTarget, targetOf } from './compile-into.js';
import { allIn, giveToService, makeServiceFolder } from './owner.js';
import { describeIndex, printIndex } from '../index-text.js';
import { createProgressBar } from '../progress.js';
import { printJson } from '../table.js';

/**
 * Compiles the feeds of a configuration and says what came of it; resolves to the exit code: that of a
 * bad feed when one of them could not be used as it is now.
 */
export async function compileFeedsCommand(
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  const loaded = await configOf(options);
  const { directory } = loaded.config.index;
  const target = targetOf(options, loaded.config);
  const { kind, path } = target;
  const startedAtMs = Date.now();
  const bar = createProgressBar({ stream: process.stderr, nowMs: Date.now });
  const task = {
    request: feedRequest(loaded),
    directory,
    previousPath: keptFile(directory),
    keepsRows: kind === 'kept',
  };
  const warnings: string[] = [];
  if (kind !== 'output') await makeServiceFolder(dirname(path));
  await compileToTarget(target, task, {
    onWarning: (message) => void warnings.push(message),
    onProgress({ bytes, totalBytes, feed }) {
      bar.update(bytes, totalBytes, `compiling ${feed}`);
    },
  }).finally(() => {
    bar.clear();
  });
  if (kind !== 'output') {
    const rows = await allIn(join(directory, 'quarantine'));
    await giveToService(directory, [path, ...rows]);
  }
  const seconds = (Date.now() - startedAtMs) / 1000;
  const pin = kind === 'kept' ? readPin(directory) : undefined;
  if (pin !== undefined) {
    warnings.push(
      `an index is pinned (${pin.name ?? pin.path}): it is used instead, until feeds load --release`,
    );
  }
  for (const warning of warnings) process.stderr.write(`threat-forwarder: ${warning}\n`);
  const { header, description } = await readDescription(path);
  const described = describeIndex(path, header, description);
  if (options['json'] === true) printJson({ ...described, seconds });
  else {
    printIndex(described, [['seconds', seconds.toFixed(1)]]);
    if (kind === 'saved') {
      const name = String(options['save']);
      process.stdout.write(
        `\nSaved. To use it instead of the feeds: threat-forwarder feeds load ${name}\n`,
      );
    }
  }
  const isWhole = described.feeds.every(({ state }) => state === 'loaded' || state === 'awaited');
  return isWhole ? exitCodes.done : exitCodes.usage;
}
