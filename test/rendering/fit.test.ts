import { describe, expect, test } from '@jest/globals';

import type { ContextField, Outcome } from '../../forwarder/core/index.js';
import { statusOutcome } from '../../forwarder/detection/index.js';
import { readLeef } from '../support/leef.js';
import {
  bytesOf,
  detectedAtMs,
  detectionOf,
  lineOf,
  rendererOf,
  rendererWith,
  sampleUrl,
} from './support.js';
import type { SampleDetection } from './support.js';

function render(sample: SampleDetection, maxMessageBytes: number) {
  const renderer = rendererWith({ maxMessageBytes });
  const line = lineOf(renderer.render({ kind: 'detect', detection: detectionOf(sample) }));
  return { line, attributes: readLeef(line).attributes };
}

function urlOf(length: number): SampleDetection {
  const text = `http://a.example/${'x'.repeat(length - 17)}`;
  return { observable: { ...sampleUrl, text, value: text.slice(7) } };
}

const context: readonly ContextField[] = Array.from({ length: 30 }, (_, index) => [
  `field_${index}`,
  'v'.repeat(20 + index),
]);

describe('a detection that is too long', () => {
  const whole = render({ context }, 100_000);

  test('is whole, without a mark, at exactly its own length', () => {
    const { line, attributes } = render({ context }, bytesOf(whole.line));
    expect(line).toBe(whole.line);
    expect(attributes).not.toHaveProperty('truncated');
  });

  test('one byte less: the last context field goes as a whole, and it is marked', () => {
    const { line, attributes } = render({ context }, bytesOf(whole.line) - 1);
    expect(Object.keys(attributes)).toEqual([
      ...Object.keys(whole.attributes).filter((key) => key !== 'field_29'),
      'truncated',
    ]);
    expect(attributes['truncated']).toBe('1');
    expect(attributes['field_28']).toBe(whole.attributes['field_28']);
    expect(line.endsWith('\ttruncated=1')).toBe(true);
  });

  test('for every limit: as many first fields as fit, each one whole', () => {
    for (let limit = 700; limit < bytesOf(whole.line); limit += 37) {
      const { line, attributes } = render({ context }, limit);
      const kept = Object.keys(attributes).filter((key) => key.startsWith('field_'));
      expect(kept).toEqual(context.slice(0, kept.length).map(([name]) => name));
      for (const key of kept) expect(attributes[key]).toBe(whole.attributes[key]);
      const [nextName, nextValue] = context[kept.length] ?? ['', ''];
      expect(bytesOf(line) + nextName.length + nextValue.length + 2).toBeGreaterThan(limit);
    }
  });

  test('a field that is too long takes those behind it along', () => {
    const { attributes } = render(
      {
        context: [
          ['first', '1'],
          ['huge', 'x'.repeat(10_000)],
          ['last', '3'],
        ],
      },
      4000,
    );
    expect(attributes).toMatchObject({ first: '1', truncated: '1' });
    expect(attributes).not.toHaveProperty('huge');
    expect(attributes).not.toHaveProperty('last');
  });
});

describe('a long matched indicator', () => {
  test('stays whole while other values are shortened', () => {
    const sample = { ...urlOf(3000), context };
    const { line, attributes } = render(sample, 4000);
    expect(attributes['matchedIndicator']).toHaveLength(3000);
    const url = attributes['url'] ?? '';
    expect(url.length).toBeGreaterThan(100);
    expect(attributes['matchedIndicator']?.startsWith(url)).toBe(true);
    expect(attributes['truncated']).toBe('1');
    expect(Object.keys(attributes).filter((key) => key.startsWith('field_'))).toEqual([]);
    expect(bytesOf(line)).toBe(4000);
  });

  test('is cut itself only when the line is too long without all the others', () => {
    const longest = render({ ...urlOf(1_000_000), context }, 4000);
    expect(bytesOf(longest.line)).toBe(4000);
    expect(longest.attributes['url']).toBe('-');
    expect(longest.attributes['truncated']).toBe('1');
    const room = longest.attributes['matchedIndicator']?.length ?? 0;
    expect(room).toBeGreaterThan(3700);

    expect(render(urlOf(room), 4000).attributes['matchedIndicator']).toHaveLength(room);
  });

  test('is cut between characters', () => {
    for (let pad = 0; pad < 4; pad += 1) {
      const text = `${'a'.repeat(pad)}${'😀'.repeat(2000)}`;
      const observable = { kind: 'domain', rule: 'RE_DOMAIN', text, value: text } as const;
      const { line, attributes } = render({ observable }, 4000);
      expect(bytesOf(line)).toBeLessThanOrEqual(4000);
      expect(bytesOf(line)).toBeGreaterThan(3996);
      expect(text.startsWith(attributes['matchedIndicator'] ?? 'nothing')).toBe(true);
    }
  });
});

