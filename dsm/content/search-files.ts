import { catalogueVersion } from '../events/version.js';
import { jsonFile } from './settings.js';
import type { BundleFile, BundleSettings } from './settings.js';
import { savedSearches } from './searches.js';

/** The searches as data, and as a text to copy from. */
export function searchFiles(settings: BundleSettings): readonly BundleFile[] {
  const searches = savedSearches(settings);
  const blocks = searches.map(({ name, purpose, aql }) => `-- ${name}: ${purpose}\n${aql}\n`);
  return [
    jsonFile('saved-searches.json', { catalogueVersion, searches }),
    { path: 'searches.aql', content: blocks.join('\n') },
  ];
}
