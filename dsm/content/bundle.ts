import { catalogueReleasedAt, catalogueVersion } from '../events/version.js';
import { customPropertiesFile } from './custom-properties.js';
import { eventMappingsFile } from './event-mappings.js';
import { contentExtension } from './extension/index.js';
import { forwardingDestinationFile, routingRuleFile } from './forwarding-recipes.js';
import { logSourceExtensionXml } from './log-source-extension.js';
import { logSourcesFile } from './log-sources.js';
import { manifestFile } from './manifest.js';
import { qidMapFile } from './qid-map.js';
import { readmeFile } from './readme.js';
import { referenceSetsFile } from './reference-sets.js';
import { sampleEventsFile } from './sample-events.js';
import { searchFiles } from './search-files.js';
import type { BundleFile, BundleSettings } from './settings.js';

/**
 * Every file that teaches JSA our events, in the order of their use. The same settings give the same
 * bytes for ever: no clock, no chance, no machine.
 */
export function buildBundle(settings: BundleSettings): readonly BundleFile[] {
  const files = [
    ...extensionFiles(settings),
    qidMapFile(settings),
    eventMappingsFile(settings),
    customPropertiesFile(settings),
    logSourcesFile(settings),
    sampleEventsFile(settings),
    forwardingDestinationFile(settings),
    routingRuleFile(settings),
    ...searchFiles(settings),
    referenceSetsFile(settings),
  ];
  const described = [readmeFile(settings, files), ...files];
  return [...described, manifestFile(described)];
}

/** The log source extension alone, and in the archive that brings all the rest. */
function extensionFiles({ events, properties }: BundleSettings): readonly BundleFile[] {
  const version = catalogueVersion;
  const releasedAt = catalogueReleasedAt;
  const { name, zip } = contentExtension({ events, properties, version, releasedAt });
  return [
    { path: name, content: zip },
    { path: 'log-source-extension.xml', content: logSourceExtensionXml({ events, properties }) },
  ];
}
