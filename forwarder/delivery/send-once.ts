import type { Message } from '../core/index.js';
import { checkCollector } from './collector-options.js';
import type { CollectorOptions } from './collector-options.js';
import { createTransport } from './transports/index.js';
import type { TransportSettings } from './transports/index.js';

/**
 * Sends one message over a connection of its own to the first collector that takes it, in their order,
 * and closes again: for what must be said while delivery itself cannot work. Resolves to the address of
 * that collector; undefined when none took it. Nothing is kept or sent again.
 */
export async function sendOnce(
  collectors: readonly CollectorOptions[],
  settings: TransportSettings,
  message: Message,
): Promise<string | undefined> {
  const choices = collectors.length === 0 ? [undefined] : collectors;
  for (const options of choices) {
    const transport = createTransport(
      options === undefined ? undefined : checkCollector({ ...options, assured: false }),
      settings,
    );
    try {
      await transport.open(new AbortController().signal);
      const taken = await transport.write([message]);
      await transport.close(settings.connectTimeoutMs);
      if (taken === 1) return transport.url;
    } catch {
      await transport.close(0).catch(() => undefined);
    }
  }
  return undefined;
}
