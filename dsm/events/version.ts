/**
 * Version of the catalogue with the custom properties, by semantic versioning: what a console was taught
 * is compared with it. Raised whenever an event or a property is added, changed or taken away: a test
 * says so.
 */
export const catalogueVersion = '1.0.0';

/** When that version was made: the time written into the files of the bundle, so that they never vary. */
export const catalogueReleasedAt = '2026-11-21T00:00:00Z';
