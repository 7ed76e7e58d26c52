import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { address, domain, file, one, properties, url } from './stix1-packages.js';

const md5 = 'a'.repeat(32);
const sha1 = 'b'.repeat(40);
const sha256 = 'c'.repeat(64);

describe('objects', () => {
  test.each([
    ['an address', address('192.0.2.1'), 'ip 192.0.2.1'],
    ['a defanged one', address('192.0.2[.]1'), 'ip 192.0.2.1'],
    [
      'a range',
      properties(
        'AddressObj',
        '<A:Address_Value>192.0.2.0/24</A:Address_Value>',
        'category="cidr"',
      ),
      'cidr 192.0.2.0/24',
    ],
    [
      'IPv6',
      properties(
        'AddressObj',
        '<A:Address_Value>2001:DB8::1</A:Address_Value>',
        'category="ipv6-addr"',
      ),
      'ip 2001:db8::1',
    ],
    ['a name', domain('Bad.example'), 'domain bad.example'],
    ['a URL', url('<![CDATA[http://bad.example/a?b&c]]>'), 'url bad.example/a?b&c'],
    [
      'a name as a URI',
      properties('URIObj', '<U:Value>bad.example</U:Value>', 'type="Domain Name"'),
      'domain bad.example',
    ],
    [
      'a link',
      properties('LinkObj', '<U:Value>http://bad.example/l</U:Value>', 'type="URL"'),
      'url bad.example/l',
    ],
    [
      'a host',
      properties('HostnameObj', '<H:Hostname_Value>h.bad.example</H:Hostname_Value>'),
      'domain h.bad.example',
    ],
    [
      'hashes of a file, other hashes aside',
      file(
        ['MD5', md5],
        ['SHA1', sha1],
        ['SHA256', sha256],
        ['SSDEEP', '3:x:y'],
        ['SHA512', 'd'.repeat(128)],
      ),
      `md5 ${md5} + sha1 ${sha1} + sha256 ${sha256}`,
    ],
    [
      'a file of Windows',
      file(['Other', md5]).replace('FileObj:FileObjectType', 'W:WindowsExecutableFileObjectType'),
      `md5 ${md5}`,
    ],
    [
      'a socket',
      properties(
        'SocketAddressObj',
        '<S:IP_Address category="ipv4-addr"><A:Address_Value>192.0.2.1</A:Address_Value></S:IP_Address><S:Port><P:Port_Value>443</P:Port_Value></S:Port>',
      ),
      'ip 192.0.2.1',
    ],
    [
      'where a connection leads',
      properties(
        'NetworkConnectionObj',
        '<N:Source_Socket_Address><S:IP_Address><A:Address_Value>192.0.2.9</A:Address_Value></S:IP_Address></N:Source_Socket_Address><N:Destination_Socket_Address><S:Hostname><H:Hostname_Value>bad.example</H:Hostname_Value></S:Hostname></N:Destination_Socket_Address>',
      ),
      'domain bad.example',
    ],
  ])('%s', async (_name, object, expected) => {
    expect(await one(object)).toEqual([expected]);
  });

  test.each([
    [
      'a mutex',
      properties('MutexObj', '<M:Name>x</M:Name>'),
      'an object of the type "MutexObjectType"',
    ],
    [
      'a mail address',
      properties(
        'AddressObj',
        '<A:Address_Value>a@b.example</A:Address_Value>',
        'category="e-mail"',
      ),
      'an address of the category "e-mail"',
    ],
    ['a file by name', file(), 'a file without MD5, SHA-1 or SHA-256'],
    [
      'a URN',
      properties('URIObj', '<U:Value>urn:x</U:Value>', 'type="General URN"'),
      'a URI of the type "General URN"',
    ],
    ['an event', '<cybox:Event/>', 'an event'],
  ])('%s is unsupported', async (_name, object, reason) => {
    expect(await one(object)).toEqual([`1 unsupported: left out: ${reason}`]);
  });

  test('several values of one property, and one without any', async () => {
    const values =
      '<A:Address_Value>192.0.2.1</A:Address_Value><A:Address_Value>192.0.2.2</A:Address_Value>';
    expect(await one(properties('AddressObj', values))).toEqual(['ip 192.0.2.1 + ip 192.0.2.2']);
    expect(await one(properties('AddressObj', '<A:Address_Value condition="Equals"/>'))).toEqual([
      '1 no-indicator: left out: no indicator in it',
    ]);
  });

  test('a value that is none', async () => {
    expect(await one(address('192.0.2.300'))).toEqual([
      '1 bad-indicator: left out: "192.0.2.300" is no IP address and no range of addresses',
    ]);
  });
});

