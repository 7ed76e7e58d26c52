import { describe, expect, test } from '@jest/globals';

import { builtIn } from './support.js';

describe('URLs in free text', () => {
  test.each([
    ['http', 'x http://a.test/x y', ['url a.test/x']],
    ['https', 'https://a.test/x', ['url a.test/x']],
    ['ftp', 'ftp://a.test/x', ['url a.test/x']],
    ['letter case of the scheme', 'HtTp://A.test/x', ['url a.test/x']],
    ['right after other letters', 'xhttp://a.test/', ['url a.test']],
    ['right after an address', '192.0.2.1http://a.test/', ['ip 192.0.2.1', 'url a.test']],
    ['user, password, port and fragment', 'http://u:p@a.test:8080/x#y', ['url a.test/x']],
    ['an IPv4 host', 'http://192.0.2.1/x', ['url 192.0.2.1/x']],
    ['an IPv4 host in another notation', 'http://3221225985/x', ['url 192.0.2.1/x']],
    ['an IPv6 host', 'http://[2001:db8::1]:80/x', ['url [2001:db8::1]/x']],
    ['a host of one label', 'http://localhost/x', ['url localhost/x']],
    ['a host beyond ASCII', 'http://bücher.test/x', ['url xn--bcher-kva.test/x']],
    ['another scheme: what ends it is one', 'sftp://a.test/x', ['url a.test/x']],
    ['defanged texts are not undone', 'hxxp://a.test/x b[.]test', ['domain a.test']],
    ['no host', 'http:// http:///', []],
    ['a port that is no number', 'http://a.test:port/x', ['domain a.test']],
  ])('%s', (_, text, expected) => {
    expect(builtIn(text)).toEqual(expected);
  });

  test.each([
    ' ',
    '\t',
    '\n',
    '\r',
    '\u0000',
    '\u001f',
    '\u007f',
    '"',
    '<',
    '>',
    '|',
    '\\',
    '^',
    '{',
    '}',
    '`',
  ])('end before %j', (stop) => {
    expect(builtIn(`http://a.test/x${stop}b.test/y`)).toEqual(['url a.test/x', 'domain b.test']);
  });

  test.each(['.', ',', ';', ':', '!', '?', "'", ')', ']', ').', "';", '),', '...', '?!', ':)'])(
    'lose trailing %j',
    (trail) => {
      expect(builtIn(`see http://a.test/x${trail}`)).toEqual(['url a.test/x']);
      expect(builtIn(`see http://a.test/x${trail} b.test`)).toEqual([
        'url a.test/x',
        'domain b.test',
      ]);
    },
  );

  test.each([
    ['(http://a.test/x)', 'a.test/x'],
    ['[http://a.test/x]', 'a.test/x'],
    ['http://a.test/x_(y)', 'a.test/x_(y)'],
    ['(http://a.test/x_(y))', 'a.test/x_(y)'],
    ['http://a.test/?a=[1]', 'a.test/?a=[1]'],
    ['http://a.test/x,y;z!w', 'a.test/x,y;z!w'],
    ['http://a.test/x.html', 'a.test/x.html'],
    ['http://a.test/*x', 'a.test/*x'],
    ['http://a.test/$&+=~', 'a.test/$&+=~'],
  ])('brackets opened inside and punctuation inside stay: %s', (text, expected) => {
    expect(builtIn(text)).toEqual([`url ${expected}`]);
  });

  test('joined by , or ; each is one', () => {
    expect(builtIn('http://a.test/x,http://b.test;HTTPS://c.test,;ftp://d.test')).toEqual([
      'url a.test/x',
      'url b.test',
      'url c.test',
      'url d.test',
    ]);
    // Only a scheme begins a new one.
    expect(builtIn('http://a.test/x,b.test')).toEqual(['url a.test/x,b.test']);
  });

  test('the longest wins: nothing is taken out of a URL', () => {
    const md5 = '44d88612fea8a8f36de82e1278abb02f';
    for (const end of ['', ' z', '\t']) {
      const text = `http://a.test/192.0.2.7/b.test/${md5}?u=http://c.test/&url=d.test/x${end}`;
      const found = builtIn(text);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(/^url a\.test\//);
    }
  });

  test('what only begins like a URL is searched like other text', () => {
    expect(builtIn('http://a.test:x/b.test')).toEqual(['domain a.test', 'domain b.test']);
  });
});

describe('URLs as values of keys', () => {
  test.each(['url', 'uri', 'request', 'requestUrl', 'cs-uri'])('%s=', (key) => {
    expect(builtIn(`${key}=a.test/x`)).toEqual(['url a.test/x']);
    expect(builtIn(`x=1 ${key}=http://a.test/x y=2`)).toEqual(['url a.test/x']);
  });

  test.each(['URL', 'Url', 'myurl', 'my-url', 'url2', 'my.url2', 'ref'])('not %s=', (key) => {
    expect(builtIn(`${key}=a.test/x`)).toContain('domain a.test');
    expect(builtIn(`${key}=a.test/x`)).not.toContain('url a.test/x');
  });

  test.each(['\t', ' ', '|', '"', '\r', '\n', '\r\n'])('end before %j', (stop) => {
    expect(builtIn(`url=a.test/x${stop}dst=b.test`)).toEqual(['url a.test/x', 'domain b.test']);
  });

  test.each([
    [
      'whole: characters that end a URL in free text',
      'url=http://a.test/x{1}',
      ['url a.test/x{1}'],
    ],
    ['trailing punctuation', 'url=a.test/x, b=1', ['url a.test/x']],
    ['trailing punctuation after a scheme', 'url=http://a.test/x).', ['url a.test/x']],
    ['quoted', 'url="http://a.test/x y"', ['url a.test/x']],
    ['a host alone', 'url=a.test', ['url a.test']],
    ['an address', 'url=192.0.2.1/x', ['url 192.0.2.1/x']],
    ['an IPv6 address', 'url=[2001:db8::1]/x', ['url [2001:db8::1]/x']],
    ['another scheme', 'url=tcp://a.test:80/', ['url a.test']],
    ['no value', 'url=- uri= request=', []],
    ['a word', 'url=blocked', []],
    ['a number', 'url=3221225985', []],
    ['a path', 'url=/x/y', []],
    ['a path with a URL in its query', 'url=/r?to=http://b.test/', ['url b.test']],
    [
      'a URL with a URL in its query',
      'url=a.test/r?to=http://b.test/',
      ['url a.test/r?to=http:/b.test/'],
    ],
    ['a method before it', 'request=GET http://a.test/x HTTP/1.1', ['url a.test/x']],
    ['several, joined', 'url=http://a.test/x,http://b.test', ['url a.test/x', 'url b.test']],
    ['several, the first without scheme', 'url=a.test;http://b.test', ['url a.test', 'url b.test']],
    ['two keys', 'url=a.test/x uri=b.test/y', ['url a.test/x', 'url b.test/y']],
    ['a key in a value', 'url=a.test/?url=b.test', ['url a.test/?url=b.test']],
    ['blanks around =', 'url = a.test/x', ['domain a.test']],
    ['JSON is no key=value', '"url":"a.test/x"', ['domain a.test']],
  ])('%s', (_, text, expected) => {
    expect(builtIn(text)).toEqual(expected);
  });

  test('LEEF, its values separated by TAB or, as some firewalls do, by |', () => {
    const header = 'LEEF:1.0|Palo Alto Networks|PAN-OS|11.1|deny|';
    const pairs = ['cat=THREAT', 'url=a.test/x y', 'src=192.0.2.1', 'Type=url'];
    for (const separator of ['\t', '|']) {
      expect(builtIn(header + pairs.join(separator))).toEqual(['url a.test/x', 'ip 192.0.2.1']);
    }
  });

  test.each([
    ['^', '^'],
    ['x5E', '^'],
    ['0x5e', '^'],
    [';', ';'],
    ['x09', '\t'],
    ['', '\t'],
  ])('LEEF 2.0 with the delimiter %j', (part, delimiter) => {
    const pairs = ['url=http://a.test/x', 'src=192.0.2.1', 'x=b.test'].join(delimiter);
    expect(builtIn(`LEEF:2.0|V|P|1|id|${part}|${pairs}`)).toEqual([
      'url a.test/x',
      'ip 192.0.2.1',
      'domain b.test',
    ]);
  });

  test.each(['a', '1', '.', '-', '/', ':', 'xZZ', 'long one'])(
    'LEEF 2.0 with %j, which cannot be a delimiter',
    (part) => {
      expect(builtIn(`LEEF:2.0|V|P|1|id|${part}|url=a.test/a1.-/x\tsrc=192.0.2.1`)).toContain(
        'ip 192.0.2.1',
      );
    },
  );
});
