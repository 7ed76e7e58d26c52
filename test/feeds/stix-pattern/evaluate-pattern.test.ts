import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluatePattern, parsePattern } from '../../../forwarder/feeds/stix-pattern/index.js';
import { fuzzRuns } from '../../support/fuzz-runs.js';

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const otherMd5 = 'a'.repeat(32);
const sha1 = 'b'.repeat(40);
const sha256 = 'c'.repeat(64);

function evaluate(text: string): { indicators: string[]; faults: string[] } {
  const pattern = parsePattern(text);
  if (!pattern.ok) throw new Error(pattern.problem);
  const { indicators, faults } = evaluatePattern(pattern.value);
  return {
    indicators: indicators.map(({ kind, value }) => `${kind} ${value}`),
    faults: faults.map(({ fault, reason }) => `${fault}: ${reason}`),
  };
}

describe('one value decides', () => {
  test.each([
    ["url:value = 'hxxp://www.A.example/x?y=1'", ['url a.example/x?y=1']],
    ["domain-name:value = 'A.example'", ['domain a.example']],
    ["domain-name:value = '*.a.example'", ['domain a.example']],
    ["ipv4-addr:value = '192.0.2.1'", ['ip 192.0.2.1']],
    ["ipv4-addr:value = '192.0.2.7/24'", ['cidr 192.0.2.0/24']],
    ["ipv4-addr:value = '192.0.2.7/32'", ['ip 192.0.2.7']],
    ["ipv6-addr:value = '2001:DB8:0::1'", ['ip 2001:db8::1']],
    ["ipv6-addr:value ISSUBSET '2001:db8::/48'", ['cidr 2001:db8::/48']],
    ["ipv4-addr:value ISSUBSET '198.51.100.0/24'", ['cidr 198.51.100.0/24']],
    ["network-traffic:dst_ref.value = '192.0.2.1'", ['ip 192.0.2.1']],
    ["network-traffic:src_ref.value = '192.0.2.0/25'", ['cidr 192.0.2.0/25']],
    ["network-traffic:dst_ref.value = 'c2.example'", ['domain c2.example']],
    [`file:hashes.MD5 = '${md5.toUpperCase()}'`, [`md5 ${md5}`]],
    [`file:hashes.'SHA-1' = '${sha1}'`, [`sha1 ${sha1}`]],
    [`file:hashes.SHA256 = '${sha256}'`, [`sha256 ${sha256}`]],
    [`file:hashes.'SHA-256' IN ('${sha256}')`, [`sha256 ${sha256}`]],
    [`process:image_ref.hashes.'MD5' = '${md5}'`, [`md5 ${md5}`]],
    [`artifact:hashes.MD5 = '${md5}'`, [`md5 ${md5}`]],
    ["url:value LIKE 'http://a.example/gate%.php'", ['url a.example/gate*.php']],
    ["url:value LIKE 'http%://a.example/%'", ['url a.example/*']],
    ["url:value LIKE '%/gate.php?id=%'", ['url */gate.php?id=*']],
    ["url:value LIKE '%://a.example/x_y'", ['url a.example/x_y']],
    ["domain-name:value LIKE '%.a.example'", ['domain a.example']],
    ["domain-name:value LIKE '%a.example'", ['domain a.example']],
    ["domain-name:value LIKE 'c2-%.a.example'", ['url c2-*.a.example', 'url c2-*.a.example/*']],
    ["domain-name:value LIKE 'c2.a.%'", ['url c2.a.*']],
    ["ipv4-addr:value LIKE '192.0.2.%'", ['cidr 192.0.2.0/24']],
    ["ipv4-addr:value LIKE '198.51.%'", ['cidr 198.51.0.0/16']],
    ["ipv4-addr:value LIKE '192.0.2.9'", ['ip 192.0.2.9']],
  ])('[%s]', (comparison, indicators) => {
    expect(evaluate(`[${comparison}]`)).toEqual({ indicators, faults: [] });
  });
});

describe('any of several', () => {
  test.each([
    [
      "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2', '192.0.2.1')]",
      ['ip 192.0.2.1', 'ip 192.0.2.2'],
    ],
    [
      "[url:value = 'http://a.example/x' OR domain-name:value = 'b.example']",
      ['url a.example/x', 'domain b.example'],
    ],
    [
      "[domain-name:value = 'a.example'] OR ([domain-name:value = 'b.example'] OR [ipv4-addr:value = '192.0.2.1'])",
      ['domain a.example', 'domain b.example', 'ip 192.0.2.1'],
    ],
    ["[domain-name:value = 'a.example'] WITHIN 600 SECONDS", ['domain a.example']],
    ["[domain-name:value = 'a.example'] REPEATS 1 TIMES", ['domain a.example']],
  ])('%s', (text, indicators) => {
    expect(evaluate(text)).toEqual({ indicators, faults: [] });
  });
});

