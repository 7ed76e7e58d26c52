import { expect, test } from '@jest/globals';

import { normaliseHost, normaliseUrl } from '../../forwarder/normalise/index.js';

// Punycode is quadratic: without a limit a megabyte of these takes a quarter of a minute.
const hostile = Array.from({ length: 350_000 }, (_, index) =>
  String.fromCharCode(0x4e00 + (index % 20_000)),
).join('');

test('a name beyond ASCII that is far too long is refused before it is converted', () => {
  expect(normaliseHost(hostile)).toBeUndefined();
  expect(normaliseUrl(`http://${hostile}/x`)).toBeUndefined();
});

test('the longest names that can exist are converted', () => {
  const name = `${'bücher.'.repeat(15)}example`;
  expect(normaliseHost(name)).toBe(`${'xn--bcher-kva.'.repeat(15)}example`);
});
