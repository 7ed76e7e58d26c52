import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { shownAddress } from '../../forwarder/net/index.js';

describe('addresses as they are shown', () => {
  test.each([
    ['https://soc:secret@feeds.example/list.txt#x', 'https://feeds.example/list.txt'],
    [
      'https://feeds.example/?api_key=abc&list=urls',
      'https://feeds.example/?api_key=***&list=urls',
    ],
    ['https://feeds.example/?AUTH-KEY=1', 'https://feeds.example/?AUTH-KEY=***'],
    ['https://feeds.example/?x=0123456789abcdef01234567', 'https://feeds.example/?x=***'],
    ['https://feeds.example/0123456789abcdef0123456789abcdef/a', 'https://feeds.example/***/a'],
    [
      'https://taxii.example/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/',
      'https://taxii.example/api1/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/',
    ],
    [
      'https://feeds.example/Malicious_URL_Data_Feed_2026_and_more_of_it.json',
      'https://feeds.example/Malicious_URL_Data_Feed_2026_and_more_of_it.json',
    ],
    [
      'https://taxii.example/?added_after=2026-01-01T00:00:00.000Z',
      'https://taxii.example/?added_after=2026-01-01T00:00:00.000Z',
    ],
    ['no address', 'an address that is none'],
  ])('%s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  test('never hold a password, and can be shown twice', () => {
    const password = fc.stringMatching(/^pw[a-z]{12}$/);
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), password, (address, secret) => {
        const url = new URL(address);
        url.username = 'user';
        url.password = secret;
        url.searchParams.set('apikey', secret);
        const shown = shownAddress(url);
        expect(shown).not.toContain(secret);
        expect(shownAddress(shown)).toBe(shown);
      }),
    );
  });

  test('are made of any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof shownAddress(text)).toBe('string');
      }),
    );
  });
});
