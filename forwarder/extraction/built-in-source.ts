import type { DecodedEvent } from '../core/index.js';
import { parseIp } from '../normalise/index.js';
import type { Candidate } from './candidate.js';
import type { Findings } from './findings.js';
import { findCandidates } from './free-text.js';
import { addressFields, jsaFields } from './jsa-fields.js';
import { epochMs, readPairs, userName, wholeUrl, type PairAddress } from './payload-pairs.js';
import type { PropertyKind, PropertyKinds } from './property-kinds.js';

/** The rule of the built-in source that finds each kind. */
const ruleOfKind = {
  url: 'RE_URL',
  domain: 'RE_DOMAIN',
  ip: 'RE_IP',
  md5: 'RE_MD5',
  sha1: 'RE_SHA1',
  sha256: 'RE_SHA256',
} as const satisfies Record<Candidate['kind'], string>;

function addCandidate(candidate: Candidate, field: string, into: Findings): void {
  const { kind, text, start } = candidate;
  const rule = ruleOfKind[kind];
  if (kind === 'url') into.addUrl(rule, text, candidate.url, field, start);
  else into.add(kind, rule, text, candidate.value, field, start);
}

function isOfKind(candidate: Candidate, kind: PropertyKind): boolean {
  switch (kind) {
    case 'TEXT':
      return true;
    case 'HASH':
      return candidate.kind === 'md5' || candidate.kind === 'sha1' || candidate.kind === 'sha256';
    case 'URL':
    case 'DOMAIN':
    case 'IP':
    case 'MD5':
    case 'SHA1':
    case 'SHA256':
      return candidate.kind === kind.toLowerCase();
    default:
      return kind satisfies never;
  }
}

function searchProperty(name: string, text: string, kind: PropertyKind, into: Findings): void {
  if (kind === 'URL') {
    const url = wholeUrl(text);
    if (url !== undefined) {
      const found = text.trim();
      into.addUrl(ruleOfKind.url, found, url, name, text.indexOf(found));
      return;
    }
  }
  // A URL property that holds no URL may still hold one in a longer text: `GET http://…`.
  const wanted = kind === 'URL' ? 'TEXT' : kind;
  for (const candidate of findCandidates(text, [])) {
    if (isOfKind(candidate, wanted)) addCandidate(candidate, name, into);
  }
}

/** What the envelope's own fields say about who and when, kept as values, not looked up. */
export function addEnvelopeValues(fields: ReadonlyMap<string, string>, into: Findings): void {
  const user = userName(fields.get('usrName'));
  if (user !== undefined) into.addValue('RE_USERNAME', user);
  const time = epochMs(fields.get('devTimeEpoch'));
  if (time !== undefined) into.addValue('DEV_TIME', time);
}

function addAddress(
  rule: string,
  address: PairAddress | undefined,
  field: string,
  into: Findings,
): void {
  if (address === undefined || into.values.has(rule)) return;
  into.add('ip', rule, address.text, address.value, field, address.start);
}

function searchPayload(text: string, field: string, into: Findings): void {
  const pairs = readPairs(text);
  if (pairs.user !== undefined) into.addValue('RE_USERNAME', pairs.user);
  if (pairs.deviceTime !== undefined) into.addValue('DEV_TIME', pairs.deviceTime);
  const taken = pairs.urls.map(({ start, end, url }) => ({ start, end, url, isCovered: false }));
  const candidates = findCandidates(text, taken);
  for (const { start, end, url, isCovered } of taken) {
    if (!isCovered) into.addUrl(ruleOfKind.url, text.slice(start, end), url, field, start);
  }
  addAddress('SRC_IP', pairs.source, field, into);
  addAddress('DST_IP', pairs.destination, field, into);
  for (const candidate of candidates) addCandidate(candidate, field, into);
}

/**
 * The built-in universal source: what docs/reference/extraction.md says, with hand-written linear
 * matchers. `payload` is the payload or raw text after a source's replace rules.
 */
export function searchBuiltIn(
  decoded: DecodedEvent,
  payload: string,
  properties: PropertyKinds,
  into: Findings,
): void {
  if (decoded.kind === 'raw') {
    searchPayload(payload, 'text', into);
    return;
  }
  for (const [name, value] of decoded.fields) {
    if (!jsaFields.has(name)) searchProperty(name, value, properties.of(name), into);
  }
  for (const [field, rule] of addressFields) {
    const text = decoded.fields.get(field);
    const ip = text === undefined ? undefined : parseIp(text);
    if (text === undefined || ip === undefined) continue;
    const found = text.trim();
    into.add('ip', rule, found, ip, field, text.indexOf(found));
  }
  addEnvelopeValues(decoded.fields, into);
  searchPayload(payload, 'payload', into);
}
