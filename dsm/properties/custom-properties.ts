import type { CustomProperty } from './custom-property.js';

const forRules = true;
const forDisplay = false;

type Row = readonly [
  name: string,
  key: string,
  type: CustomProperty['type'],
  description: string,
  isForRules: boolean,
];

/**
 * What JSA does not read from LEEF by itself (`src`, `dst`, `usrName`, `sev` and `devTime` it does). The
 * names are those that Kaspersky's guide and app use where there are any (help, page 167603): URL, IP,
 * MD5, SHA1, SHA256.
 */
const rows: readonly Row[] = [
  ['URL', 'url', 'string', 'URL or domain that was found', forRules],
  ['IP', 'ip', 'string', 'IP address that was found', forRules],
  ['MD5', 'md5', 'string', 'MD5 hash that was found', forRules],
  ['SHA1', 'sha1', 'string', 'SHA1 hash that was found', forRules],
  ['SHA256', 'sha256', 'string', 'SHA256 hash that was found', forRules],
  ['Matched Indicator', 'matchedIndicator', 'string', 'Text that was detected', forRules],
  ['Confidence', 'confidence', 'numeric', 'Confidence of the feed from 1 to 100', forRules],
  ['Threat Score', 'threat_score', 'numeric', 'Threat score that the feed gives', forRules],
  ['Threat', 'threat', 'string', 'Name of the threat as the feed gives it', forRules],
  ['Mask', 'mask', 'string', 'Mask of the feed that the URL fits', forDisplay],
  ['First Seen', 'first_seen', 'string', 'When the feed saw it first', forDisplay],
  ['Last Seen', 'last_seen', 'string', 'When the feed saw it last', forDisplay],
  ['Popularity', 'popularity', 'numeric', 'Popularity from 1 to 5', forDisplay],
  ['Geo', 'geo', 'string', 'Countries the feed names', forDisplay],
  ['Feed Record', 'id', 'string', 'Identifier of the record in the feed', forDisplay],
  ['Event Time', 'eventTime', 'numeric', 'Time of the checked event in milliseconds', forDisplay],
  ['Message Id', 'msgId', 'string', 'Identifier of the message', forDisplay],
  ['Detection Count', 'count', 'numeric', 'Detections a summary stands for', forRules],
  ['Portal Zone', 'KLZone', 'string', 'Zone of the Threat Intelligence Portal', forRules],
  ['Portal Threat Score', 'KLThreatScore', 'numeric', 'Threat score of the portal', forRules],
  ['Feed', 'feed', 'string', 'Feed that a status message is about', forRules],
  ['Feed Records', 'records', 'numeric', 'Records of the feed', forDisplay],
  ['Error', 'error', 'string', 'What went wrong', forDisplay],
];

/** Every custom property of our events. */
export const customProperties: readonly CustomProperty[] = rows.map(
  ([name, key, type, description, isForRules]) => ({
    name,
    key,
    type,
    description,
    forRules: isForRules,
  }),
);

/**
 * The value of a key as a regular expression for JSA, the value in group 1: behind a TAB, or behind the
 * fifth pipe, which closes the header, up to the next TAB. So `md5` is not found inside `feed_md5`, and
 * whoever chooses a URL sets no other property by it.
 *
 *     LEEF:1.0|V|P|1|E|url=http://x/|md5=spoof<TAB>md5=-
 *
 * gives `-` for md5: the pipe before the first `md5=` is not the fifth.
 */
export function propertyPattern(key: string): string {
  return `(?:\\t|^(?:[^|]*\\|){5})${key}=([^\\t]+)`;
}
