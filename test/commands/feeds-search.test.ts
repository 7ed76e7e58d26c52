import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../forwarder/core/index.js';
import type { FeedInfo, Indicator, ThreatIndex } from '../../forwarder/core/index.js';
import { categoriesFor } from '../../forwarder/feeds/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';
import { findRecords } from '../../forwarder/commands/support/feeds/search-find.js';
import { searchForms } from '../../forwarder/commands/support/feeds/search-forms.js';

function info(name: string, more: Partial<FeedInfo> = {}): FeedInfo {
  return {
    name,
    origin: name,
    role: 'detect',
    confidence: 50,
    categories: categoriesFor(name, undefined),
    ...more,
  };
}

function indexOf(...feeds: readonly (readonly [FeedInfo, readonly Indicator[]])[]): ThreatIndex {
  const builder = createIndexBuilder();
  for (const [feed, indicators] of feeds) {
    const number = builder.addFeed(feed);
    for (const one of indicators) {
      builder.addRecord(number, { indicators: [one], context: [['value', one.value]] });
    }
  }
  return builder.build().index;
}

const read = (text: string) =>
  searchForms(text).map(({ kind, observable }) => `${kind} ${observable.kind} ${observable.value}`);

describe('what an indicator is read as', () => {
  test.each([
    ['Bad.Example', ['itself domain bad.example', 'as-url url bad.example']],
    ['bad[.]example:8080', ['itself domain bad.example', 'as-url url bad.example']],
    ['192.0.2.1', ['itself ip 192.0.2.1', 'as-url url 192.0.2.1']],
    ['192.0.2.1:443', ['itself ip 192.0.2.1', 'as-url url 192.0.2.1']],
    ['[2001:DB8::1]:443', ['itself ip 2001:db8::1', 'as-url url [2001:db8::1]']],
    ['hxxp://bad[.]example/a?b', ['itself url bad.example/a?b']],
    ['https://www.Bad.example:443/', ['itself url bad.example']],
    ['bad.example/a', ['itself url bad.example/a']],
    ['A'.repeat(32), [`itself md5 ${'a'.repeat(32)}`]],
    ['b'.repeat(64), [`itself sha256 ${'b'.repeat(64)}`]],
  ])('%s', (text, forms) => {
    expect(read(text)).toEqual(forms);
  });

  test.each(['', 'two words', '192.0.2.0/24', 'a'.repeat(31) + '!', '\u0000'])(
    '%j is none',
    (text) => {
      expect(() => searchForms(text)).toThrow(expect.objectContaining({ code: 'TF_USAGE' }));
    },
  );
});

test('any text is an indicator or is told to be none; what it is read as is read as itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
      try {
        const [form] = searchForms(text);
        const value = form?.observable.value ?? '';
        if (form?.observable.kind === 'url') return;
        expect(searchForms(value)[0]?.observable.value).toBe(value);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        expect(error.code).toBe('TF_USAGE');
      }
    }),
  );
});

describe('records that match', () => {
  const find = (text: string, index: ThreatIndex, minConfidence = 0) =>
    findRecords(searchForms(text), index, minConfidence).map(({ form, match, why, verdict }) => ({
      form,
      feed: match.feed.name,
      why,
      verdict: verdict.kind,
    }));

  test('each with the reason: the same, a domain above, a range, a mask', () => {
    const index = indexOf([
      info('A'),
      [
        { kind: 'domain', value: 'evil.example' },
        { kind: 'url', value: '*.evil.example' },
        { kind: 'url', value: 'a.evil.example/x/*' },
        { kind: 'url', value: 'a.evil.example/x/y.php?*' },
        { kind: 'url', value: '*/y.php?z' },
        { kind: 'cidr', value: '192.0.2.0/24' },
        { kind: 'ip', value: '192.0.2.1' },
      ],
    ]);
    expect(find('http://a.evil.example/x/y.php?z', index).map(({ why }) => why)).toEqual([
      'evil.example and all below it (mask of kind domain)',
      'all below a.evil.example/x/ (mask of kind folder)',
      'a.evil.example/x/y.php? with whatever follows (mask of kind script)',
      'any text for each * (mask of kind wildcard)',
      'the domain evil.example is above it',
    ]);
    expect(find('192.0.2.1', index).map(({ why }) => why)).toEqual([
      'the range 192.0.2.0/24 holds the address',
      'the same address',
    ]);
    expect(find('evil.example', index)[0]).toMatchObject({ why: 'the same name', form: 'itself' });
  });

  test('a mask that only a URL can match is told to be one', () => {
    const index = indexOf([info('A'), [{ kind: 'url', value: 'bad.example/*' }]]);
    expect(find('bad.example', index)).toEqual([
      {
        form: 'as-url',
        feed: 'A',
        why: 'every URL of the host bad.example (mask of kind site)',
        verdict: 'detected',
      },
    ]);
  });

  test('allow-lists, feeds that are only searched or not sent, and low confidence are told', () => {
    const domain: readonly Indicator[] = [{ kind: 'domain', value: 'bad.example' }];
    const searched = info('Searched', { usedInMatching: false });
    const always = info('InternalTI', { role: 'always' });
    const quiet = info('Quiet', { sentToSiem: false, role: 'always' });
    const unsure = info('Unsure', { confidence: 10, role: 'always' });
    const index = indexOf(
      [info('A'), domain],
      [searched, domain],
      [always, domain],
      [quiet, domain],
      [unsure, domain],
      [info('Allow', { role: 'suppress' }), domain],
    );
    const verdicts = find('bad.example', index, 20).map(({ feed, verdict }) => [feed, verdict]);
    expect(verdicts).toEqual([
      ['A', 'suppressed'],
      ['Searched', 'searched'],
      ['InternalTI', 'detected'],
      ['Quiet', 'counted'],
      ['Unsure', 'counted'],
      ['Allow', 'allows'],
    ]);
  });

  test('the host of a URL that an allow-list covers covers the URL', () => {
    const index = indexOf(
      [info('A'), [{ kind: 'url', value: 'bad.example/x' }]],
      [info('Allow', { role: 'suppress' }), [{ kind: 'domain', value: 'bad.example' }]],
    );
    expect(find('http://bad.example/x', index).map(({ feed, verdict }) => [feed, verdict])).toEqual(
      [
        ['A', 'suppressed'],
        ['Allow', 'allows'],
      ],
    );
  });

  test('nothing for what is in no feed', () => {
    expect(find('good.example', indexOf([info('A'), []]))).toEqual([]);
  });
});
