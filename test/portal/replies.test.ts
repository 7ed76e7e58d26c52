import { describe, expect, it } from '@jest/globals';

import { type LookupKind, lookupKinds, zones } from '../../forwarder/lookup/lookup-object.js';
import { sectionNames, sectionsOf, zoneOf } from './replies/index.js';
import { asOpenTip } from './replies/open-tip.js';

const valueOf: Readonly<Record<LookupKind, (number: number) => string>> = {
  hash: (number) => number.toString(16).padStart(32, 'F'),
  ip: (number) => `198.51.100.${number}`,
  domain: (number) => `n${number}.example`,
  url: (number) => `http://n${number}.example/path?q=${number}`,
};
const numbers = Array.from({ length: 30 }, (_, number) => number);

describe.each(lookupKinds)('what is said about a %s', (kind) => {
  const values = numbers.map(valueOf[kind]);

  it('is the same for the same value, and of every zone there is', () => {
    for (const value of values) expect(sectionsOf(kind, value)).toEqual(sectionsOf(kind, value));
    const found = new Set(values.map((value) => zoneOf(kind, value)));
    const expected = zones.filter((zone) => kind !== 'hash' || zone !== 'Orange');
    expect([...found].sort()).toEqual([...expected].sort());
  });

  it('has lists with every zone, and empty ones', () => {
    const lists = values
      .flatMap((value) => Object.entries(sectionsOf(kind, value)))
      .flatMap(([name, list]) =>
        Array.isArray(list) && name !== 'Industries' && name !== 'DetectionsInfo' ? [list] : [],
      );
    expect(lists.some((list) => list.length === 0)).toBe(true);
    const full = lists.find((list) => list.length > 0) as readonly { Zone: string | null }[];
    expect(new Set(full.map(({ Zone }) => Zone))).toEqual(new Set([...zones, null]));
  });

  it('is less by OpenTIP, without nulls and empty lists', () => {
    for (const value of values) {
      const reply = asOpenTip(kind, sectionsOf(kind, value));
      expect(reply['Zone']).toBe(zoneOf(kind, value));
      expect(JSON.stringify(reply)).not.toMatch(/null|\[\]|\{\}/);
      expect(sectionNames(kind)).toEqual(expect.arrayContaining(Object.keys(reply)));
    }
  });
});

it('counts zones by the SHA-1 of the value', () => {
  // sha1("example.com") = 0caaf24ab1a0c33440c06afe99df986365b0781f, which leaves 3 of 5.
  expect(zoneOf('domain', 'Example.com')).toBe('Orange');
});

it('has only three sections for reserved addresses', () => {
  for (const value of ['10.1.2.3', '127.0.0.1', '239.1.1.1', '::1', 'fe80::1']) {
    expect(Object.keys(sectionsOf('ip', value))).toEqual(['Zone', 'IpGeneralInfo', 'IpWhoIs']);
  }
  expect(Object.keys(sectionsOf('ip', '2001:db8::1'))).toContain('HostedUrls');
});

it('has line breaks in descriptions, and contacts of several roles', () => {
  const { Net, Contacts } = sectionsOf('ip', '198.51.100.1')['IpWhoIs'] as {
    Net: { Description: string };
    Contacts: readonly { Role: string }[];
  };
  expect(Net.Description).toContain('\r\n');
  expect(new Set(Contacts.map(({ Role }) => Role)).size).toBe(3);
});