describe('AND about one object', () => {
  test.each([
    [
      `file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-1' = '${sha1}' AND file:hashes.'SHA-256' = '${sha256}'`,
      [`md5 ${md5}`, `sha1 ${sha1}`, `sha256 ${sha256}`],
    ],
    [`file:hashes.MD5 = '${md5}' AND file:name = 'x.exe' AND file:size > 10`, [`md5 ${md5}`]],
    [`file:name MATCHES '^x' AND file:hashes.MD5 = '${md5}'`, [`md5 ${md5}`]],
    [`file:hashes.MD5 = '${md5}' AND file:hashes.'SHA-512' = '00'`, [`md5 ${md5}`]],
    [
      `(file:hashes.MD5 = '${md5}' OR file:hashes.MD5 = '${otherMd5}') AND (file:name = 'x' OR file:size = 1)`,
      [`md5 ${md5}`, `md5 ${otherMd5}`],
    ],
    [
      "network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443 AND network-traffic:protocols[*] = 'tcp'",
      ['ip 192.0.2.1'],
    ],
    [
      "domain-name:value = 'a.example' AND domain-name:resolves_to_refs[*].value = '192.0.2.1'",
      ['domain a.example'],
    ],
    [
      "url:value = 'http://a.example/' OR network-traffic:dst_port = 443 AND network-traffic:dst_ref.value = '192.0.2.1'",
      ['url a.example', 'ip 192.0.2.1'],
    ],
  ])('[%s]', (comparison, indicators) => {
    expect(evaluate(`[${comparison}]`)).toEqual({ indicators, faults: [] });
  });
});

describe('what one value cannot decide gives no indicator, and is named', () => {
  test.each([
    ["[domain-name:value != 'a.example']", 'domain-name:value != says what not to look for'],
    ["[domain-name:value NOT = 'a.example']", 'domain-name:value NOT says what not to look for'],
    ["[domain-name:value NOT IN ('a.example')]", 'domain-name:value NOT says what not to look for'],
    ["[url:value MATCHES '^http://a.*']", 'url:value MATCHES is not evaluated'],
    ["[ipv4-addr:value ISSUPERSET '192.0.2.1']", 'ipv4-addr:value ISSUPERSET is not evaluated'],
    ["[domain-name:value ISSUBSET 'a.example']", 'domain-name:value ISSUBSET is not evaluated'],
    ["[file:hashes.MD5 LIKE 'd41d%']", 'file:hashes.MD5 LIKE is not evaluated'],
    ["[ipv4-addr:value > '192.0.2.1']", 'ipv4-addr:value > is not evaluated'],
    ["[file:name = 'x.exe']", "file:name = 'x.exe' alone is nothing that events are searched for"],
    [
      "[file:name = 'x.exe' AND file:size = 1]",
      "file:name = 'x.exe' AND file:size = 1 alone is nothing that events are searched for",
    ],
    [
      "[file:hashes.'SHA-512' = 'ab']",
      "file:hashes.'SHA-512' = 'ab' alone is nothing that events are searched for",
    ],
    [
      "[email-addr:value = 'a@b.example']",
      'email-addr:value is nothing that events are searched for',
    ],
    [
      `[x509-certificate:hashes.'SHA-1' = '${sha1}']`,
      "x509-certificate:hashes.'SHA-1' is nothing that events are searched for",
    ],
    ['[EXISTS url:value]', 'EXISTS url:value names no value'],
    ["[domain-name:value = 'a.example' AND file:name = 'x']", 'AND of different objects'],
    [
      "[domain-name:value = 'a.example' AND ipv4-addr:value = '192.0.2.1']",
      'AND of different objects',
    ],
    [
      "[domain-name:value = 'a.example' AND email-message:subject = 'x']",
      'AND with what is not evaluated: email-message:subject is nothing that events are searched for',
    ],
    [
      `[file:hashes.MD5 = '${md5}' AND file:name != 'x']`,
      'AND with what is not evaluated: file:name != says what not to look for',
    ],
    [
      "[domain-name:value = 'a.example' AND domain-name:value = 'b.example']",
      'AND of several values: one alone does not decide',
    ],
    [
      "[network-traffic:src_ref.value = '192.0.2.1' AND network-traffic:dst_ref.value = '192.0.2.2']",
      'AND of several values: one alone does not decide',
    ],
    [
      `[file:hashes.MD5 = '${md5}' AND file:hashes.MD5 = '${otherMd5}']`,
      'AND of several values: one alone does not decide',
    ],
    [
      `[file:hashes.MD5 = '${md5}'] AND [file:hashes.'SHA-1' = '${sha1}']`,
      'AND of observations: both must be seen',
    ],
    [
      "[ipv4-addr:value = '192.0.2.1'] FOLLOWEDBY [ipv4-addr:value = '192.0.2.2']",
      'FOLLOWEDBY: the order of events is not evaluated',
    ],
    [
      "[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES WITHIN 60 SECONDS",
      'REPEATS 5 TIMES: sightings are not counted',
    ],
    [
      "[ipv4-addr:value = '192.0.2.1'] START t'2020-01-01T00:00:00Z' STOP t'2020-02-01T00:00:00Z'",
      'START 2020-01-01T00:00:00Z STOP 2020-02-01T00:00:00Z: the time of an event is not compared',
    ],
  ])('%s', (text, reason) => {
    expect(evaluate(text)).toEqual({ indicators: [], faults: [`unsupported: ${reason}`] });
  });
});

