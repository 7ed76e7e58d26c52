import { describe, expect, test } from '@jest/globals';

import { createExtractor } from '../../forwarder/extraction/index.js';
import type { ExtractionOptions } from '../../forwarder/extraction/index.js';

import { builtIn, builtInValues, envelope, peer } from './support.js';

const md5 = '44d88612fea8a8f36de82e1278abb02f';
const sha1 = '3395856ce81f2b7382dee72602f798b642f14140';

describe('fields of an envelope', () => {
  test('custom properties first, then the addresses, then the payload', () => {
    const event = envelope({
      payload: 'p.test 192.0.2.9',
      dst: '192.0.2.2',
      srcPostNAT: '192.0.2.3',
      src: '192.0.2.1',
      'URL Host': 'h.test',
      Custom: '192.0.2.9',
    });
    expect(builtIn(event)).toEqual([
      'domain h.test',
      'ip 192.0.2.9',
      'ip 192.0.2.1',
      'ip 192.0.2.2',
      'ip 192.0.2.3',
      'domain p.test',
    ]);
  });

  test.each([
    'name',
    'version',
    'isoTimeFormat',
    'type',
    'category',
    'protocolID',
    'sev',
    'srcPort',
    'dstPort',
    'relevance',
    'credibility',
    'startTimeEpoch',
    'startTimeISO',
    'storageTimeEpoch',
    'storageTimeISO',
    'deploymentID',
    'devTimeEpoch',
    'devTimeISO',
    'srcPreNATPort',
    'dstPreNATPort',
    'srcPostNATPort',
    'dstPostNATPort',
    'hasIdentity',
    'eventCnt',
    'hasOffense',
    'domainID',
    'domainName',
    'eventName',
    'lowLevelCategory',
    'highLevelCategory',
    'eventDescription',
    'srcAssetName',
    'dstAssetName',
    'protocolName',
    'logSource',
    'srcNetName',
    'dstNetName',
    'logSourceType',
    'logSourceGroup',
    'logSourceIdentifier',
    'usrName',
  ])('%s is never searched', (name) => {
    expect(builtIn(envelope({ [name]: `http://a.test/ b.test 192.0.2.1 ${md5}` }))).toEqual([]);
  });

  test.each([
    ['src', 'SRC_IP'],
    ['dst', 'DST_IP'],
    ['srcPreNAT', 'RE_IP'],
    ['dstPreNAT', 'RE_IP'],
    ['srcPostNAT', 'RE_IP'],
    ['dstPostNAT', 'RE_IP'],
    ['srcIPv6', 'SRC_IP'],
    ['dstIPv6', 'DST_IP'],
  ])('%s is one address, of the rule %s', (name, rule) => {
    for (const address of ['192.0.2.1', '2001:db8::1']) {
      expect(builtIn(envelope({ [name]: address }))).toEqual([`ip ${address}`]);
      expect(builtInValues(envelope({ [name]: ` ${address} ` }))).toEqual({ [rule]: address });
    }
    for (const none of [
      '0.0.0.0',
      '0.0.0.157',
      '::',
      '0:0:0:0:0:0:0:0',
      'a.test',
      '192.0.2.1 192.0.2.2',
      '',
    ]) {
      expect(builtIn(envelope({ [name]: none }))).toEqual([]);
      expect(builtInValues(envelope({ [name]: none }))).toEqual({});
    }
  });

  test('free text in any other field', () => {
    const text = `GET http://a.test/x by 192.0.2.1, ${md5}`;
    for (const name of ['Message', 'Process CommandLine', 'constructor', 'Имя', '']) {
      expect(builtIn(envelope({ [name]: text }))).toEqual([
        'url a.test/x',
        'ip 192.0.2.1',
        `md5 ${md5}`,
      ]);
    }
  });

  test('keys of payloads mean nothing in properties', () => {
    expect(builtIn(envelope({ Custom: 'url=a.test/x' }))).toEqual(['domain a.test']);
    expect(builtInValues(envelope({ Custom: 'user=bob src=x' }))).toEqual({});
  });
});

describe('properties that hold a URL', () => {
  test.each(['URL', 'url', 'Request URI', 'cs-uri-stem', 'Request URL', 'request url 2'])(
    '%s by default',
    (name) => {
      expect(builtIn(envelope({ [name]: 'a.test/x{1}' }))).toEqual(['url a.test/x{1}']);
    },
  );

  test.each(['URL Host', 'My URL', 'Curl', 'Referer'])('not %s', (name) => {
    expect(builtIn(envelope({ [name]: 'a.test/x' }))).toEqual(['domain a.test']);
  });

  test.each([
    ['http://A.test/X', ['url a.test/x']],
    [' a.test/x ', ['url a.test/x']],
    ['a.test', ['url a.test']],
    ['http://a.test/x).', ['url a.test/x).']],
    ['-', []],
    ['blocked', []],
    ['/index', []],
    ['/r?to=http://b.test/', ['url b.test']],
    ['GET http://a.test/x HTTP/1.1', ['url a.test/x']],
    ['http://a.test/x,http://b.test', ['url a.test/x', 'url b.test']],
    [md5, [`md5 ${md5}`]],
  ])('%s', (value, expected) => {
    expect(builtIn(envelope({ URL: value }))).toEqual(expected);
  });

  test('other names by urlProperties, which replace the default', () => {
    const options = { urlProperties: '^link' };
    expect(builtIn(envelope({ 'Link 1': 'a.test/x' }), options)).toEqual(['url a.test/x']);
    expect(builtIn(envelope({ URL: 'a.test/x' }), options)).toEqual(['domain a.test']);
  });
});

