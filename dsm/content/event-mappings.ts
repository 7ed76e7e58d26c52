import { mappingCategories } from '../events/mapping-categories.js';
import { catalogueVersion } from '../events/version.js';
import { logSourceTypeNames } from '../identity.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';

/**
 * Which event id with which category means which name: what the DSM editor calls event mappings. Field
 * names are those of the REST API; a QID record is named here, since its id differs on every console.
 */
export function eventMappingsFile({ events }: BundleSettings): BundleFile {
  return jsonFile('event-mappings.json', {
    catalogueVersion,
    resource: '/data_classification/dsm_event_mappings',
    logSourceTypes: [logSourceTypeNames.own, logSourceTypeNames.universal],
    categories:
      'log_source_event_category is "cat" of the line with leef.cat: true, and empty without: both are mapped.',
    mappings: events.flatMap((event) =>
      mappingCategories(event).map((category) => ({
        log_source_event_id: event.id,
        log_source_event_category: category,
        qid_record: {
          name: event.id,
          description: event.description,
          severity: event.severity,
          low_level_category: event.category,
        },
        emitted: event.origin === 'emitted',
      })),
    ),
  });
}
