import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadConfig } from '../../../forwarder/config/index.js';
import type { LoadedConfig } from '../../../forwarder/config/index.js';
import { loadDialects, longestReplyBytes } from '../../../forwarder/service/dialects/index.js';
import type { Dialect, DialectOptions } from '../../../forwarder/service/dialects/index.js';
import { repository } from '../../rendering/support.js';

export { repository } from '../../rendering/support.js';

/** The folders of templates/ that hold a dialect.json. */
export function patternDialects(): readonly string[] {
  return readdirSync(join(repository, 'templates'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/dialect.json'))
    .map((path) => path.slice(0, -'/dialect.json'.length))
    .sort();
}

/** A configuration without a file, in universal time. */
export function configured(...set: readonly string[]): Promise<LoadedConfig> {
  return loadConfig({
    env: {},
    set: ['leef.timeZone=utc', ...set],
    cwd: repository,
    packageDirectory: repository,
  });
}

/** One dialect of a configuration. */
export async function dialectOf(
  loaded: LoadedConfig,
  name: string,
  options: DialectOptions = { maxMessageBytes: longestReplyBytes },
): Promise<Dialect> {
  const dialect = (await loadDialects(loaded, [name], options)).get(name);
  if (dialect === undefined) throw new Error(`${name} was not loaded`);
  return dialect;
}

/** The lines of a golden file of a ready dialect; a TAB in it is a real TAB. */
export function expectedLines(dialect: string, file: string): readonly string[] {
  const path = join(repository, 'templates', dialect, 'expected', file);
  return readFileSync(path, 'utf8').replace(/\n$/, '').split('\n');
}