describe('properties that hold one kind of indicator', () => {
  const options: ExtractionOptions = {
    indicatorProperties: [
      { pattern: '^MD5 Hash$', kind: 'MD5' },
      { pattern: 'hash', kind: 'HASH' },
      { pattern: '^URL Host$', kind: 'DOMAIN' },
      { pattern: '^URL$', kind: 'IP' },
      { pattern: '^Link$', kind: 'URL' },
    ],
  };
  const text = `http://a.test/ b.test 192.0.2.1 ${md5} ${sha1}`;

  test.each([
    ['MD5 Hash', [`md5 ${md5}`]],
    ['md5 hash', [`md5 ${md5}`]],
    ['File Hash', [`md5 ${md5}`, `sha1 ${sha1}`]],
    ['URL Host', ['domain b.test']],
    ['URL', ['ip 192.0.2.1']],
    ['Other', ['url a.test', 'domain b.test', 'ip 192.0.2.1', `md5 ${md5}`, `sha1 ${sha1}`]],
  ])('%s: nothing else is taken', (name, expected) => {
    expect(builtIn(envelope({ [name]: text }), options)).toEqual(expected);
  });

  test('of the kind URL they are URL properties', () => {
    expect(builtIn(envelope({ Link: 'a.test/x' }), options)).toEqual(['url a.test/x']);
  });

  test('names are remembered, however many there are', () => {
    const extractor = createExtractor(options);
    for (let n = 0; n < 10_000; n++) extractor.extract(envelope({ [`P${n}`]: 'x' }), peer);
    const { observables } = extractor.extract(envelope({ 'MD5 Hash': text }), peer);
    expect(observables.map(({ kind }) => kind)).toEqual(['md5']);
  });
});

describe('who and when', () => {
  test.each([
    ['LEEF, TAB', 'LEEF:1.0|a|b|c|d|x=1\tusrName=Jane Doe\ty=2', 'Jane Doe'],
    ['LEEF, |', 'LEEF:1.0|a|b|c|d|x=1|usrName=Jane Doe|y=2', 'Jane Doe'],
    ['LEEF, the last value', 'LEEF:1.0|a|b|c|d|usrName=Jane Doe\n', 'Jane Doe'],
    ['LEEF 2.0, its own delimiter', 'LEEF:2.0|a|b|c|d|^|usrName=Jane|Doe X^y=2', 'Jane|Doe X'],
    ['between TABs', 'act=1\tuser=Jane Doe\ty=2', 'Jane Doe'],
    ['TAB before it only', 'act=1\tuser=jane logged in', 'jane'],
    ['pairs separated by blanks behind a TAB', 'act=1\tuser=jane y=2\tz', 'jane'],
    ['blanks', 'act=1 user=jane y=2', 'jane'],
    ['double quotes', 'user="Jane Doe" y=2', 'Jane Doe'],
    ['single quotes', "user='Jane Doe' y=2", 'Jane Doe'],
    ['comma', 'user=jane,y=2', 'jane'],
    ['a domain before it', 'suser=EXAMPLE\\jdoe act', 'EXAMPLE\\jdoe'],
    ['the best key, not the first', 'duser=a user=b suser=c usrName=d', 'd'],
    ['the next best', 'duser=a user=b suser=c', 'c'],
    ['an empty better one', 'usrName= duser=a', 'a'],
    ['none', 'user=- suser= duser=N/A', undefined],
    ['another key', 'xuser=a User=b users=c', undefined],
  ])('user name: %s', (_, payload, expected) => {
    expect(builtInValues(payload)['RE_USERNAME']).toBe(expected);
  });

  test('usrName of the envelope wins over the payload, unless it is empty', () => {
    const payload = 'user=eve';
    expect(builtInValues(envelope({ usrName: 'bob', payload }))['RE_USERNAME']).toBe('bob');
    expect(builtInValues(envelope({ usrName: '-', payload }))['RE_USERNAME']).toBe('eve');
  });

  test.each([
    [{ devTimeEpoch: '1752142212000', payload: 'devTime=1752142212999' }, '1752142212000'],
    [{ payload: 'devTime=1752142212999' }, '1752142212999'],
    [{ payload: 'devTime=1752142212' }, '1752142212000'],
    [{ payload: 'devTime=Jul 10 2025' }, undefined],
    [{ payload: 'devTime=175214221200' }, undefined],
    [{ payload: 'devTime=Jul devTime=1752142212' }, '1752142212000'],
    [{ devTimeEpoch: 'x', payload: '' }, undefined],
  ])('time of the device: %j', (fields, expected) => {
    expect(builtInValues(envelope(fields))['DEV_TIME']).toBe(expected);
  });

  test('src= and dst= of a payload, where the envelope has none', () => {
    const payload = 'src=192.0.2.1 dst=192.0.2.2 src=192.0.2.3';
    expect(builtInValues(payload)).toMatchObject({ SRC_IP: '192.0.2.1', DST_IP: '192.0.2.2' });
    const event = envelope({ src: '192.0.2.9', payload });
    expect(builtInValues(event)).toMatchObject({ SRC_IP: '192.0.2.9', DST_IP: '192.0.2.2' });
    expect(builtIn(event)).toEqual([
      'ip 192.0.2.9',
      'ip 192.0.2.2',
      'ip 192.0.2.1',
      'ip 192.0.2.3',
    ]);
    expect(builtInValues('src=host.test dst=0.0.0.0')).not.toHaveProperty('SRC_IP');
  });
});
