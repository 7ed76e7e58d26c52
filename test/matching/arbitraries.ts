import fc from 'fast-check';

import type {
  Indicator,
  IndicatorKind,
  Observable,
  ObservableKind,
} from '../../forwarder/core/index.js';
import {
  normaliseUrl,
  normaliseUrlMask,
  parseCidr,
  parseIp,
} from '../../forwarder/normalise/index.js';

/** Small alphabets, so that indicators and observables meet often. */
const label = fc.constantFrom(
  'a',
  'b',
  'ab',
  'x1',
  'www',
  '_c',
  'd-d',
  'xn--e1af',
  'a!b',
  '-x',
  'x-',
);
const topLabel = fc.constantFrom('test', 'example', 'a', 'b');

export const hostName = fc
  .tuple(fc.array(label, { maxLength: 3 }), topLabel)
  .map(([labels, top]) => [...labels, top].join('.'));

export const ipv4 = fc
  .tuple(fc.constantFrom(10, 192), fc.constantFrom(0, 1), fc.constantFrom(0, 2), fc.nat(5))
  .map((parts) => parts.join('.'));

export const ipv6 = fc
  .tuple(fc.constantFrom('2001:db8', 'fe80'), fc.constantFrom('', ':1', ':1:2'), fc.nat(4))
  .map(([head, middle, last]) => parseIp(`${head}${middle}::${last}`) ?? '::1');

const segment = fc.constantFrom('a', 'b', 'ab', 'aab', 'x.php', '.sys', 'long-folder-name');
const path = fc
  .array(segment, { maxLength: 3 })
  .map((parts) => parts.map((part) => `/${part}`).join(''));
const tail = fc.constantFrom('', '/', '?', '?a', '?a=b/c', '/?x=1', '?id=aab');
const urlHost = fc.oneof(
  { weight: 6, arbitrary: hostName },
  { weight: 1, arbitrary: ipv4 },
  { weight: 1, arbitrary: ipv6.map((address) => `[${address}]`) },
);

export const urlText = fc.tuple(urlHost, path, tail).map((parts) => parts.join(''));

const starred = fc
  .tuple(urlText, fc.array(fc.nat(30), { maxLength: 3 }))
  .map(([text, places]) =>
    places.reduce((mask, place) => `${mask.slice(0, place)}*${mask.slice(place + 1)}`, text),
  );

export const maskText = fc
  .oneof(
    urlHost,
    urlText,
    hostName.map((host) => `*.${host}`),
    hostName.map((host) => `*.${host}/*`),
    urlText.map((text) => `${text}*`),
    fc.tuple(urlHost, path).map(([host, folder]) => `${host}${folder}/*`),
    fc.tuple(urlHost, path).map(([host, script]) => `${host}${script}?*`),
    starred,
    starred.map((text) => `*${text.slice(1)}`),
  )
  .map((text) => normaliseUrlMask(text)?.value)
  .filter((value) => value !== undefined);

export const hashOf = (digits: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('0', 'a', 'f'), fc.nat(3))
    .map(([digit, last]) => `${digit.repeat(digits - 1)}${last}`);

const cidr = fc
  .oneof(
    fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })),
  )
  .map(([address, bits]) => parseCidr(`${address}/${bits}`)?.value ?? '10.0.0.0/8');

const hashDigits = { md5: 32, sha1: 40, sha256: 64 } as const;

/** Normalised indicators of one kind. */
export function indicatorOf(kind: IndicatorKind): fc.Arbitrary<Indicator> {
  const values = (): fc.Arbitrary<string> => {
    switch (kind) {
      case 'url':
        return maskText;
      case 'domain':
        return hostName;
      case 'ip':
        return fc.oneof(ipv4, ipv6);
      case 'cidr':
        return cidr;
      case 'md5':
      case 'sha1':
      case 'sha256':
        return hashOf(hashDigits[kind]);
      default:
        return kind satisfies never;
    }
  };
  return values().map((value) => ({ kind, value }));
}

/** Observables of one kind, as extraction gives them. */
export function observableOf(kind: ObservableKind): fc.Arbitrary<Observable> {
  if (kind === 'url') {
    return urlText.map((text) => {
      const url = normaliseUrl(text);
      if (url === undefined) throw new Error(`no URL: ${text}`);
      return { kind, rule: 'RE_URL', text, ...url };
    });
  }
  const bare = { kind, rule: `RE_${kind.toUpperCase()}` } as const;
  return indicatorOf(kind).map(({ value }) => ({ ...bare, text: value, value }));
}
