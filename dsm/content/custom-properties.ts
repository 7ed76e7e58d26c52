import { catalogueVersion } from '../events/version.js';
import { propertyPattern } from '../properties/custom-properties.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';

/** The custom properties, by LEEF key and, for consoles that read no LEEF keys, by regular expression. */
export function customPropertiesFile({ properties }: BundleSettings): BundleFile {
  return jsonFile('custom-properties.json', {
    catalogueVersion,
    resource: '/config/event_sources/custom_properties/regex_properties',
    properties: properties.map(({ name, key, type, description, forRules }) => ({
      name,
      type,
      description,
      leefKey: key,
      regex: propertyPattern(key),
      captureGroup: 1,
      forRules,
    })),
  });
}
