import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import {
  buildBundle,
  bundleReference,
  defaultBundleSettings,
  factsOf,
} from '../../../dsm/content/index.js';
import { defaultBundle, textOf } from './bundle-under-test.js';

const generated = new URL('../../../dsm/generated/', import.meta.url);
const paths = defaultBundle.map(({ path }) => path);

test('two builds are the same, byte for byte', () => {
  const bytes = (files: typeof defaultBundle): unknown =>
    files.map(({ path, content }) => [path, Buffer.from(content).toString('base64')]);
  expect(bytes(buildBundle(defaultBundleSettings))).toEqual(bytes(defaultBundle));
});

describe('dsm/generated (npm run build:dsm writes it anew)', () => {
  test('has these files and no other', () => {
    expect(readdirSync(generated).sort()).toEqual([...paths].sort());
  });

  test.each(defaultBundle)('$path is as it is built', ({ path, content }) => {
    expect(readFileSync(new URL(path, generated)).equals(Buffer.from(content))).toBe(true);
  });
});

test('docs/reference/dsm-files.md describes what is built', () => {
  const file = new URL('../../../docs/reference/dsm-files.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(bundleReference());
});

test('the manifest knows every other file', () => {
  const { files } = JSON.parse(textOf('manifest.json')) as { files: readonly unknown[] };
  const wanted = defaultBundle
    .filter(({ path }) => path !== 'manifest.json')
    .map(({ path, content }) => {
      const bytes = Buffer.from(content);
      return {
        path,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      };
    });
  expect(files).toEqual(wanted);
});

test('the README names every file, and no other', () => {
  const rows = [...textOf('README.md').matchAll(/^\| `([^`]+\.[a-z]+)` \| (.+) \| (.+) \|$/gm)];
  expect(rows.map(([, path]) => path).sort()).toEqual([...paths].sort());
});

test('the README names the steps in their order, from the names of events to the deployment', () => {
  const steps = [...textOf('README.md').matchAll(/^(\d)\. ([^]*?)(?=^\d\. |^## )/gm)];
  const wanted = [
    ...['qid-map.txt', 'log-source.json', 'sample-events.log', 'forwarding-destination.md'],
    ...['routing-rule.md', 'searches.aql', 'Admin → Deploy Changes'],
  ];
  expect(steps.map(([, number]) => Number(number))).toEqual(wanted.map((_, index) => index + 1));
  for (const [index, [, , text]] of steps.entries()) expect(text).toContain(wanted[index]);
});

test('a file that nobody described is refused', () => {
  expect(() => factsOf('surprise.txt')).toThrow(RangeError);
});

describe('the values of a site', () => {
  const files = buildBundle({
    ...defaultBundleSettings,
    identifier: 'Site_A',
    verificationIdentifier: 'Site_A_Test',
    service: { host: '2001:db8::20', port: 19995, protocol: 'TLS' },
    collector: { host: '198.51.100.9', port: 6514 },
  });

  test('stand in every file that has them, those of the guides in none', () => {
    for (const { path, content } of files) {
      const text = Buffer.from(content).toString('latin1');
      expect([
        path,
        /192\.0\.2\.(?:20|10)\b|KL_Verification_Tool\b/.test(withoutSamples(path, text)),
      ]).toEqual([path, false]);
    }
    expect(textOf('log-source.json', files)).toContain('"Log Source Identifier": "Site_A"');
    expect(textOf('saved-searches.json', files)).toContain("'%Site_A_Test'");
    expect(textOf('reference-sets.json', files)).toContain('Site_A');
  });

  test('the forwarding destination has address, port and TLS', () => {
    const text = textOf('forwarding-destination.md', files);
    expect(text).toContain('| Destination Address | `2001:db8::20`');
    expect(text).toContain('| Destination Port | `19995` |');
    expect(text).toContain('| Protocol | `TCP over TLS 1.1 or above` |');
    expect(textOf('forwarding-destination.md')).toContain('| Protocol | `TCP` |');
  });

  test('the routing rule takes the test events, and warns of the service’s own', () => {
    const text = textOf('routing-rule.md', files);
    expect(text).toMatch(/\| Event Filters \| .*`Site_A_Test` \|/);
    expect(text).toContain('never choose the log source `Site_A`');
    expect(text).toContain('| **Match All Incoming Events** | **cleared** |');
  });

  test('addresses of IPv6 are written so that a port can follow', () => {
    expect(textOf('README.md', files)).toContain('`[2001:db8::20]:19995`, TLS');
  });
});

/** A sample's text may say what it likes: LoopDetected tells of a log source and a peer. */
function withoutSamples(path: string, text: string): string {
  return path === 'sample-events.log' ? text.replace(/\|KL_ALERT_LoopDetected\|.*/g, '') : text;
}