test('of an OR the parts that can be used are used, and the others named', () => {
  expect(
    evaluate(
      "[url:value = 'http://a.example/x' OR file:name = 'x' OR domain-name:value = 'no name' OR url:value LIKE '%']",
    ),
  ).toEqual({
    indicators: ['url a.example/x'],
    faults: [
      "unsupported: file:name = 'x' alone is nothing that events are searched for",
      'bad-indicator: domain-name:value "no name" is no host name',
      'over-broad: url:value "%" would cover every URL',
    ],
  });
});

test.each([
  ["[file:hashes.MD5 = 'xyz']", 'bad-indicator: file:hashes.MD5 "xyz" is not 32 hex digits'],
  ['[url:value = 7]', 'bad-indicator: url:value "7" is not text'],
  [
    "[url:value = '/gate.php']",
    'bad-indicator: url:value "/gate.php" begins with a slash: there is no host',
  ],
  ["[url:value = 'gate']", 'bad-indicator: url:value "gate" is no URL: its host is none'],
  ['[url:value IN ()]', 'bad-indicator: url:value IN () holds no value'],
  [
    "[url:value = 'a.example/*']",
    'bad-indicator: url:value "a.example/*" holds a * that is meant literally',
  ],
  [
    "[ipv4-addr:value = '0.0.0.0/0']",
    'over-broad: ipv4-addr:value "0.0.0.0/0" would cover every address',
  ],
  ["[domain-name:value LIKE '%']", 'over-broad: domain-name:value "%" would cover every domain'],
  [
    "[domain-name:value LIKE '%evil%']",
    'bad-indicator: domain-name:value "%evil%" begins with % and has another %: no mask says this of a host alone',
  ],
  [
    "[ipv4-addr:value LIKE '%.1']",
    'bad-indicator: ipv4-addr:value "%.1" is no address whose last octets are %',
  ],
])('a value that cannot be used: %s', (text, fault) => {
  expect(evaluate(text)).toEqual({ indicators: [], faults: [fault] });
});

test('whatever the pattern, there are indicators or faults, and no indicator twice', () => {
  const simple = fc.constantFrom(
    "url:value = 'http://a.example/'",
    "domain-name:value LIKE '%.b.example'",
    "ipv4-addr:value = '192.0.2.1'",
    `file:hashes.MD5 = '${md5}'`,
    `file:hashes.'SHA-1' = '${sha1}'`,
    "file:name = 'x'",
    'network-traffic:dst_port = 443',
    "network-traffic:dst_ref.value = '192.0.2.1'",
    "url:value != 'x'",
    'EXISTS a:b',
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      simple,
      fc
        .tuple(
          fc.constantFrom(' AND ', ' OR '),
          fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
        )
        .map(([word, parts]) => `(${parts.join(word)})`),
    ),
  }));
  fc.assert(
    fc.property(tree, (text) => {
      const { indicators, faults } = evaluate(`[${text}]`);
      expect(indicators.length + faults.length).toBeGreaterThan(0);
      expect(new Set(indicators).size).toBe(indicators.length);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});
