import { expect, test } from '@jest/globals';

import { buildBundle, defaultBundleSettings } from '../../../dsm/content/index.js';
import { decodeLeef, describeEvent, eventCatalogue, eventTypes } from '../../../dsm/index.js';
import type { LeefEvent } from '../../../dsm/index.js';
import { customProperties, propertyPattern } from '../../../dsm/properties/custom-properties.js';
import { readLeef } from '../../support/leef.js';
import { linesOf } from './bundle-under-test.js';

const lines = linesOf('sample-events.log');

function decoded(line: string): LeefEvent {
  const result = decodeLeef(line);
  if (!result.ok) throw new Error(`${result.problem}: ${line}`);
  return result.event;
}

function hostOf(line: string): string {
  return readLeef(line).host;
}

const ours = lines.filter((line) => hostOf(line) === 'KL_Threat_Feed_Service_V2');
const tests = lines.filter((line) => hostOf(line) === 'KL_Verification_Tool');

test('both readers find the same in every line', () => {
  for (const line of lines) {
    const read = readLeef(line);
    const event = decoded(line);
    expect([event.vendor, event.product, event.version, event.eventId]).toEqual([
      ...[read.vendor, read.product, read.version, read.eventId],
    ]);
    expect(Object.fromEntries(event.attributes)).toEqual({ ...read.attributes });
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4000);
  }
  expect(ours.length + tests.length).toBe(lines.length);
});

test.each(eventTypes)('there are at least 30 events of type %s', (type) => {
  const found = ours.filter((line) => describeEvent(decoded(line).eventId).type === type);
  expect(found.length).toBeGreaterThanOrEqual(30);
});

test('there are at least 30 events of the test tool', () => {
  expect(tests.length).toBeGreaterThanOrEqual(30);
  for (const line of tests) expect(decoded(line).eventId).toBe('KL_Verification_Test');
});

test('every event that the service can send is there, and no other', () => {
  const found = new Set(ours.map((line) => decoded(line).eventId));
  const wanted = eventCatalogue.filter(({ origin }) => origin === 'emitted').map(({ id }) => id);
  expect([...found].sort()).toEqual([...wanted].sort());
});

test('severity, time and indicator are those of the event', () => {
  for (const line of ours) {
    const { eventId, attributes } = decoded(line);
    expect(attributes.get('sev')).toBe(String(describeEvent(eventId).severity));
    expect(attributes.get('devTime')).toMatch(/^\d{13}$/);
    // The header has the same second, in UTC: `Nov 21 09:00:00`.
    const devTime = new Date(Number(attributes.get('devTime'))).toISOString();
    expect(/^<134>Nov 21 (\S+) /.exec(line)?.[1]).toBe(devTime.slice(11, 19));
    expect(devTime).toMatch(/^2026-11-21T/);
    expect(attributes.has('cat')).toBe(false);
    if (describeEvent(eventId).type !== 'Detect') continue;
    const key =
      /_Hash_(\w+)$/.exec(eventId)?.[1]?.toLowerCase() ??
      (/_IP|IP_R\w+$/.test(eventId) ? 'ip' : 'url');
    if (!/_URL$/.test(eventId) && key === 'url') throw new Error(`no object in ${eventId}`);
    expect(attributes.get('matchedIndicator')).toBe(
      attributes.get(/_URL$/.test(eventId) ? 'url' : key),
    );
    expect(attributes.get('matchedIndicator')).not.toBe('-');
  }
});

test('every custom property is found in some event, by its expression as by its key', () => {
  for (const { name, key } of customProperties) {
    const pattern = new RegExp(propertyPattern(key));
    let found = 0;
    for (const line of ours) {
      const value = decoded(line).attributes.get(key);
      expect([name, pattern.exec(line)?.[1]]).toEqual([name, value]);
      if (value !== undefined && value !== '-') found += 1;
    }
    expect([name, found > 0]).toEqual([name, true]);
  }
});

test('names and addresses are those set apart for documentation', () => {
  for (const line of lines) {
    const { attributes } = decoded(line);
    const url = attributes.get('url') ?? '-';
    if (url !== '-') expect(new URL(url).hostname).toMatch(/\.example\.(?:com|net|org)$/);
    for (const key of ['src', 'dst', 'ip', 'feed_ip']) {
      expect(attributes.get(key) ?? '-').toMatch(
        /^(?:-|192\.0\.2\.\d+|198\.51\.100\.\d+|203\.0\.113\.\d+)$/,
      );
    }
  }
});

test('events of a site’s own feeds are there too, under its identifier', () => {
  const events = [...eventCatalogue, describeEvent('KL_Partner_URL')];
  const files = buildBundle({ ...defaultBundleSettings, identifier: 'Site_A', events });
  const own = linesOf('sample-events.log', files).filter((line) =>
    line.includes('|KL_Partner_URL|'),
  );
  expect(own.length).toBeGreaterThanOrEqual(1);
  expect(hostOf(own[0] ?? '')).toBe('Site_A');
});
