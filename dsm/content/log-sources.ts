import { catalogueVersion } from '../events/version.js';
import { logSourceTypeNames } from '../identity.js';
import { logSourceBody, logSourceDescriptions } from '../log-sources.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';

interface LogSource {
  readonly identifier: string;
  readonly purpose: string;
  readonly types: readonly LogSourceType[];
}

interface LogSourceType {
  readonly name: string;
  readonly when: string;
}

/** Both log sources: as the dialogue of the console asks for them, and as the REST API does. */
export function logSourcesFile(settings: BundleSettings): BundleFile {
  const { collector } = settings;
  return jsonFile('log-source.json', {
    catalogueVersion,
    resource: '/config/event_sources/log_source_management/log_sources',
    lookedUp: {
      type_id: '/config/event_sources/log_source_management/log_source_types, by name',
      target_event_collector_id: `/config/event_sources/event_collectors: the collector at ${collector.host}`,
    },
    logSources: logSourcesOf(settings).map(({ identifier, purpose, types }) => ({
      purpose,
      types,
      dialogue: dialogue(identifier, types[0]?.name ?? '', collector.host),
      body: logSourceBody(identifier, purpose),
    })),
  });
}

function logSourcesOf(settings: BundleSettings): readonly LogSource[] {
  const { own, universal, vendor } = logSourceTypeNames;
  return [
    {
      identifier: settings.identifier,
      purpose: logSourceDescriptions.detections,
      types: [
        { name: vendor, when: 'the console has it (automatic updates bring it)' },
        { name: own, when: 'the content extension of this bundle is installed' },
        { name: universal, when: 'otherwise: every console has it' },
      ],
    },
    {
      identifier: settings.verificationIdentifier,
      purpose: logSourceDescriptions.verification,
      types: [{ name: universal, when: 'always' }],
    },
  ];
}

/** In the order of the dialogue Log Sources, Add. */
function dialogue(identifier: string, type: string, collector: string) {
  return {
    'Log Source Name': identifier,
    'Log Source Type': type,
    'Protocol Configuration': 'Syslog',
    'Log Source Identifier': identifier,
    Enabled: true,
    Credibility: 5,
    'Target Event Collector': `the one at ${collector}`,
    'Coalescing Events': false,
    'Incoming Payload Encoding': 'UTF-8',
    'Store Event Payload': true,
  };
}
