import { describe, expect, test } from '@jest/globals';

import {
  createScanner,
  reasonsOf,
  scanReasons,
  type ScannerOptions,
} from '../../forwarder/scanning/index.js';

import { indexOf } from '../matching/feeds.js';

const md5 = '44d88612fea8a8f36de82e1278abb02f';
const records = [
  'domain:evil.com',
  'mask:docs.example/bad/*',
  'mask:*.sub.example',
  'ip:192.0.2.1',
  'ip:10.64.48.0/24',
  'ip:2001:db8::7',
  'ip:2001:db8:f00::/48',
  `hash:${md5}`,
];
const watchWords = ['KL_Threat_Feed_Service_V2', 'CyberTrace'];

function scan(text: string, feed = records, options: ScannerOptions = { watchWords }): string {
  const { filter } = indexOf({ name: 'A', records: feed });
  const bytes = new TextEncoder().encode(text);
  return reasonsOf(createScanner(filter, options).scan(bytes, 0, bytes.length)).join();
}

describe('candidates', () => {
  test.each([
    'evil.com',
    'a.b.EVIL.com',
    'see http://evil.com/x',
    '-evil.com.',
    'http://evil..com/',
    'http://www.docs.example/',
    'x.sub.example',
    'sub.example',
    '192.0.2.1',
    'src=192.0.2.1,',
    'a-192.0.2.1_',
    '10.64.48.255',
    '192.0.2.1http://x',
    '2001:DB8:0::7',
    '[2001:db8:f00:1::9]:443',
    '::ffff:192.0.2.1',
    '::ffff:c000:201',
    '2001:db8::7.',
    md5,
    md5.toUpperCase(),
    `${md5}.exe`,
    `MD5=${md5},`,
    `\u0416${md5}`,
    '{"payload":"x\\tevil.com"}',
    '{"payload":"x\\n192.0.2.1\\n"}',
    `{"payload":"\\f${md5}"}`,
    '{"URL":"3221225985"}',
    '{"URL":"0xc0.0.513"}',
    '{"payload":"url=http:\\/\\/0300.0.2.1/"}',
    'http://user@171978763/',
    'http://www.10.64.12289/',
  ])('%s', (text) => {
    expect(scan(text)).toBe('candidate');
  });
});

describe('surely nothing', () => {
  test.each([
    '',
    'evil.com.org',
    'notevil.com',
    'a.docs.example',
    'b.example',
    '192.0.2.10',
    '1192.0.2.1',
    '192.0.2.1.5',
    '192.0.2.01',
    '10.64.49.0',
    'x3221225985',
    'bytes=3221225985',
    `a${md5}`,
    `${md5}0`,
    `_${md5}`,
    `\\f${md5}`,
    '10:10:14 00:1a:2b:3c:4d:5e std::vector 2001:db8::8',
    '<01>- host {"name":"x","payload":"C:\\\\temp\\\\a.txt \\"q\\"","eventCnt":"1"}',
    '{"a":"\\u0026 \\u003d \\u003c"}',
    '{"user":"\u0418\u0432\u0430\u043d","payload":"\u0421\u043b\u043e\u0432\u043e. \u0421\u043b\u043e\u0432\u043e."}',
    '{"user":"\\u0418\\u0432\\u0430\\u043d. "}',
    'GET /a%20b.html?x=%41',
    '{"sev":"1","port":"443","count":7}',
    'KL_Threat_Feed_Service_V22 xKL_Threat_Feed_Service_V2 eventCnt',
  ])('%s', (text) => {
    expect(scan(text)).toBe('');
  });
});