describe('conditions', () => {
  test.each([
    [
      'a list',
      address('192.0.2.1##comma##192.0.2.2', 'condition="Equals" apply_condition="ANY"'),
      'ip 192.0.2.1 + ip 192.0.2.2',
    ],
    [
      'a list with commas, as CybOX 2.0 has it',
      address('192.0.2.1,192.0.2.2', 'condition="Equals"'),
      'ip 192.0.2.1 + ip 192.0.2.2',
    ],
    [
      'a list with a delimiter of its own',
      domain('a.example;b.example', 'delimiter=";"'),
      'domain a.example + domain b.example',
    ],
    ['a URL with a comma', url('http://a.example/x,y', 'condition="Equals"'), 'url a.example/x,y'],
    ['StartsWith', url('http://a.example/x', 'condition="StartsWith"'), 'url a.example/x*'],
    ['EndsWith', url('/gate.php', 'condition="EndsWith"'), 'url */gate.php'],
    ['Contains', url('/gate.php?id=', 'condition="Contains"'), 'url */gate.php?id=*'],
    [
      'Contains of a URL with its scheme',
      url('http://a.example/x', 'condition="Contains"'),
      'url a.example/x*',
    ],
    ['EndsWith of a name', domain('.a.example', 'condition="EndsWith"'), 'domain a.example'],
    ['Contains of a name', domain('a.example', 'condition="Contains"'), 'domain a.example'],
    ['ALL of one', address('192.0.2.1', 'apply_condition="ALL"'), 'ip 192.0.2.1'],
  ])('%s', async (_name, object, expected) => {
    expect(await one(object)).toEqual([expected]);
  });

  test.each([
    [
      'DoesNotEqual',
      address('192.0.2.1', 'condition="DoesNotEqual"'),
      'the condition "DoesNotEqual"',
    ],
    [
      'FitsPattern',
      url('a.*', 'condition="FitsPattern" pattern_type="Regex"'),
      'the condition "FitsPattern"',
    ],
    [
      'InclusiveBetween',
      address('192.0.2.1##comma##192.0.2.9', 'condition="InclusiveBetween"'),
      'the condition "InclusiveBetween"',
    ],
    [
      'a part of an address',
      address('192.0.2.', 'condition="StartsWith"'),
      'a part of a value (starts "192.0.2.") is not looked for',
    ],
    [
      'a part of a label',
      domain('evil', 'condition="Contains"'),
      'a part of a value (contains "evil") is not looked for',
    ],
    [
      'ALL of a list',
      address('192.0.2.1##comma##192.0.2.2', 'apply_condition="ALL"'),
      'a list of which ALL shall apply',
    ],
    ['NONE', address('192.0.2.1', 'apply_condition="NONE"'), 'a list of which NONE shall apply'],
  ])('%s is unsupported', async (_name, object, reason) => {
    expect(await one(object)).toEqual([`1 unsupported: left out: ${reason}`]);
  });
});

test('any text in a value is an indicator or a problem', async () => {
  const escape = (text: string): string =>
    text.replace(/[^\w. -]/gu, (character) => `&#${character.codePointAt(0)};`);
  const text = fc.string({
    unit: fc.constantFrom(...Array.from('ab.:/*?#,%[]<>& "@-é漢😀')),
    maxLength: 30,
  });
  const kinds = fc.constantFrom(address, url, domain, (value: string) => file(['MD5', value]));
  const conditions = fc.constantFrom('', 'Equals', 'StartsWith', 'EndsWith', 'Contains', 'Like');
  await fc.assert(
    fc.asyncProperty(text, kinds, conditions, async (value, object, condition) => {
      const attributes = condition === '' ? '' : `condition="${condition}"`;
      const results = await one(object(escape(value), attributes));
      expect(results.length).toBeGreaterThanOrEqual(1);
      expect(results.length).toBeLessThanOrEqual(2);
    }),
  );
});
