import { createInterface } from 'node:readline';

import { exitCodes, ServiceError } from '../../core/index.js';
import { parseIp } from '../../normalise/index.js';
import { StormControl } from '../../detection/index.js';
import { explainLine } from '../../service/explain-line.js';
import type { ExplainContext } from '../../service/explain-line.js';
import { readLoopToken } from '../../service/storm/loop-token.js';
import { createScanner } from '../../scanning/index.js';
import { compileRules, scannerOptions, withIndex } from '../../service/rules.js';
import { configOf } from './config-options.js';
import { openToRead } from './open-file.js';
import { formatExplanation } from './explain-text.js';
import { loadWithProgress } from './load-with-progress.js';

/** Explains every event given as argument, file or standard input; resolves to the exit code. */
export async function explainEvents(
  options: Readonly<Record<string, unknown>>,
  args: readonly string[],
): Promise<number> {
  const loaded = await configOf(options);
  const rules = await compileRules(loaded, { loopToken: await readLoopToken(loaded) });
  const { compiled } = await loadWithProgress(loaded);
  const context: ExplainContext = {
    rules: withIndex(rules, compiled),
    scanner: createScanner(compiled.filter, scannerOptions(rules)),
    config: loaded.config,
    storm: new StormControl(rules.storm.settings, 'explain', () => undefined),
    peer: peerOf(String(options['peer'])),
    nowMs: Date.now(),
  };
  let number = 0;
  for await (const line of linesOf(options, args)) {
    if (line.length === 0) continue;
    for (const explanation of explainLine(line, number + 1, context)) {
      number += 1;
      process.stdout.write(
        options['json'] === true
          ? `${JSON.stringify(explanation)}\n`
          : `${number > 1 ? '\n' : ''}${formatExplanation(explanation)}`,
      );
    }
  }
  return exitCodes.done;
}

function peerOf(text: string): string {
  const address = parseIp(text);
  if (address !== undefined) return address;
  throw new ServiceError('TF_USAGE', `--peer must be an IP address, not "${text}"`, {
    hint: 'name the address JSA sends from, e.g. --peer 192.0.2.10',
  });
}

/** The bytes of every line; a file is never held as a whole. */
async function* linesOf(
  options: Readonly<Record<string, unknown>>,
  args: readonly string[],
): AsyncGenerator<Buffer> {
  const file = options['file'] as string | undefined;
  if ((file !== undefined && args.length > 0) || (args.includes('-') && args.length > 1)) {
    throw new ServiceError('TF_USAGE', 'events come from arguments, from --file or from "-"', {
      hint: 'use one of the three',
    });
  }
  if (file === undefined && args.length > 0 && args[0] !== '-') {
    for (const text of args) yield Buffer.from(text);
    return;
  }
  const input = file === undefined ? process.stdin : (await openToRead(file)).createReadStream();
  // Latin-1 keeps every byte as it is: invalid UTF-8 must reach the decoder as received.
  for await (const line of createInterface({ input: input.setEncoding('latin1') })) {
    yield Buffer.from(line, 'latin1');
  }
}
