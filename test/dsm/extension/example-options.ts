import { eventCatalogue } from '../../../dsm/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';

/** A release shortly before midnight, when it is tomorrow already in the east. */
export const exampleOptions = {
  events: eventCatalogue,
  properties: customProperties,
  version: '1.2.3',
  releasedAt: '2026-03-29T23:30:05Z',
} as const;
