import { expect, test } from '@jest/globals';

import type { Match } from '../../forwarder/core/index.js';
import { buildDetections, LineDigest } from '../../forwarder/detection/index.js';
import { detectionOf, feedOf } from './support/samples.js';

const line = Buffer.from('GET http://evil.example/\n');
const { match } = detectionOf();

interface Case {
  readonly runId?: string;
  readonly bytes?: Buffer;
  readonly number?: number;
  readonly firstOrdinal?: number;
  readonly found?: Match;
}

function idOf({ runId = 'run', bytes = line, number = 7, firstOrdinal = 1, found = match }: Case) {
  const digest = new LineDigest(runId);
  digest.begin(bytes, 0, bytes.length);
  const event = { number, digest: digest.value };
  const extraction = { source: 'default', values: new Map<string, string>() };
  return buildDetections([found], extraction, event, 0, firstOrdinal)[0]!.id;
}

test('is the same for the same detection, and another one when anything of it differs', () => {
  expect(idOf({})).toMatch(/^[0-9a-f]{24}$/);
  expect(idOf({})).toBe(idOf({}));
  const ids = [
    {},
    { runId: 'next run' },
    { bytes: Buffer.from('GET http://evil.example/x') },
    { number: 8 },
    { firstOrdinal: 2 },
    { found: { ...match, feed: feedOf('Botnet_CnC_URL_Data_Feed') } },
    { found: { ...match, indicator: { kind: 'domain', value: 'example' } as const } },
    { found: { ...match, indicator: { kind: 'url', value: 'evil.example' } as const } },
  ].map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the digest is of the part of the bytes that was named last', () => {
  const digest = new LineDigest('run');
  const bytes = Buffer.from('one\ntwo\none');
  const values = [
    [0, 3],
    [4, 7],
    [8, 11],
  ].map(([start = 0, end = 0]) => {
    digest.begin(bytes, start, end);
    return digest.value;
  });
  expect(values[0]).toBe(values[2]);
  expect(values[0]).not.toBe(values[1]);
});
