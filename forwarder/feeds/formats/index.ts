import type { FeedReader } from './format.js';
import { json } from './json.js';
import { kasperskyJson } from './kaspersky-json.js';
import { list } from './list.js';
import { xml } from './xml.js';

/** Every feed format. A new one is a file beside this one and a line here. */
export const feedFormats: readonly FeedReader[] = [kasperskyJson, json, xml, list];
