import { describe, expect, test } from '@jest/globals';

import type { ContextField } from '../../forwarder/core/index.js';
import { statusOutcome } from '../../forwarder/detection/index.js';
import { readLeef } from '../support/leef.js';
import {
  detectedAtMs,
  detectionOf,
  lineOf,
  rendererOf,
  rendererWith,
  sampleUrl,
} from './support.js';
import type { SampleDetection } from './support.js';

function attributesOf(sample: SampleDetection, renderer = rendererWith()): Record<string, string> {
  const message = renderer.render({ kind: 'detect', detection: detectionOf(sample) });
  return { ...readLeef(lineOf(message)).attributes };
}

describe('the keys of a detection', () => {
  test('stand in their order, `-` for what is absent, src and dst left out', () => {
    expect(Object.entries(attributesOf({}))).toEqual([
      ['devTime', '1752142214000'],
      ['sev', '8'],
      ['url', 'http://fakess123.nu/x'],
      ['ip', '-'],
      ['md5', '-'],
      ['sha1', '-'],
      ['sha256', '-'],
      ['usrName', '-'],
      ['matchedIndicator', 'http://fakess123.nu/x'],
      ['confidence', '100'],
    ]);
  });

  test('a domain stands under url when the event has no URL', () => {
    const observable = {
      kind: 'domain',
      rule: 'RE_DOMAIN',
      text: 'A.Example',
      value: 'a.example',
    } as const;
    const alone = attributesOf({ observable });
    expect(alone).toMatchObject({ url: 'A.Example', matchedIndicator: 'A.Example' });
    const values = { RE_URL: 'http://b.example/', RE_DOMAIN: 'A.Example' };
    expect(attributesOf({ observable, values })).toMatchObject({
      url: 'http://b.example/',
      matchedIndicator: 'A.Example',
    });
  });

  test.each([
    ['ip', '192.0.2.9'],
    ['md5', '00112233445566778899AABBCCDDEEFF'],
    ['sha1', '0'.repeat(40)],
    ['sha256', '0'.repeat(64)],
  ] as const)('%s has what was detected, whatever rule found it', (kind, text) => {
    const observable = { kind, rule: 'MY_RULE', text, value: text.toLowerCase() };
    const other = { [`RE_${kind.toUpperCase()}`]: 'other', MY_RULE: text };
    expect(attributesOf({ observable, values: other })[kind]).toBe(text);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['host.example', undefined],
    ['192.0.2.1 sev=10', undefined],
    ['999.0.2.1', undefined],
    ['-', undefined],
    ['', undefined],
  ])('src is an address or absent: %j', (text, expected) => {
    expect(attributesOf({ values: { SRC_IP: text, DST_IP: text } })['src']).toBe(expected);
    expect(attributesOf({ values: { SRC_IP: text, DST_IP: text } })['dst']).toBe(expected);
  });

  test.each([
    ['1752142212000', '1752142212000'],
    ['1752142212', '1752142212000'],
    ['17521422120001', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('eventTime is an epoch or absent: %j', (text, expected) => {
    expect(attributesOf({ values: { DEV_TIME: text } })['eventTime']).toBe(expected);
  });

  test.each([
    [detectedAtMs, '1752142214000'],
    [detectedAtMs + 0.7, '1752142214000'],
    [5, '0000000000005'],
    [-5, '0000000000000'],
    [Number.NaN, '0000000000000'],
  ])('devTime has 13 digits for %d', (atMs, devTime) => {
    const outcome = statusOutcome('KL_ALERT_ServiceStarted', [], atMs, 1);
    expect(rendererWith().render(outcome).body).toContain(`devTime=${devTime}\t`);
  });
});

describe("a record's context", () => {
  test.each([
    ['ip', 'feed_ip'],
    ['IP', 'IP'],
    ['md5', 'feed_md5'],
    ['MD5', 'MD5'],
    ['url', 'feed_url'],
    ['category', 'feed_category'],
    ['confidence', 'feed_confidence'],
    ['matchedIndicator', 'feed_matchedIndicator'],
    ['truncated', 'feed_truncated'],
    ['sev', 'feed_sev'],
    ['src', 'feed_src'],
    ['srcPort', 'feed_srcPort'],
    ['identSrc', 'feed_identSrc'],
    ['usrName', 'feed_usrName'],
    ['domain', 'feed_domain'],
    ['whois_domain', 'whois_domain'],
    ['type', 'type'],
    ['first_seen', 'first_seen'],
    ['first-seen', 'first_seen'],
    ['x'.repeat(300), 'x'.repeat(255)],
  ])('%s goes out as %s', (name, key) => {
    const keys = Object.keys(attributesOf({ context: [[name, 'v']] }));
    expect(keys.at(-1)).toBe(key);
  });

  test('keeps its order; a key comes once, the first wins', () => {
    const context: readonly ContextField[] = [
      ['ip', '1'],
      ['b', '2'],
      ['feed_ip', '3'],
      ['a-b', '4'],
      ['a_b', '5'],
    ];
    expect(Object.entries(attributesOf({ context })).slice(-3)).toEqual([
      ['feed_ip', '1'],
      ['b', '2'],
      ['a_b', '4'],
    ]);
  });

  test('many different names do not gather in memory or change what is written', () => {
    const renderer = rendererWith({ maxMessageBytes: 100_000 });
    for (let round = 0; round < 100; round += 1) {
      const names = Array.from({ length: 100 }, (_, index) => `n${round}_${index}`);
      const context = names.map((name) => [name, '1'] as const);
      expect(Object.keys(attributesOf({ context }, renderer)).slice(-100)).toEqual(names);
    }
    expect(attributesOf({ context: [['ip', '1']] })['feed_ip']).toBe('1');
  });
});

describe('what is there only where it is asked for', () => {
  const attributesOf = (sample: SampleDetection, options: Parameters<typeof rendererWith>[0]) =>
    readLeef(
      lineOf(rendererWith(options).render({ kind: 'detect', detection: detectionOf(sample) })),
    ).attributes;

  test('id, token and the facts of a summary', () => {
    const summary = { count: 3, firstAtMs: detectedAtMs - 5000, lastAtMs: detectedAtMs };
    const options = { messageId: true, loopToken: '0123456789abcdef' };
    expect(attributesOf({ id: 'abc', summary }, options)).toMatchObject({
      msgId: 'abc',
      loopToken: '0123456789abcdef',
      count: '3',
      firstTime: String(detectedAtMs - 5000),
      lastTime: String(detectedAtMs),
    });
    const plain = Object.keys(attributesOf({}, {}));
    for (const key of ['msgId', 'loopToken', 'count', 'firstTime', 'lastTime']) {
      expect(plain).not.toContain(key);
    }
  });

  test('a record cannot pass for a summary, nor for a message of ours', () => {
    const context = ['count', 'firstTime', 'lastTime', 'msgId', 'loopToken'].map(
      (name) => [name, '7'] as const,
    );
    const keys = Object.keys(attributesOf({ context }, {}));
    expect(keys.slice(-5)).toEqual(context.map(([name]) => `feed_${name}`));
  });
});

describe('ids', () => {
  const renderer = rendererWith();
  const idOf = (sample: SampleDetection) =>
    renderer.render({ kind: 'detect', detection: detectionOf(sample) }).id;

  test('a detection brings its own, notices differ by kind, time, number and run', () => {
    expect(idOf({ id: 'a' })).toBe('a');
    const other = rendererWith({ runId: 'other' });
    const ids = [
      other.render(statusOutcome('KL_ALERT_ServiceStarted', [], detectedAtMs, 5)).id,
      renderer.render(statusOutcome('KL_ALERT_ServiceStarted', [], detectedAtMs, 5)).id,
      renderer.render(statusOutcome('KL_ALERT_ServiceStarted', [], detectedAtMs + 1, 5)).id,
      renderer.render({
        kind: 'evaluation',
        event: 'LookupFinished',
        context: [],
        atMs: detectedAtMs,
        number: 5,
      }).id,
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a message names its event, kind and time', () => {
  const message = rendererWith().render({ kind: 'detect', detection: detectionOf({}) });
  expect(message).toMatchObject({
    kind: 'detect',
    event: 'KL_Malicious_URL',
    atMs: detectedAtMs,
  });
  expect(message.body.startsWith('LEEF:1.0|')).toBe(true);
});

describe("an operator's own template", () => {
  const own = `{{!-- all that a template can do --}}
{{leefHeader "Example" "Product" "1.0" event}}
{{attr "devTime" devTime}}
{{#unless src}}{{attr "noAddress" "yes"}}{{else}}{{attr "from" src}}{{/unless}}
{{attr "proxy" (value "RE_PROXY")}}
{{optional "absent" (value "RE_ABSENT")}}
{{attr "why" indicatorKind}}\traw={{indicator}} of {{feed}} by {{rule}} of {{source}}
{{attr "number" 5}}
{{#each context}}
  {{#if value}}
    {{attr name value}}
  {{/if}}
{{/each}}
{{attr "mask" "never twice"}}
`;
  test('may write text, conditions and values of configured rules', () => {
    const attributes = attributesOf(
      {
        values: { RE_URL: sampleUrl.text, RE_PROXY: 'a\tb' },
        context: [
          ['mask', 'm'],
          ['empty', ''],
        ],
      },
      rendererOf(own),
    );
    expect(attributes).toEqual({
      devTime: '1752142214000',
      noAddress: 'yes',
      proxy: 'a b',
      why: 'url',
      raw: 'fakess123.nu of Malicious_URL_Data_Feed by RE_URL of default',
      number: '5',
      mask: 'm',
    });
  });

  test('has CR LF line ends or LF, it is the same', () => {
    const render = (text: string) =>
      rendererOf(text).render({ kind: 'detect', detection: detectionOf({}) }).body;
    expect(render(own.replaceAll('\n', '\r\n'))).toBe(render(own));
  });

  test('a hostile value of a configured rule stays a value', () => {
    const values = { RE_PROXY: 'a\tsev=1\nLEEF:1.0|a|b|c|d|\u2028x' };
    const attributes = attributesOf({ values }, rendererOf(own));
    expect(attributes['proxy']).toBe('a sev=1 LEEF:1.0|a|b|c|d| x');
    expect(attributes).not.toHaveProperty('sev');
  });

  test('a long value of a configured rule is shortened before the matched indicator', () => {
    const template = `{{leefHeader "V" "P" "1" event}}
      {{attr "proxy" (value "RE_PROXY")}}{{attr "matchedIndicator" matchedIndicator}}`;
    const attributes = attributesOf(
      { values: { RE_PROXY: 'p'.repeat(9000) } },
      rendererOf(template),
    );
    expect(attributes['proxy']).toMatch(/^p{1000,3900}$/);
    expect(attributes['matchedIndicator']).toBe(sampleUrl.text);
  });
});
