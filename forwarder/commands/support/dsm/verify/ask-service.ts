import { messageOf, ServiceError } from '../../../../core/index.js';
import type { LoadedConfig } from '../../../../config/index.js';
import type { AskedService } from '../../../../../verification/console/index.js';
import { askStatus } from '../../status/ask-status.js';
import { configuredStatusUrl, statusUrlOf } from '../../status/status-url.js';

/**
 * How the service is asked about itself: at --url, else where the configuration says. Undefined when it
 * answers nowhere. Throws ServiceError TF_USAGE for a bad --url; what it returns never throws.
 */
export function serviceAsker(
  options: Readonly<Record<string, unknown>>,
  loaded: LoadedConfig,
): (() => Promise<AskedService>) | undefined {
  const named = options['url'] as string | undefined;
  const url = named === undefined ? configuredUrl(loaded) : statusUrlOf(named);
  return url === undefined ? undefined : () => ask(url);
}

function configuredUrl(loaded: LoadedConfig): URL | undefined {
  try {
    return configuredStatusUrl(loaded);
  } catch (error) {
    // Nowhere to ask: what JSA shows has to do.
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

async function ask(url: URL): Promise<AskedService> {
  try {
    const { intake, detections, index, delivery } = await askStatus(url);
    return {
      view: {
        received: intake.received,
        found: detections.found,
        indicators: index?.indicators ?? 0,
        isDelivering: delivery.isConnected,
        feeds: (index?.feeds ?? [])
          .filter(({ role }) => role !== 'suppress')
          .map(({ name }) => name),
      },
    };
  } catch (error) {
    return { silentBecause: messageOf(error) };
  }
}
