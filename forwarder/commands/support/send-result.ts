import type { LoadedConfig } from '../../config/index.js';
import { createDelivery } from '../../delivery/index.js';
import { evaluationOutcome, verificationContext } from '../../detection/index.js';
import { deliveryOptions } from '../../service/collectors.js';
import { compileRules } from '../../service/rules.js';
import { createMetrics, silentLogger } from '../../telemetry/index.js';
import type { VerificationReport } from '../../../verification/index.js';

const sendLimitMs = 10_000;

/**
 * Sends KL_EVALUATION_Verification with the counts of a run to the configured collectors, so that
 * the outcome is on record in JSA. Says on standard error when it could not be sent.
 */
export async function sendResult(
  loaded: LoadedConfig,
  report: Pick<VerificationReport, 'passedRows' | 'failedRows' | 'runId'>,
): Promise<void> {
  const { renderer, collectorDialects } = await compileRules(loaded);
  const metrics = createMetrics();
  const delivery = createDelivery({
    ...deliveryOptions(loaded.config, collectorDialects),
    counters: metrics,
    logger: silentLogger,
    clock: Date.now,
  });
  const counts = verificationContext(report.passedRows, report.failedRows);
  const context = [...counts, ['run', report.runId] as const];
  const event = 'KL_EVALUATION_Verification';
  delivery.send(renderer.render(evaluationOutcome(event, context, Date.now(), 1)));
  await delivery.close(sendLimitMs);
  if (metrics.total('tf_delivery_dropped_total') > 0) {
    process.stderr.write('threat-forwarder: the result could not be sent: no collector took it\n');
  }
}
