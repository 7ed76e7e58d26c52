/**
 * What JSA (QRadar) has to know about our events, and how they look on the wire: LEEF 1.0, syslog
 * headers and frames, the catalogue of event ids. Pure: no socket, no clock, no disk.
 */
export { eventCatalogue, describeEvent } from './events/catalogue.js';
export { eventTypes } from './events/event-description.js';
export type { EventDescription, EventType } from './events/event-description.js';
export { lowLevelCategories } from './events/low-level-categories.js';
export type { LowLevelCategory } from './events/low-level-categories.js';
export { decodeLeef } from './leef/decode.js';
export type { DecodedLeef, LeefEvent } from './leef/decode.js';
export { encodeHeader, encodeLeef } from './leef/encode.js';
export type { LeefHeader } from './leef/encode.js';
export { predefinedKeys } from './leef/predefined-keys.js';
export {
  absentValue,
  attributeKey,
  attributeValue,
  cleanText,
  headerField,
  isAttributeKey,
  maxEventIdLength,
  maxKeyLength,
} from './leef/text.js';
export { frameMessage, framings } from './syslog/frame.js';
export type { Framing } from './syslog/frame.js';
export { syslogHeader, syslogHeaderBytes, syslogHost } from './syslog/header.js';
export type { SyslogHeaderOptions, SyslogOrigin } from './syslog/header.js';
export { parseSyslog } from './syslog/parse.js';
export type { SyslogMessage } from './syslog/parse.js';
