import { spawnSync } from 'node:child_process';

import { describe, test } from '@jest/globals';

/**
 * A suite that needs a program of the machine. Where the program is missing the suite is skipped
 * and says why; with TF_FORBID_SKIP=1 (continuous integration) a missing program is a failure.
 */
export function describeWithTool(tool: string, name: string, body: () => void): void {
  if (hasTool(tool) || process.env['TF_FORBID_SKIP'] === '1') {
    describe(name, body);
  } else {
    describe.skip(`${name} (skipped: ${tool} is not installed)`, body);
  }
}

/** A suite over data that is not part of the project; TF_DATA_DIR names the folder it is in. */
export function describeWithData(name: string, body: (directory: string) => void): void {
  const directory = process.env['TF_DATA_DIR'];
  if (directory === undefined) {
    describe.skip(`${name} (skipped: TF_DATA_DIR names no folder of data)`, () => {
      test('needs data', () => undefined);
    });
  } else {
    describe(name, () => {
      body(directory);
    });
  }
}

/** Whether the shell finds a program; Debian keeps daemons in /usr/sbin. */
export function hasTool(tool: string): boolean {
  return spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${tool}`]).status === 0;
}
