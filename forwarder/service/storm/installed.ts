import { randomBytes } from 'node:crypto';

import type { Logger } from '../../core/index.js';
import type { LoadedConfig } from '../../config/index.js';
import { readOrCreateLoopToken } from './loop-token.js';
import { compileRules } from '../rules.js';
import type { StaticRules } from '../rules.js';

/** What tells this installation, and this run of it, from all others. */
export class Installed {
  /** Part of the ids of all messages of this run. */
  readonly runId = randomBytes(8).toString('hex');
  readonly #logger: Logger;
  #loopToken: string | undefined;

  private constructor(logger: Logger, loopToken: string | undefined) {
    this.#logger = logger;
    this.#loopToken = loopToken;
  }

  /** Reads the loop token, or makes it; one that cannot be kept is told to the log. */
  static async find(options: {
    readonly loaded: LoadedConfig;
    readonly logger: Logger;
  }): Promise<Installed> {
    const { loaded, logger } = options;
    return new Installed(logger, await readOrCreateLoopToken(loaded, logger));
  }

  /** compileRules() with what no configuration says. Throws as it does. */
  async compile(loaded: LoadedConfig): Promise<StaticRules> {
    // A reload may ask for the token for the first time; it stays the same as long as this runs.
    this.#loopToken ??= await readOrCreateLoopToken(loaded, this.#logger);
    return compileRules(loaded, { loopToken: this.#loopToken, runId: this.runId });
  }
}
