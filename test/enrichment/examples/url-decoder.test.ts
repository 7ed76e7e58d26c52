import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readReply } from '../../../forwarder/enrichment/enrichers/read-reply.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';
import { event, makeExample, request } from './support.js';

const enricher = await makeExample('url-decoder');

test('the example in its head', async () => {
  const text = 'http://xn--e1aybc.xn--p1ai/%70ay?to=aHR0cDovL2JhZC5leGFtcGxlLw';
  const answers = readReply(await enricher.enrich(request('url', text)));
  expect(answers).toEqual([
    {
      matched: text,
      category: undefined,
      context: [
        ['decodedURL', 'http://тест.рф/pay?to=aHR0cDovL2JhZC5leGFtcGxlLw'],
        ['host', 'тест.рф'],
        ['path', '/pay'],
        ['parameters/to', 'aHR0cDovL2JhZC5leGFtcGxlLw'],
        ['decoded/to', 'http://bad.example/'],
      ],
    },
  ]);
});

test('what is encoded twice is decoded twice, what is no UTF-8 stays', async () => {
  const answer = await enricher.enrich(request('url', 'a.example/%2561/%ff/%E2%82%AC'));
  expect(answer).toMatchObject([{ fields: { path: '/a/%ff/€' } }]);
});

test('URLs of any event are taken, once each; other values are not', async () => {
  const url = { kind: 'url', text: 'http://a.example/', value: 'a.example' };
  const asked = event({
    request: [
      { key: 'url', text: 'http://a.example/' },
      { key: 'ip', text: '192.0.2.1' },
      { key: 'url', text: 'http://' },
    ],
    observables: [url, { ...url, text: 'b.example/x' }, { ...url, kind: 'md5', text: 'ab' }],
  });
  expect(await enricher.enrich(asked)).toMatchObject([
    { matched: 'http://a.example/' },
    { matched: 'b.example/x', fields: { decodedURL: 'http://b.example/x' } },
  ]);
});

test('any text gives answers that the service takes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string()),
      async (text) => {
        expect(readReply(await enricher.enrich(request('url', text)))).toBeInstanceOf(Array);
      },
    ),
    { numRuns: fuzzRuns(150) },
  );
});
