import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The path of a data file of this folder. Built code lies in dist/verification, while the data
 * stays in the package's verification/.
 */
export function dataFile(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, name);
  return existsSync(beside) ? beside : join(here, '..', '..', 'verification', name);
}
