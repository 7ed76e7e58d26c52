import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ErrorCode } from '../../forwarder/core/index.js';

/**
 * A configuration that must be refused. Every file of test/fixtures/config/bad says itself what is
 * expected, in comments at its top: `# expect CODE fragment; fragment`. The message must hold every
 * fragment. TF_CONFIG is found by loading, other codes by what is compiled or read after it.
 */
export interface BadFixture {
  readonly name: string;
  readonly file: string;
  readonly code: ErrorCode;
  readonly fragments: readonly string[];
}

const directory = fileURLToPath(new URL('../fixtures/config/bad/', import.meta.url));

/** All of them, by name. For tests of loading, of `check` and of `run`, which must agree. */
export function badFixtures(): readonly BadFixture[] {
  return readdirSync(directory)
    .sort()
    .map((name) => {
      const file = join(directory, name);
      const expectations = [
        ...readFileSync(file, 'latin1').matchAll(/^# expect (TF_[A-Z_]+) (.+)$/gm),
      ];
      const [first] = expectations;
      if (first === undefined) throw new Error(`${name} does not say what is expected`);
      return {
        name,
        file,
        code: first[1] as ErrorCode,
        fragments: expectations.flatMap(([, , fragments = '']) => fragments.split('; ')),
      };
    });
}
