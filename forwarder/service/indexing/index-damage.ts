import type { Clock, Logger } from '../../core/index.js';
import type { DamageHandler } from '../../matching/index.js';
import type { Metrics } from '../../telemetry/index.js';

const quietMs = 60_000;

/** Counts what cannot be read of the index, and says so once a minute. */
export function damageHandler(metrics: Metrics, logger: Logger, clock: Clock): DamageHandler {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return ({ message, code, where, hint }) => {
    metrics.counter('tf_index_damages_total').value += 1;
    const now = clock();
    if (now - saidAtMs < quietMs) return;
    saidAtMs = now;
    logger.error('index.damaged', `${message}: a detection may be missing`, {
      errorCode: code,
      where,
      hint,
    });
  };
}