describe('other reasons to look closer', () => {
  test.each([
    ['watchWord', 'Jul 10 10:10:14 kl_threat_feed_service_v2 LEEF'],
    ['watchWord', '{"logSourceType":"Kaspersky CyberTrace"}'],
    ['watchWord', 'x.CyberTrace-y'],
    ['severalObjects', '{"a":"1"} {"a":"2"}'],
    ['severalObjects', '{"a":"x {"b":"y"}'],
    ['nestedValue', '{"a":["x"]}'],
    ['nestedValue', '{"a" : {}}'],
    ['nestedValue', '{"URL":10.10}'],
    ['lostPayloads', '{"eventCnt":"2"}'],
    ['lostPayloads', '{"eventCnt" : 10}'],
    ['lostPayloads', '{"eventCnt":"\\u0032"}'],
    ['unusualEscape', '{"a":"\\u0065vil.com"}'],
    ['unusualEscape', '{"a":"evil\\u002ecom"}'],
    ['unusualHost', 'http://%65vil.com/'],
    ['unusualHost', 'url=%65vil.com/'],
    ['unusualHost', '{"URL":" %65vil.com"}'],
    ['unusualHost', 'ev\u00adil.com'],
    ['unusualHost', '\u0438\u043c\u044f.example'],
    ['unusualHost', '{"a":"\\u0438.\\u043c"}'],
    ['unusualHost', '{"URL":"evil\u3002com"}'],
  ] as const)('%s: %s', (reason, text) => {
    expect(scan(text)).toBe(reason);
  });

  test('a count under another name is watched for when it is named', () => {
    const options = { watchWords, countKeys: ['event.count', 'number of events'] };
    expect(scan('{"event.count":"3"}', records, options)).toBe('lostPayloads');
    expect(scan('{"number of events":"3"}', records, options)).toBe('lostPayloads');
    expect(scan('{"eventCnt":"3"}', records, options)).toBe('lostPayloads');
    expect(scan('{"event.count":"1"}', records, options)).toBe('');
    expect(scan('{"event.count":"3"}')).toBe('');
  });

  test('a mask without a fixed word leaves nothing sure', () => {
    expect(scan('anything', ['mask:*login*'])).toBe('unfilterableMask');
  });
});

describe('masks with wildcards', () => {
  test.each([
    ['*/gate.php?id=*', 'GET http://a.example/gate.php?id=7', 'candidate'],
    ['*/gate.php?id=*', 'GET http://a.example/g%61te.php?id=7', 'unusualHost'],
    ['*/gate.php?id=*', 'GET http://a.example/mygate.php?id=7', ''],
    ['*/kit/*', 'http://a.example/kit/x', 'candidate'],
    ['*/kit/*', 'http://a.example/kitty/x', ''],
    ['*.evil.org/x*y', 'a.evil.org', 'candidate'],
    ['evil.or*', 'http://www.evil.org/', 'candidate'],
    ['evil.or*', 'http://notevil.org/', ''],
    ['_c.evil-.or*', 'http://www._c.evil-.org/', 'candidate'],
    ['10.20.*', 'http://0xa.20.3/', 'candidate'],
    ['10.20.*', 'http://10.20.example/', 'candidate'],
    ['localhost/*', 'http://localhost:80/', 'candidate'],
    ['*.zip', 'x.zip', 'candidate'],
  ])('%s and %s', (mask, text, expected) => {
    expect(scan(text, [`mask:${mask}`])).toBe(expected);
  });
});

describe('the result', () => {
  test('names are distinct bits', () => {
    const bits = Object.values(scanReasons);
    expect(new Set(bits).size).toBe(bits.length);
    expect(reasonsOf(bits.reduce((sum, bit) => sum | bit, 0))).toEqual(Object.keys(scanReasons));
    expect(reasonsOf(0)).toEqual([]);
  });

  test('is linear on lines made to be hard', () => {
    // Quadratic work on a line of this length would take minutes.
    for (const piece of [
      'a.',
      '1:',
      '::',
      '\\u0416',
      '"%',
      'http://',
      '\\',
      '1.',
      'www.',
      `${md5}_`,
      '\u0416.',
    ]) {
      const text = piece.repeat(Math.floor(300_000 / piece.length));
      const found = [scan(text), scan(`${text}{"`)];
      expect(found.every((reasons) => reasons === '' || reasons in scanReasons)).toBe(true);
    }
  });
});
