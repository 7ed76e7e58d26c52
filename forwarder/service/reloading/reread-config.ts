import type { LoadedConfig } from '../../config/index.js';
import type { Logger } from '../../core/index.js';
import { checkCollectors } from '../collectors.js';
import type { ConfigFreshness } from '../operation/config-freshness.js';
import { withPlace } from './config-place.js';
import { reloadable, restartOnlyChanges } from './reload.js';
import { checkTlsFiles } from '../listening/tls-files.js';

export interface RereadOptions {
  readonly reread: () => Promise<LoadedConfig>;
  /** Compiles templates and patterns, to see whether they are good. */
  readonly compile: (loaded: LoadedConfig) => Promise<unknown>;
  readonly inUse: LoadedConfig;
  readonly freshness: ConfigFreshness;
  readonly logger: Logger;
}

/**
 * The configuration as it is on disk now, without what only a restart changes; what of that changed is
 * logged. All of it is checked, also what only a restart uses: the next start would fail by it. Throws
 * what is bad with its place in the file.
 */
export async function rereadConfig(options: RereadOptions): Promise<LoadedConfig> {
  const { reread, compile, inUse, freshness, logger } = options;
  await freshness.reading();
  const found = await reread();
  try {
    await compile(found);
    await checkTlsFiles(found.config);
    await checkCollectors(found.config);
  } catch (error) {
    throw withPlace(error, found);
  }
  const changes = restartOnlyChanges(inUse.config, found.config);
  freshness.read(changes.length > 0);
  for (const path of changes) {
    logger.warn('config.restart_needed', `${path} changed: it takes effect at the next start`, {
      field: path,
    });
  }
  return { ...found, config: reloadable(inUse.config, found.config) };
}
