import type { DesiredSetup } from '../../../../dsm/console/setup/setup.js';
import { identifiers } from '../../../../dsm/identity.js';
import { customProperties } from '../../../../dsm/properties/custom-properties.js';
import type { LoadedConfig } from '../../../config/index.js';
import { siteEvents } from './site-events.js';

/**
 * What the console shall have, by options and configuration, and what is odd about it. Throws
 * ServiceError TF_CONFIG, TF_FEED.
 */
export async function desiredSetup(
  options: Readonly<Record<string, unknown>>,
  loaded: LoadedConfig,
): Promise<{ readonly desired: DesiredSetup; readonly notes: readonly string[] }> {
  const { config } = loaded;
  const { identifier } = config;
  const given = (name: string): string | undefined => options[name] as string | undefined;
  const desired: DesiredSetup = {
    identifier,
    verificationIdentifier: identifiers.verification,
    logSourceType: given('logSourceType') ?? config.console.logSourceType,
    eventCollector: given('eventCollector') ?? config.console.eventCollector,
    collectorHost: hostOf(config.delivery.collectors[0]?.url),
    events: await siteEvents(loaded),
    properties: customProperties,
  };
  return { desired, notes: spellingNotes(identifier) };
}

/** The pages of the vendor have two spellings; whoever has the other one should know. */
function spellingNotes(identifier: string): readonly string[] {
  const usual = identifiers.detections;
  if (identifier === usual || identifier.toLowerCase() !== usual.toLowerCase()) return [];
  return [
    `"identifier" of the configuration is ${identifier}, the usual spelling is ${usual}. JSA may tell ` +
      'them apart: use one spelling in the configuration, the log source and the routing rule.',
  ];
}

function hostOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === '' ? undefined : host;
}
