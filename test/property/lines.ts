import fc from 'fast-check';

import type { Indicator } from '../../forwarder/core/index.js';
import { indicatorKinds } from '../../forwarder/core/index.js';
import { normaliseUrlMask, parseCidr } from '../../forwarder/normalise/index.js';

import { hostName, indicatorOf, ipv4, ipv6, maskText } from '../matching/arbitraries.js';

/** Lines as JSA, other products and enemies may send them, and feeds they are likely to meet. */

const oddMask = fc
  .constantFrom(
    'localhost',
    'localhost/a/*',
    '*.test',
    '*/gate.php?id=*',
    '*/gate*.php',
    '*/kit/*',
    'a.te*',
    '10.0.*',
    '*.b.test/x.php?*',
    'ev!l.test',
    'b.test!/x',
    '-a.test',
    '_dmarc.a.test',
    'a.test-',
    'xn--e1af!a.test',
    'ex\u00e4mple.test/b',
    '1.2.3.4.5',
    '*.3.4.5',
    '0.0.0.9',
    '[::ffff:10.0.0.1]/a',
    '[2001:db8::1]/*',
    '*a*',
  )
  .map((text) => normaliseUrlMask(text)?.value ?? text);

const mask = fc.oneof({ weight: 5, arbitrary: maskText }, { weight: 2, arbitrary: oddMask });

const anyIndicator: fc.Arbitrary<Indicator> = fc.oneof(
  { weight: 4, arbitrary: mask.map((value) => ({ kind: 'url' as const, value })) },
  ...indicatorKinds.map((kind) => ({ weight: 1, arbitrary: indicatorOf(kind) })),
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        'localhost',
        'www.a.test',
        'xn--fsq.test',
        'test',
        '_dmarc.a.test',
        'tevil.test',
      )
      .map((value) => ({ kind: 'domain' as const, value })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '10.0.0.0/8',
        '0.0.0.0/8',
        '::/16',
        '2001:db8::/32',
        '192.0.0.0/31',
        '1.0.0.0/24',
      )
      .map((text) => ({ kind: 'cidr' as const, value: parseCidr(text)?.value ?? text })),
  },
);

/** Mostly without masks that make every line "perhaps": they would hide everything else. */
export const feed = fc
  .array(anyIndicator, { minLength: 1, maxLength: 6 })
  .map((indicators) =>
    indicators.filter(({ value }) => value !== '*a*' && value.replace(/[*./?]/g, '') !== ''),
  );

const filler = fc.constantFrom(
  'x',
  'a',
  '1',
  '-',
  '.',
  '_',
  '/',
  '?q=',
  '\u0416',
  'e\u0301',
  '\u00ad',
  '',
);

/** A text that the indicator covers, in one of its plainest forms. */
function plainHit(indicator: Indicator): fc.Arbitrary<string> {
  const { kind, value } = indicator;
  switch (kind) {
    case 'url': {
      const stars = value.split('*');
      const filled = fc
        .array(filler, { minLength: stars.length, maxLength: stars.length })
        .map((texts) =>
          stars.map((part, at) => (at === 0 ? part : `${texts[at] ?? ''}${part}`)).join(''),
        );
      return fc.oneof(
        filled,
        fc
          .tuple(filled, fc.constantFrom('/', '/x', '?y', ':80/', '/a.b/'))
          .map((parts) => parts.join('')),
        filled.map((text) => text.replace(/^\./, '')),
      );
    }
    case 'domain':
      return fc.constantFrom(value, `sub.${value}`, `www.${value}`);
    case 'cidr': {
      const address = value.slice(0, value.indexOf('/'));
      return fc.oneof(fc.constant(address), fc.constant(address.replace(/0$/, '1')));
    }
    case 'ip':
    case 'md5':
    case 'sha1':
    case 'sha256':
      return fc.constant(value);
    default:
      return kind satisfies never;
  }
}

