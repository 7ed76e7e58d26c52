import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { createExtractor } from '../../forwarder/extraction/index.js';
import type { RuleOptions, SourceOptions } from '../../forwarder/extraction/index.js';

import { builtIn, builtInValues, bySource, envelope, peer, raw } from './support.js';

/** What docs/reference/sources.md and extraction.md show is tried here, as it stands there. */
const sourcesPage = readFileSync('docs/reference/sources.md', 'utf8');
const extractionPage = readFileSync('docs/reference/extraction.md', 'utf8');

/** The cells of the rows of the table under this heading row, code marks taken off. */
function table(page: string, heading: string): readonly (readonly string[])[] {
  const lines = page.slice(page.indexOf(heading)).split('\n').slice(2);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  expect(rows.length).toBeGreaterThan(0);
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\\|', '|')),
  );
}

function code(cell: string | undefined): string {
  return /`([^`]*)`/.exec(cell ?? '')?.[1] ?? '';
}

describe('sources.md', () => {
  test('the configuration at its head', () => {
    const yaml = /```yaml\n([^]*?)```/.exec(sourcesPage)?.[1] ?? '';
    const { sources } = parse(yaml) as { sources: readonly SourceOptions[] };
    const extractor = createExtractor({ sources });
    const text = '<13>x squid host=http://a.test path=/x login=bob';
    const { source, values } = extractor.extract(raw(text), '198.51.100.9');
    expect(source).toBe('proxy');
    expect(values.get('RE_URL')).toBe('http://a.test/x');
    expect(values.get('RE_USERNAME')).toBe('bob');
    expect(extractor.extract(raw(text), peer).source).toBe('default');
    expect(extractor.extract(raw(`${text} Device0002`), '192.0.2.10').isIgnored).toBe(true);
  });

  test('the text that expressions see', () => {
    const shown = /```text\n([^]*?)\n```/.exec(sourcesPage)?.[1];
    const rules = [{ name: 'ALL', pattern: '(?s)(.*)' }];
    const event = envelope({
      type: 'Event',
      src: '10.20.30.40',
      payload: '<134>Jul 10 10:10:14 proxy01 squid[811]: GET https://example.test/a\n',
      'URL Host': 'example.test',
    });
    expect(bySource({ rules }, event).values['ALL']).toBe(shown);
  });

  test.each(table(sourcesPage, '| `concatenate` | value |'))('concatenate %s', (rule, value) => {
    const event = 'url_1=http://domain test_event url_2=/page/mypage test';
    const pattern = 'url_1=(\\S+) .*url_2=(\\S+)';
    const concatenate = rule === 'left out' ? {} : { concatenate: code(rule) };
    const rules = [{ name: 'V', pattern, ...concatenate }];
    expect(bySource({ rules }, event).values['V']).toBe(code(value));
  });

  test.each(table(sourcesPage, '| `pattern` | `with` |'))(
    'replace %s by %s',
    (pattern, template, text, result) => {
      const { values } = bySource(
        {
          replace: [{ pattern: code(pattern), with: code(template) }],
          rules: [{ name: 'V', pattern: '(.*)' }],
        },
        code(text),
      );
      expect(values['V']).toBe(code(result));
    },
  );

  test('the worked examples', () => {
    const md5 = '44d88612fea8a8f36de82e1278abb02f';
    const sha1 = '3395856ce81f2b7382dee72602f798b642f14140';
    const events = [
      raw('x url=http://a.test/x user=y'),
      raw(`${md5} ${md5.replace('4', '5')}`),
      raw('CEF:0|Vendor|Product|1'),
      envelope({ 'URL Host': 'a.test' }),
      envelope({ Hashes: `MD5=${md5},SHA1=${sha1}` }),
    ];
    const yaml = /```yaml\n(rules:[^]*?)```/.exec(sourcesPage)?.[1] ?? '';
    const { rules } = parse(yaml) as { rules: readonly RuleOptions[] };
    const results = rules.map((rule, index) => {
      const { found, values } = bySource({ rules: [rule] }, events[index] ?? raw(''));
      return [values[rule.name], found.filter((line) => line.startsWith(`${rule.name}:`)).length];
    });
    expect(results).toEqual([
      ['http://a.test/x', 1],
      [md5, 2],
      ['Vendor|Product', 0],
      ['a.test', 1],
      [md5, 2],
    ]);
  });

  test('what is said to be impossible is refused, what is to be written instead is taken', () => {
    const rows = table(sourcesPage, '| not possible | write instead |');
    for (const [impossible = '', instead = ''] of rows) {
      for (const [, pattern = ''] of impossible.matchAll(/`([^`]*)`/g)) {
        const whole = pattern.replace('…', 'x').replace('\\1', '(x)\\1');
        const rules = [{ name: 'V', pattern: whole }];
        expect(() => createExtractor({ sources: [{ name: 'a', rules }] })).toThrow(
          'cannot be used',
        );
      }
      for (const [, pattern = ''] of instead.matchAll(/`([^`]*)`/g)) {
        const rules = [{ name: 'V', pattern }];
        expect(createExtractor({ sources: [{ name: 'a', rules }] })).toBeDefined();
      }
    }
  });

  test('the reserved names', () => {
    const row = table(sourcesPage, '| key | meaning |')[0]?.[1] ?? '';
    const names = [...row.slice(row.indexOf('Not allowed')).matchAll(/`(\w+)`/g)].map(([, n]) => n);
    expect(names).toHaveLength(9);
    for (const name of names) {
      const rules = [{ name: name ?? '', pattern: 'x' }];
      expect(() => createExtractor({ sources: [{ name: 'a', rules }] })).toThrow(`"${name}"`);
    }
  });
});

describe('extraction.md', () => {
  test('the keys of payloads', () => {
    const [urls, addresses, users, time] = table(
      extractionPage,
      '| keys | what the value is |',
    ).map(([cell]) => [...(cell ?? '').matchAll(/`([\w-]+)`/g)].map(([, key]) => key ?? ''));
    expect([urls?.length, addresses?.length, users?.length, time?.length]).toEqual([5, 2, 4, 1]);
    for (const key of urls ?? []) expect(builtIn(`${key}=a.test/x`)).toEqual(['url a.test/x']);
    for (const key of addresses ?? []) {
      expect(builtInValues(`${key}=192.0.2.1`)).toHaveProperty(`${key.toUpperCase()}_IP`);
    }
    users?.forEach((key, index) => {
      const worse = users.slice(index + 1).map((other) => `${other}=eve`);
      const text = [...worse, `${key}=bob`].join(' ');
      expect(builtInValues(text)['RE_USERNAME']).toBe('bob');
    });
    expect(builtInValues(`${time?.[0]}=1752142212`)).toEqual({ DEV_TIME: '1752142212000' });
  });

  test('the rules of the built-in source', () => {
    const named = table(extractionPage, '| rule | holds |').flatMap(([cell]) =>
      [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const payload = [
      'http://a.test/ b.test 192.0.2.1 44d88612fea8a8f36de82e1278abb02f',
      '3395856ce81f2b7382dee72602f798b642f14140',
      '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f',
      'user=bob devTime=1752142212 src=192.0.2.1 dst=192.0.2.2',
    ].join(' ');
    expect(Object.keys(builtInValues(payload)).sort()).toEqual(named.sort());
  });
});
