import { describe, expect, test } from '@jest/globals';

import { entryOf } from '../../forwarder/commands/support/feeds/entry.js';

const places = { cwd: '/home/op', directory: '/home/op/config' };
const entry = (options: Readonly<Record<string, unknown>>, place?: string) =>
  entryOf(options, place, places);
const usage = expect.objectContaining({ code: 'TF_USAGE' });

describe('the entry that flags describe', () => {
  test('a path below the folder of the configuration is relative to it, others are absolute', () => {
    expect(entry({}, 'config/feeds/a.csv')).toEqual({ path: 'feeds/a.csv' });
    expect(entry({}, 'a.csv')).toEqual({ path: '/home/op/a.csv' });
    expect(entry({}, '/srv/feeds/*.json')).toEqual({ path: '/srv/feeds/*.json' });
  });

  test('an address, with all that can be said of it', () => {
    const options = {
      name: 'Partner',
      confidence: '60',
      every: '1h',
      lifetime: '120',
      format: 'csv',
      field: ['dst_ip=ip', 'a=b=md5'],
      delimiter: ';',
      authUser: 'me',
      authPassword: 'env:PASSWORD',
      tlsCa: 'config/ca.pem',
      proxy: 'none',
    };
    expect(entry(options, 'https://feeds.example/x.csv')).toEqual({
      name: 'Partner',
      url: 'https://feeds.example/x.csv',
      format: 'csv',
      fields: { dst_ip: 'ip', 'a=b': 'md5' },
      delimiter: ';',
      confidence: 60,
      lifetime: 120,
      every: '1h',
      auth: { username: 'me', password: 'env:PASSWORD' },
      tls: { ca: 'ca.pem' },
      proxy: 'none',
    });
  });

  test('MISP and TAXII, with a query', () => {
    expect(
      entry({ misp: 'https://misp.example', authToken: 'file:key', query: '{"last":"30d"}' }),
    ).toEqual({
      misp: 'https://misp.example',
      query: { last: '30d' },
      auth: { token: 'file:key' },
    });
    expect(entry({ taxii: 'https://taxii.example/api/collections/x' })).toEqual({
      taxii: 'https://taxii.example/api/collections/x',
    });
  });

  test.each([
    ['no place', {}, undefined],
    ['two places', { misp: 'https://misp.example' }, 'a.csv'],
    ['another scheme', {}, 'ftp://feeds.example/x'],
    ['credentials in the address', {}, 'https://me:secret@feeds.example/x'],
    ['a secret itself', { authToken: 'S3CR3T' }, 'https://feeds.example/x'],
    [
      'credentials of a proxy',
      { proxy: 'http://me:S3CR3T@192.0.2.1:3128' },
      'https://feeds.example/x',
    ],
    ['a user without a password', { authUser: 'me' }, 'https://feeds.example/x'],
    ['a confidence that is no number', { confidence: 'high' }, 'a.csv'],
    ['a field without a kind', { field: ['dst_ip'] }, 'a.csv'],
    ['a field of no kind', { field: ['dst_ip=address'] }, 'a.csv'],
    ['a query that is no JSON', { query: 'last=30d', misp: 'https://misp.example' }, undefined],
    ['an allow-list with a confidence', { allowList: true, confidence: '5' }, 'a.csv'],
  ])('%s is refused', (_what, options, place) => {
    expect(() => entry(options, place)).toThrow(usage);
  });

  test('a secret that is refused is not repeated', () => {
    expect(() => entry({ authToken: 'S3CR3T' }, 'https://feeds.example/x')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('S3CR3T') }),
    );
  });
});