/** Other ways to write the same. */
const rewritings: readonly ((text: string, at: number) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.replace(/\./, '..'),
  (text) => text.replace(/\//, '//'),
  (text) => text.replace(/\//, '\\'),
  (text) => text.replace(/\//, '/./'),
  (text) => `www.${text}`,
  (text) => `user:pw@${text}`,
  (text) => `.${text}`,
  (text) => `${text}.`,
  (text) => text.replace(/\./, '\u3002'),
  (text) => text.replace(/k/i, '\u212a'),
  (text) => text.replace(/xn--e1af/, '\u0436\u0437'),
  (text) => text.replace(/xn--fsq/, '\u4f8b'),
  (text, at) => `${text.slice(0, at)}\u00ad${text.slice(at)}`,
  (text, at) => {
    const code = text.charCodeAt(at);
    if (!(code > 0x20 && code < 0x7f)) return text;
    return `${text.slice(0, at)}%${code.toString(16)}${text.slice(at + 1)}`;
  },
  (text, at) => {
    const code = text.charCodeAt(at);
    if (!(code > 0x20 && code < 0x7f)) return text;
    return `${text.slice(0, at)}${String.fromCharCode(code + 0xfee0)}${text.slice(at + 1)}`;
  },
  (text) =>
    text.replace(/\d+\.\d+\.\d+\.\d+/, (quad) => {
      const [a = 0, b = 0, c = 0, d = 0] = quad.split('.').map(Number);
      return String(((a * 256 + b) * 256 + c) * 256 + d);
    }),
  (text) =>
    text.replace(
      /(\d+)\.(\d+)\.(\d+)\.(\d+)/,
      (_, a, b, c, d) =>
        `0x${Number(a).toString(16)}.0${Number(b).toString(8)}.${Number(c) * 256 + Number(d)}`,
    ),
  (text) => text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)/, '::ffff:$1.$2.$3.$4'),
  (text) =>
    text.replace(
      /(\d+)\.(\d+)\.(\d+)\.(\d+)/,
      (_, a, b, c, d) =>
        `[::ffff:${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}]`,
    ),
  (text) => text.replace(/::/, ':0:0:0:').replace(/^:0/, '0'),
];

const lead = fc.constantFrom(
  '',
  '',
  ' ',
  'http://',
  'https://',
  'HTTP://',
  'ftp://',
  'http:',
  '//',
  'url=',
  'uri=',
  'request=',
  '?url=',
  'cs-uri=',
  'requestUrl=http://',
  'redirect_uri=',
  'src=',
  '(',
  '[',
  '<',
  '"',
  "'",
  'x:',
  '=',
  ',http://',
  '@',
  'user@',
  '\t',
  '\n',
  '\b',
  '\f',
  '\\',
  '\\t',
  'b',
  '-',
  '_',
  '.',
  ':',
  '\u0416',
  '\u00a0',
  '\ufeff',
  '\u4f8b',
  '/',
  'MD5=',
  '%20',
  '\u0001',
  'http://[',
  'x|',
);
const trail = fc.constantFrom(
  '',
  '',
  ' ',
  '/',
  '/x',
  '.',
  ',',
  ';',
  ':',
  ')',
  ']',
  '>',
  '"',
  "'",
  '\t',
  '\n',
  '\r\n',
  '\\',
  '|',
  '?',
  '#',
  '%',
  '%20',
  '-',
  '_',
  '.exe',
  '\u0416',
  ':8080/',
  '@x',
  '::',
  '\u00a0',
  '!',
  '&',
  'g',
  '\u0000',
);
const noise = fc.oneof(
  fc.constantFrom(
    'Jul 10 10:10:14 host prog[1]:',
    '2025-07-10T10:10:14.000Z',
    '00:1a:2b:3c:4d:5e',
    'C:\\Windows\\x.dll',
    '1.0',
    'std::vector',
    '0.0.0.9',
    'eventCnt',
    '"eventCnt":"3"',
    'KL_Threat_Feed_Service_V2',
    '{"',
    '}',
    '{',
    '":{"',
    '":["',
    'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|',
    'KL_Verification_Tool',
    '1.50',
    '100%',
    '\u{1f600}',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  hostName,
  ipv4,
  ipv6,
);

/** A text that holds what the feed looks for, or nearly. */
export function textFor(indicators: readonly Indicator[]): fc.Arbitrary<string> {
  const hit = fc
    .tuple(
      indicators.length === 0 ? fc.constant('x') : fc.oneof(...indicators.map(plainHit)),
      fc.constantFrom(...rewritings),
      fc.nat(12),
    )
    .map(([text, rewrite, at]) => rewrite(text, Math.min(at, text.length - 1)));
  const placed = fc.tuple(lead, hit, trail).map((parts) => parts.join(''));
  return fc
    .array(fc.oneof({ weight: 3, arbitrary: placed }, { weight: 2, arbitrary: noise }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) => parts.join(''));
}

/** Writes text as a JSON string, some characters as escapes that nobody would choose. */
function jsonString(text: string, escaped: readonly number[], slashes: boolean): string {
  let json = JSON.stringify(text);
  if (slashes) json = json.replaceAll('/', '\\/');
  if (escaped.length === 0) return json;
  let count = 0;
  return json.replace(/\\u[0-9a-f]{4}|\\.|[^"\\]/g, (found) => {
    count++;
    if (found.length > 1 || !escaped.includes(count)) return found;
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const fieldName = fc.constantFrom(
  'payload',
  'payload',
  'payload',
  'src',
  'dst',
  'srcPostNAT',
  'srcIPv6',
  'URL',
  'URL',
  'Request URI',
  'URL Host',
  'MD5 Hash',
  'Custom',
  'eventCnt',
  'logSourceIdentifier',
  'logSource',
  'logSourceType',
  'name',
  'usrName',
  '\u0418\u043c\u044f',
);
const escapes = fc.oneof(
  { weight: 4, arbitrary: fc.constant<number[]>([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
  },
);
const jsonBlank = fc.constantFrom('', '', '', ' ', '\t');

function field(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const string = fc
    .tuple(text, escapes, fc.boolean())
    .map(([value, at, slashes]) => jsonString(value, at, slashes));
  const value = fc.oneof(
    { weight: 12, arbitrary: string },
    { weight: 1, arbitrary: string.map((one) => `[${one}]`) },
    { weight: 1, arbitrary: string.map((one) => `{"k":${one}}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '1',
        '"1"',
        '"2"',
        '37',
        'true',
        'null',
        '167772161',
        '10.1',
        '10.10',
        '1e1',
        '-1',
        '12e-1',
      ),
    },
  );
  return fc
    .tuple(fieldName, jsonBlank, jsonBlank, value)
    .map(([name, before, after, json]) => `${JSON.stringify(name)}${before}:${after}${json}`);
}

const prefix = fc.constantFrom(
  '',
  '',
  '<01>- hostname ',
  '<01> @cee: ',
  '12-',
  'a\\',
  'a.test ',
  '\\',
);

function envelope(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      prefix,
      fc.array(field(text), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '', '', '\n', ' ', ',x', '}', 'a.test'),
    )
    .map(
      ([before, fields, after]) =>
        `${before}{"type":"Event",${fields.join(',')},"domainID":"0"}${after}`,
    );
}

/** One line as bytes: an envelope, a raw text, broken JSON, or several on a line. */
export function lineFor(indicators: readonly Indicator[]): fc.Arbitrary<Uint8Array> {
  const text = textFor(indicators);
  const whole = envelope(text);
  const encoder = new TextEncoder();
  return fc
    .oneof(
      { weight: 6, arbitrary: whole },
      { weight: 4, arbitrary: text },
      {
        weight: 1,
        arbitrary: fc.tuple(whole, fc.nat(80)).map(([line, cut]) => line.slice(0, -cut)),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(whole, fc.nat(80))
          .map(([line, at]) => line.slice(0, at) + line.slice(at + 1)),
      },
      { weight: 1, arbitrary: fc.tuple(whole, whole).map((lines) => lines.join('')) },
      { weight: 1, arbitrary: text.map((one) => `{"${one}`) },
      { weight: 1, arbitrary: field(text).map((one) => `{${one}}`) },
    )
    .chain((line) => {
      const bytes = encoder.encode(line);
      return fc.oneof(
        { weight: 9, arbitrary: fc.constant(bytes) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255))
            .map(([at, byte]) => {
              const broken = Uint8Array.from(bytes);
              if (broken.length > 0) broken[at] = byte === 10 ? 0x20 : byte;
              return broken;
            }),
        },
      );
    });
}
