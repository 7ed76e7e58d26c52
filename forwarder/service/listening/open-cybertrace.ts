import { parseListen } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import type { IntakeSession, Logger } from '../../core/index.js';
import { startCybertraceListener } from '../../intake/index.js';
import type { CybertraceListener, CybertraceListenerOptions, Reply } from '../../intake/index.js';
import type { Metrics } from '../../telemetry/index.js';
import { cybertraceListeners } from './cybertrace-listeners.js';

export interface OpenCybertraceOptions {
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** As of the listener's options, with the dialect its replies are in. */
  readonly answer: (
    dialect: string,
    ...event: Parameters<CybertraceListenerOptions['answer']>
  ) => ReturnType<CybertraceListenerOptions['answer']>;
  readonly answerSkipped: (dialect: string, session: IntakeSession) => Reply;
  readonly onReject: NonNullable<CybertraceListenerOptions['onReject']>;
  readonly onShed: NonNullable<CybertraceListenerOptions['onShed']>;
}

/**
 * Opens the listeners of CyberTrace's protocol, paused: until resume() they answer nothing but
 * X-KF-ReplyBackPING. When one cannot be opened the others are closed again. Throws ServiceError
 * TF_LISTEN.
 */
export async function openCybertraceListeners(
  config: Config,
  { metrics, logger, answer, answerSkipped, onReject, onShed }: OpenCybertraceOptions,
): Promise<readonly { readonly name: string; readonly listener: CybertraceListener }[]> {
  const { maxLineBytes, maxBufferedBytes, partialLineSeconds } = config.intake;
  const open: { name: string; listener: CybertraceListener }[] = [];
  try {
    for (const { name, settings } of cybertraceListeners(config)) {
      const { listen, dialect, idleSeconds, replyStallSeconds, ...rest } = settings;
      const listener = await startCybertraceListener({
        ...rest,
        ...parseListen(listen),
        name,
        maxLineBytes,
        maxBufferedBytes,
        partialLineTimeoutMs: partialLineSeconds * 1000,
        idleTimeoutMs: idleSeconds === 0 ? undefined : idleSeconds * 1000,
        replyStallMs: replyStallSeconds * 1000,
        answer: (...event) => answer(dialect, ...event),
        answerSkipped: (session) => answerSkipped(dialect, session),
        onReject,
        onShed,
        counters: metrics,
        logger,
        startPaused: true,
      });
      open.push({ name, listener });
    }
    return open;
  } catch (error) {
    await Promise.all(open.map(({ listener }) => listener.close(0)));
    throw error;
  }
}
