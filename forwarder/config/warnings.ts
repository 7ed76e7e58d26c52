import type { Config } from './schema.js';

/** What is allowed and deserves a word at start. */
export function configWarnings(config: Config): readonly string[] {
  const warnings: string[] = [];
  if (!config.feeds.some(({ enabled }) => enabled)) {
    warnings.push('no feeds are configured (feeds): nothing can be detected');
  }
  const { jsa, cybertrace, moreCybertrace } = config.intake;
  if (jsa === false && cybertrace === false && moreCybertrace.length === 0) {
    warnings.push('intake.jsa and intake.cybertrace are false: no events are received');
  }
  return warnings;
}
