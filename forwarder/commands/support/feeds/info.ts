import { resolve } from 'node:path';

import { exitCodes } from '../../../core/index.js';
import { readDescription } from '../../../service/indexing/index-input.js';
import { describeIndex, printIndex } from '../index-text.js';
import { printJson } from '../table.js';

/** Shows what an index file says about itself; resolves to the exit code. */
export async function showIndexFile(file: string, wantsJson: boolean): Promise<number> {
  const path = resolve(file);
  const { header, description } = await readDescription(path);
  const described = describeIndex(path, header, description);
  if (wantsJson) printJson({ ...described, header, ...description });
  else printIndex(described, []);
  return exitCodes.done;
}
