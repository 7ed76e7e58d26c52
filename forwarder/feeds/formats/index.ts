import type { FeedReader } from './format.js';
import { csv } from './csv.js';
import { json } from './json.js';
import { kasperskyJson } from './kaspersky-json.js';
import { list } from './list.js';
import { misp } from './misp.js';
import { stix2 } from './stix2.js';
import { openioc } from './openioc.js';
import { stix1 } from './stix1.js';
import { warninglist } from './warninglist.js';
import { xml } from './xml.js';

/** Every feed format. A new one is a file beside this one and a line here. */
export const feedFormats: readonly FeedReader[] = [
  stix2,
  misp,
  warninglist,
  kasperskyJson,
  json,
  stix1,
  openioc,
  xml,
  csv,
  list,
];
