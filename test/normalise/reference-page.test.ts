import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { normaliseUrl, normaliseUrlMask } from '../../forwarder/normalise/index.js';

const page = readFileSync(
  new URL('../../docs/reference/url-normalisation.md', import.meta.url),
  'utf8',
);

interface Example {
  readonly text: string;
  /** Undefined: refused. */
  readonly expected: string | undefined;
}

const codesIn = (cell: string): readonly string[] =>
  Array.from(cell.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');

/** The examples in the tables of a part of the page: the last two cells of each row. */
function examplesIn(from: string, to: string): readonly Example[] {
  const rows = page
    .slice(page.indexOf(`\n${from}\n`), page.indexOf(`\n${to}\n`))
    .split('\n')
    .filter((line) => line.startsWith('| ') || line.startsWith('|  '));
  return rows.flatMap((row) => {
    const [texts = '', result = ''] = row.split('|').slice(-3, -1);
    return codesIn(texts).map((text) => {
      if (result.includes('unchanged')) return { text, expected: text };
      const code = codesIn(result)[0];
      return { text, expected: result.includes('U+FFFD') ? `${code ?? ''}\ufffd` : code };
    });
  });
}

const urlExamples = examplesIn('## URLs: the rules', '## Masks');
const maskExamples = examplesIn('## Masks', '## Hosts, addresses, hashes');

describe('the examples of docs/reference/url-normalisation.md', () => {
  test('are found', () => {
    expect(urlExamples.length).toBeGreaterThan(40);
    expect(maskExamples.length).toBeGreaterThan(7);
  });

  test.each(urlExamples)('URL $text', ({ text, expected }) => {
    expect(normaliseUrl(text)?.value).toBe(expected);
  });

  test.each(maskExamples)('mask $text', ({ text, expected }) => {
    expect(normaliseUrlMask(text)?.value).toBe(expected);
  });
});
