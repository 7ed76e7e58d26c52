import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { catalogueReleasedAt, catalogueVersion } from '../../dsm/events/version.js';
import { eventCatalogue } from '../../dsm/index.js';
import { customProperties, propertyPattern } from '../../dsm/properties/custom-properties.js';
import { indicatorKinds, statusEvents } from '../../forwarder/core/index.js';
import { categoriesFor, roleFor } from '../../forwarder/feeds/categories.js';

/**
 * One feed of every family that Kaspersky names (CyberTrace help, pages 291802 and 171611), under each
 * spelling that is taken for it. Written out here, apart from the code that is judged.
 */
const familyFeeds = [
  'APT_URL_Data_Feed',
  'Botnet_CnC_URL_Data_Feed',
  'BotnetCnC',
  'ICS_Hash_Data_Feed',
  'InternalTI',
  'IoT_URL_Data_Feed',
  'IP_Reputation_Data_Feed',
  'Malicious_URL_Data_Feed',
  'Mobile_Botnet_Data_Feed',
  'Mobile_Malicious_Hash_Data_Feed',
  'P-SMS_Trojan_Data_Feed',
  'PSMS_Trojan_Data_Feed',
  'Phishing_URL_Data_Feed',
  'Ransomware_URL_Data_Feed',
  'Vulnerability_Data_Feed',
];

function idsOf(feeds: readonly string[]): string[] {
  const ids = feeds.flatMap((feed) => indicatorKinds.map((kind) => categoriesFor(feed)[kind]));
  return [...new Set(ids)].sort();
}

function emitted(type: string): string[] {
  return eventCatalogue
    .filter((event) => event.type === type && event.origin === 'emitted')
    .map(({ id }) => id)
    .sort();
}

const forwarder = new URL('../../forwarder/', import.meta.url);

function read(file: string): string {
  return readFileSync(new URL(file, forwarder), 'utf8');
}

describe('the emitted entries are what the service can send, no more and no less', () => {
  test('detections: every family of feeds with every kind of indicator', () => {
    expect(emitted('Detect')).toEqual(idsOf(familyFeeds));
  });

  test('no family of the service is missing above', () => {
    const source = read('feeds/categories.ts');
    const prefixes = [...source.matchAll(/prefix: '(\w+)'/g)].map(([, prefix = '']) => prefix);
    expect(prefixes.length).toBeGreaterThanOrEqual(familyFeeds.length);
    const detecting = prefixes.filter((prefix) => roleFor(prefix) !== 'suppress');
    expect(idsOf(detecting)).toEqual(idsOf(familyFeeds));
  });

  test('demo feeds and every spelling give the same events', () => {
    const spellings = familyFeeds.flatMap((feed) => [
      `Demo_${feed}`,
      `demo-${feed.toLowerCase()}`,
      feed.replaceAll('_', '-').toUpperCase(),
    ]);
    expect(idsOf(spellings)).toEqual(idsOf(familyFeeds));
  });

  test('a feed of false positives gives no detection, and has none in the catalogue', () => {
    expect(roleFor('FalsePositive')).toBe('suppress');
    const ids = new Set(eventCatalogue.map(({ id }) => id));
    expect(idsOf(['FalsePositive']).filter((id) => ids.has(id))).toEqual([]);
  });

  test('status events', () => {
    expect(emitted('Status')).toEqual([...statusEvents].sort());
  });

  test('evaluation events', () => {
    const named = readdirSync(forwarder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => read(name).match(/'(?:KL_EVALUATION_[A-Z]\w*|LookupFinished)'/g) ?? [])
      .map((literal) => literal.slice(1, -1));
    expect(emitted('Evaluation')).toEqual([...new Set(named)].sort());
    expect(named).toContain('LookupFinished');
  });
});

test('the version belongs to this catalogue and these properties', () => {
  const patterns = customProperties.map(({ key }) => propertyPattern(key));
  const content = JSON.stringify([eventCatalogue, customProperties, patterns]);
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  // It differs: raise catalogueVersion (and catalogueReleasedAt) in dsm/events/version.ts, put both
  // here, and build the files again (npm run build:dsm). Consoles are compared with that version.
  expect([catalogueVersion, digest]).toEqual(['1.0.0', 'cb6a0ef4e0c2e829']);
  expect(new Date(catalogueReleasedAt).toISOString()).toBe('2026-11-21T00:00:00.000Z');
});
