import { defaultBundleSettings } from '../../../../dsm/content/index.js';
import type { BundleSettings } from '../../../../dsm/content/index.js';
import { parseListen } from '../../../config/index.js';
import type { LoadedConfig } from '../../../config/index.js';
import { siteEvents } from './site-events.js';

/** What the bundle is built with, and what of it a person has to put right. */
export interface SiteSettings {
  readonly settings: BundleSettings;
  readonly notes: readonly string[];
}

/** Stand in for addresses that the configuration does not tell. */
const unknownService = 'ADDRESS-OF-THE-SERVICE';
const unknownCollector = 'ADDRESS-OF-THE-EVENT-COLLECTOR';
const syslogPorts: Readonly<Record<string, number>> = { 'tls:': 6514 };

/** The bundle's settings by the configuration of the site. Throws as siteEvents(). */
export async function siteSettings(loaded: LoadedConfig): Promise<SiteSettings> {
  const { config } = loaded;
  const notes: string[] = [];
  return {
    settings: {
      ...defaultBundleSettings,
      identifier: config.identifier,
      service: serviceOf(loaded, notes),
      collector: collectorOf(loaded, notes),
      events: await siteEvents(loaded),
    },
    notes,
  };
}

function serviceOf({ config }: LoadedConfig, notes: string[]): BundleSettings['service'] {
  if (config.intake.jsa === false) {
    notes.push('intake.jsa is off: the service takes no events from JSA');
    return { host: unknownService, port: 9995, protocol: 'TCP' };
  }
  const { listen, tls } = config.intake.jsa;
  const { host, port } = parseListen(listen);
  const protocol = tls === undefined ? 'TCP' : 'TLS';
  const why = unreachable(host);
  if (why === undefined) return { host, port, protocol };
  notes.push(
    `intake.jsa.listen is ${listen}, ${why}: put the service's address for ${unknownService} in forwarding-destination.md`,
  );
  return { host: unknownService, port, protocol };
}

/** Why JSA cannot be told a listener's address; undefined when it can. */
function unreachable(host: string): string | undefined {
  if (/^(?:0\.0\.0\.0|::)$/.test(host)) return 'which is every address of this machine';
  if (/^(?:127\.|::1$|localhost$)/i.test(host)) return 'where only this machine reaches it';
  return undefined;
}

function collectorOf({ config }: LoadedConfig, notes: string[]): BundleSettings['collector'] {
  const [first] = config.delivery.collectors;
  const url = first === undefined || !URL.canParse(first.url) ? undefined : new URL(first.url);
  if (url !== undefined && url.hostname !== '') {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    return { host, port: url.port === '' ? (syslogPorts[url.protocol] ?? 514) : Number(url.port) };
  }
  notes.push(
    `delivery.collectors names no host: put the address of JSA's event collector for ${unknownCollector}`,
  );
  return { host: unknownCollector, port: 514 };
}
