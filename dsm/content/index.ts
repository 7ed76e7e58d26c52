/** The files that teach JSA our events: for an administrator, by hand. Pure: what is written is returned. */
export { buildBundle } from './bundle.js';
export { factsOf } from './file-facts.js';
export type { FileFacts } from './file-facts.js';
export { manifestPath } from './manifest.js';
export { bundleReference } from './reference.js';
export { savedSearches } from './searches.js';
export type { SavedSearch } from './searches.js';
export { defaultBundleSettings } from './settings.js';
export type { BundleFile, BundleSettings } from './settings.js';
