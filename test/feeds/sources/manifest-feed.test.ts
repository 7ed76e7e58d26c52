import { afterEach, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';

import { updateFeed } from '../../../forwarder/feeds/sources/update-feed.js';
import { urlSource } from '../../../forwarder/feeds/sources/url-source.js';
import { failing, json, type WebServer } from '../../support/https-server.js';
import { access, faultOf } from '../../net/support/setting.js';
import { FetchSetting } from './support/setting.js';

const setting = new FetchSetting();
afterEach(() => setting.clean());

const idOf = (number: number): string =>
  `5f9d88f8-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** A MISP feed with these events, each with a domain, as MISP writes it to a folder. */
function publish(server: WebServer, events: Readonly<Record<number, string>>): void {
  const manifest: Record<string, unknown> = {};
  for (const [number, timestamp] of Object.entries(events)) {
    const id = idOf(Number(number));
    manifest[id] = { info: `Event ${number}`, timestamp, date: '2026-04-30', threat_level_id: '2' };
    const Attribute = [{ type: 'domain', value: `evil${number}.example`, to_ids: true }];
    server.on(`/misp/${id}.json`, json({ Event: { uuid: id, timestamp, Attribute } }));
  }
  server.on('/misp/manifest.json', json(manifest));
}

function eventsIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { Event: { uuid: string } }).Event.uuid)
    .sort();
}

describe('a MISP feed', () => {
  test('is its events, one a line', async () => {
    const server = await setting.server();
    publish(server, Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, '100'])));
    const request = setting.request(server.url('/misp/manifest.json'));
    expect((await urlSource.fetch(request)).kind).toBe('fetched');
    expect(eventsIn(request.target)).toEqual(Array.from({ length: 10 }, (_, index) => idOf(index)));
  });

  test('only what has changed is fetched again', async () => {
    const server = await setting.server();
    publish(server, { 1: '100', 2: '100', 3: '100' });
    const first = setting.request(server.url('/misp/manifest.json'));
    const { state } = await urlSource.fetch(first);
    const same = setting.request(first.address, { previous: state, previousFile: first.target });
    expect((await urlSource.fetch(same)).kind).toBe('unchanged');
    const before = server.asked.length;
    publish(server, { 2: '100', 3: '200', 4: '100' });
    const next = setting.request(first.address, { previous: state, previousFile: first.target });
    expect((await urlSource.fetch(next)).kind).toBe('fetched');
    expect(eventsIn(next.target)).toEqual([idOf(2), idOf(3), idOf(4)]);
    expect(server.asked.slice(before).map(({ path }) => path)).toEqual([
      '/misp/manifest.json',
      `/misp/${idOf(3)}.json`,
      `/misp/${idOf(4)}.json`,
    ]);
    expect(readFileSync(next.target, 'utf8')).toContain('"timestamp":"200"');
  });

  test('is updated in place, from the file that is there', async () => {
    const server = await setting.server();
    const directory = setting.folder();
    publish(server, { 1: '100', 2: '100' });
    const update = () =>
      updateFeed(
        {
          name: 'misp',
          source: urlSource,
          address: server.url('/misp/manifest.json'),
          access: access(),
        },
        {
          directory,
          clock: Date.now,
          check: (path) => Promise.resolve({ records: eventsIn(path).length }),
        },
      );
    expect(await update()).toMatchObject({ kind: 'updated', records: 2 });
    expect((await update()).kind).toBe('unchanged');
    publish(server, { 1: '100', 2: '100', 3: '100' });
    const before = server.asked.length;
    expect(await update()).toMatchObject({ kind: 'updated', records: 3 });
    expect(server.asked.length - before).toBe(2);
  });

  test('with an event that is not there is not taken in part', async () => {
    const server = await setting.server();
    publish(server, { 1: '100', 2: '100' });
    server.on(`/misp/${idOf(2)}.json`, failing(404));
    const fault = await faultOf(
      urlSource.fetch(setting.request(server.url('/misp/manifest.json'))),
    );
    expect(fault.where).toBe(server.url(`/misp/${idOf(2)}.json`));
  });

  test('is limited as a whole', async () => {
    const server = await setting.server();
    publish(server, { 1: '100', 2: '100', 3: '100', 4: '100', 5: '100', 6: '100' });
    const limited = setting.request(server.url('/misp/manifest.json'), {
      access: access({ maxBytes: 800 }),
    });
    expect((await faultOf(urlSource.fetch(limited))).message).toContain('larger than 800 bytes');
  });

  test.each([[[]], [{ '../../etc/passwd': {} }], [{ 'no-uuid': {} }], ['text']])(
    'a manifest that is none is told: %j',
    async (manifest) => {
      const server = await setting.server();
      server.on('/misp/manifest.json', json(manifest));
      const fault = await faultOf(
        urlSource.fetch(setting.request(server.url('/misp/manifest.json'))),
      );
      expect(fault.message).toContain('no list of events');
      expect(server.asked).toHaveLength(1);
    },
  );
});