test('a user name is at most the 255 characters that QRadar takes', () => {
  const { attributes } = render({ values: { RE_USERNAME: 'u'.repeat(300) } }, 4000);
  expect(attributes['usrName']).toBe('u'.repeat(255));
});

describe('a status message that is too long', () => {
  function renderStatus(fields: readonly ContextField[], maxMessageBytes: number) {
    const outcome: Outcome = statusOutcome('KL_ALERT_FailedToUpdateFeed', fields, detectedAtMs, 1);
    const line = lineOf(rendererWith({ maxMessageBytes }).render(outcome));
    return { line, attributes: readLeef(line).attributes };
  }

  test('keeps its fields and shortens the longest value', () => {
    const { line, attributes } = renderStatus(
      [
        ['feed', 'Phishing_URL_Data_Feed'],
        ['error', `not found: ${'e'.repeat(5000)}`],
      ],
      1000,
    );
    expect(bytesOf(line)).toBe(1000);
    expect(attributes['feed']).toBe('Phishing_URL_Data_Feed');
    expect(attributes['error']).toMatch(/^not found: e{700,}$/);
    expect(attributes['truncated']).toBe('1');
  });

  test('drops fields only when all values are short', () => {
    const fields = Array.from(
      { length: 100 },
      (_, index) => [`f${index}`, 'x'.repeat(50)] as const,
    );
    const { line, attributes } = renderStatus(fields, 1000);
    expect(bytesOf(line)).toBeLessThanOrEqual(1000);
    expect(attributes['f0']).toBe('x'.repeat(32));
    expect(attributes['truncated']).toBe('1');
  });
});

describe('a template whose own text can be too long', () => {
  test('writes a huge list again and again: cut to the limit, and read back as it was meant', () => {
    const fields = Array.from({ length: 1000 }, (_, index) => [`f${index}`, 'x'] as const);
    const lists = '{{#each context}}{{attr name value}} {{name}}{{/each}}'.repeat(50);
    const renderer = rendererOf(`{{leefHeader "V" "P" "1" event}}{{attr "a" url}}${lists}`, {
      maxMessageBytes: 4000,
    });
    const detection = detectionOf({ context: fields });
    const line = lineOf(renderer.render({ kind: 'detect', detection }));
    expect(bytesOf(line)).toBeLessThanOrEqual(4000);
    expect(readLeef(line).attributes['a']).toBe('http://fakess123.nu/x');
  });

  test('loses whole attributes from its end', () => {
    const padding = 'p'.repeat(200);
    const more = Array.from({ length: 9 }, (_, index) => `{{attr "k${index}" "${padding}"}}`);
    const renderer = rendererOf(
      `{{leefHeader "V" "P" "1" event}}{{attr "a" url}}{{#unless src}}${more.join('')}{{/unless}}`,
      { maxMessageBytes: 1000 },
    );
    // Without an address the text is longer than the check could know.
    const message = renderer.render({ kind: 'detect', detection: detectionOf() });
    const line = lineOf(message);
    expect(bytesOf(line)).toBeLessThanOrEqual(1000);
    const { attributes } = readLeef(line);
    for (const [key, value] of Object.entries(attributes)) {
      if (key !== 'a') expect(value).toBe(padding);
    }
    expect(Object.keys(attributes)).toEqual(['a', 'k0', 'k1', 'k2', 'k3']);
  });
});
