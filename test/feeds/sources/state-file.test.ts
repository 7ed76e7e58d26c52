import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';

import { fetchStatePath } from '../../../forwarder/feeds/sources/fetched-file.js';
import type { FetchState } from '../../../forwarder/feeds/sources/source.js';
import {
  identityOf,
  readFetchState,
  writeFetchState,
} from '../../../forwarder/feeds/sources/state-file.js';
import { Setting } from '../../net/support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

describe('the state of a feed', () => {
  test('comes back as it was written', async () => {
    const directory = setting.folder();
    const count = fc.nat();
    const text = fc.string();
    const states = fc.record<FetchState>(
      {
        url: text,
        identity: text,
        etag: text,
        lastModified: text,
        fetchedAtMs: count,
        confirmedAtMs: count,
        bytes: count,
        records: count,
        digest: text,
        cursor: text,
        failedAtMs: count,
        failure: text,
        failures: count,
        notBeforeMs: count,
      },
      { requiredKeys: ['url', 'fetchedAtMs', 'confirmedAtMs', 'bytes'] },
    );
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        await writeFetchState(directory, 'feed', state);
        expect(await readFetchState(directory, 'feed')).toEqual(state);
      }),
      { numRuns: 50 },
    );
  });

  test('of any content is a state or none', async () => {
    const directory = setting.folder();
    const required = ['url', 'fetchedAtMs', 'confirmedAtMs', 'bytes'];
    const content = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .dictionary(fc.constantFrom(...required, 'etag', 'failures', '__proto__'), fc.jsonValue())
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        writeFileSync(fetchStatePath(directory, 'feed'), text);
        const state = await readFetchState(directory, 'feed');
        if (state === undefined) return;
        expect(typeof state.url).toBe('string');
        for (const value of [state.fetchedAtMs, state.confirmedAtMs, state.bytes]) {
          expect(value).toBeGreaterThanOrEqual(0);
        }
        expect(['string', 'undefined']).toContain(typeof state.etag);
        expect(['number', 'undefined']).toContain(typeof state.failures);
      }),
    );
  });

  test('belongs to one source, address and query', () => {
    const one = identityOf('url', 'https://feeds.example/?key=hunter22', undefined);
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(identityOf('url', 'https://feeds.example/?key=hunter22', null)).toBe(one);
    for (const other of [
      identityOf('taxii', 'https://feeds.example/?key=hunter22', undefined),
      identityOf('url', 'https://feeds.example/?key=hunter23', undefined),
      identityOf('url', 'https://feeds.example/?key=hunter22', { x: 1 }),
    ]) {
      expect(other).not.toBe(one);
    }
  });
});
