import { describe, expect, test } from '@jest/globals';

import type { Extraction, Observable, UrlObservable } from '../../forwarder/core/index.js';
import {
  isSuppressed,
  matchExtraction,
  type CompiledIndex,
  type MatchResult,
} from '../../forwarder/matching/index.js';

import { indexOf, observable } from './feeds.js';

const options = { perEventDetectionLimit: 10_000 };

function extraction(...texts: readonly string[]): Extraction {
  return {
    source: 'default',
    isIgnored: false,
    observables: texts.map(observable),
    values: new Map(),
  };
}

function match({ index }: CompiledIndex, ...texts: readonly string[]): MatchResult {
  return matchExtraction(extraction(...texts), index, options);
}

/** Each match as `feed#record observable`. */
function shown({ matches }: Pick<MatchResult, 'matches'>): string[] {
  return matches.map(
    ({ feed, context, observable: { kind, text } }) =>
      `${feed.name}#${context[0]?.[1] ?? ''} ${kind} ${text}`,
  );
}

describe('which observables are looked up where', () => {
  const index = indexOf({
    name: 'A',
    records: [
      'mask:evil.com',
      'domain:evil.com',
      'ip:192.0.2.1',
      'ip:192.0.2.0/24',
      'mask:192.0.2.1',
    ],
  });

  test('a URL goes to the URL masks, its host to the domains', () => {
    expect(shown(match(index, 'url:http://evil.com/x'))).toEqual([
      'A#0 url http://evil.com/x',
      'A#1 domain evil.com',
    ]);
  });

  test('an address as host goes to addresses and ranges, in any spelling', () => {
    expect(shown(match(index, 'url:http://3221225985/x'))).toEqual([
      'A#4 url http://3221225985/x',
      'A#2 ip 3221225985',
      'A#3 ip 3221225985',
    ]);
  });

  test('a bare domain goes to bare-host masks and domains', () => {
    expect(shown(match(index, 'domain:evil.com'))).toEqual([
      'A#0 domain evil.com',
      'A#1 domain evil.com',
    ]);
    expect(shown(match(index, 'domain:sub.evil.com'))).toEqual(['A#1 domain sub.evil.com']);
  });

  test('a bare address goes to addresses, ranges and bare-host masks', () => {
    expect(shown(match(index, 'ip:192.0.2.1'))).toEqual([
      'A#2 ip 192.0.2.1',
      'A#3 ip 192.0.2.1',
      'A#4 ip 192.0.2.1',
    ]);
  });

  test('a host that also stands by itself counts once', () => {
    expect(shown(match(index, 'url:http://evil.com/x', 'domain:evil.com'))).toEqual([
      'A#0 url http://evil.com/x',
      'A#0 domain evil.com',
      'A#1 domain evil.com',
    ]);
  });

  test('two URLs of one host: the host counts once, with the first text', () => {
    expect(shown(match(index, 'url:http://EVIL.com/x', 'url:http://evil.com/y'))).toEqual([
      'A#0 url http://EVIL.com/x',
      'A#1 domain EVIL.com',
      'A#0 url http://evil.com/y',
    ]);
  });

  test('a domain record with www. meets URLs of that host', () => {
    const www = indexOf({ name: 'A', records: ['domain:www.evil.com'] });
    expect(shown(match(www, 'url:http://www.evil.com/'))).toEqual(['A#0 domain www.evil.com']);
    expect(shown(match(www, 'url:http://evil.com/'))).toEqual([]);
  });

  test('0.0.0.0/8 as the host of a URL names no host', () => {
    const junk = indexOf({ name: 'A', records: ['ip:0.0.0.0/8'] });
    expect(match(junk, 'url:http://0.0.0.200/').matches).toEqual([]);
  });
});

describe('one match for each value and record', () => {
  test('order: observables, then feeds, then records', () => {
    const index = indexOf(
      { name: 'A', records: ['domain:b.com', 'domain:a.com', 'domain:a.com'] },
      { name: 'B', records: ['domain:com', 'domain:a.com'] },
    );
    expect(shown(match(index, 'domain:a.com', 'domain:b.com'))).toEqual([
      'A#1 domain a.com',
      'A#2 domain a.com',
      'B#0 domain a.com',
      'B#1 domain a.com',
      'A#0 domain b.com',
      'B#0 domain b.com',
    ]);
  });

  test('a record with several indicators for one value gives one match, of the closest kind', () => {
    const index = indexOf({
      name: 'A',
      records: ['mask:evil.com domain:evil.com', 'ip:192.0.2.0/24 ip:192.0.2.7'],
    });
    expect(match(index, 'domain:evil.com').matches.map(({ indicator }) => indicator.kind)).toEqual([
      'domain',
    ]);
    expect(match(index, 'ip:192.0.2.7').matches.map(({ indicator }) => indicator.kind)).toEqual([
      'ip',
    ]);
    expect(shown(match(index, 'url:http://evil.com/'))).toEqual([
      'A#0 url http://evil.com/',
      'A#0 domain evil.com',
    ]);
  });

  test('all hashes of one record are found', () => {
    const [md5, sha1, sha256] = ['a'.repeat(32), 'b'.repeat(40), 'c'.repeat(64)];
    const index = indexOf({ name: 'A', records: [`hash:${md5} hash:${sha1} hash:${sha256}`] });
    const found = match(index, `hash:${sha256.toUpperCase()}`, `hash:${md5}`, `hash:${sha1}`);
    expect(found.matches.map(({ indicator }) => indicator.kind)).toEqual(['sha256', 'md5', 'sha1']);
  });
});

describe('suppressing feeds', () => {
  const index = indexOf(
    { name: 'A', records: ['mask:evil.com', 'domain:evil.com', 'ip:192.0.2.1'] },
    {
      name: 'FalsePositive',
      role: 'suppress',
      records: ['domain:good.evil.com', 'mask:evil.com/fine', 'ip:192.0.2.0/28'],
    },
    { name: 'InternalTI', role: 'always', records: ['mask:evil.com/fine', 'ip:192.0.2.1'] },
  );

  test('suppress what they cover, say by what, and report nothing themselves', () => {
    const found = match(index, 'ip:192.0.2.1', 'ip:192.0.2.2', 'domain:good.evil.com');
    expect(shown(found)).toEqual(['InternalTI#1 ip 192.0.2.1']);
    expect(
      found.suppressed.map(({ match: { feed }, reason, by }) => [
        feed.name,
        reason,
        by.indicator.value,
      ]),
    ).toEqual([
      ['A', 'suppressed_by_feed', '192.0.2.0/28'],
      ['A', 'suppressed_by_feed', 'good.evil.com'],
    ]);
  });

  test('a URL is covered when its host is', () => {
    const allowed = indexOf(
      { name: 'A', records: ['mask:cdn.good.com/x/*', 'domain:cdn.good.com'] },
      { name: 'FalsePositive', role: 'suppress', records: ['domain:good.com'] },
    );
    const found = match(allowed, 'url:http://cdn.good.com/x/y');
    expect(found.matches).toEqual([]);
    expect(found.suppressed).toHaveLength(2);
  });

  test('a host that stands only in covered URLs is covered with them', () => {
    expect(shown(match(index, 'url:http://evil.com/fine'))).toEqual([
      'InternalTI#0 url http://evil.com/fine',
    ]);
    expect(shown(match(index, 'url:http://evil.com/fine', 'url:http://evil.com/bad'))).toEqual([
      'InternalTI#0 url http://evil.com/fine',
      'A#1 domain evil.com',
      'A#0 url http://evil.com/bad',
    ]);
    expect(shown(match(index, 'url:http://evil.com/fine', 'domain:evil.com'))).toEqual([
      'InternalTI#0 url http://evil.com/fine',
      'A#0 domain evil.com',
      'A#1 domain evil.com',
    ]);
  });
});

describe('the limit for one event', () => {
  test('matches over it are counted; suppressed ones do not use it up', () => {
    const index = indexOf(
      { name: 'A', records: ['domain:x.com', 'domain:x.com', 'ip:192.0.2.1', 'domain:y.com'] },
      { name: 'FalsePositive', role: 'suppress', records: ['ip:192.0.2.1'] },
    );
    const found = matchExtraction(
      extraction('ip:192.0.2.1', 'domain:x.com', 'domain:y.com'),
      index.index,
      { perEventDetectionLimit: 2 },
    );
    expect(shown(found)).toEqual(['A#0 domain x.com', 'A#1 domain x.com']);
    expect(found.droppedByLimit).toBe(1);
    expect(found.suppressed).toHaveLength(1);
  });

  test('nothing found is nothing', () => {
    expect(match(indexOf())).toEqual({ matches: [], suppressed: [], droppedByLimit: 0 });
  });
});

describe('what a server answers later', () => {
  const { index } = indexOf({
    name: 'FalsePositive_list',
    role: 'suppress',
    records: ['mask:evil.com/good/*', 'domain:fine.com'],
  });
  const answered = (text: string, ...others: readonly string[]): boolean => {
    const url = observable(text) as UrlObservable;
    const host: Observable = { kind: 'domain', rule: url.rule, text: url.host, value: url.host };
    return isSuppressed(index, { observable: host, url }, extraction(text, ...others));
  };

  test('a host is covered by itself, or with all the URLs that it stands in', () => {
    expect(answered('url:http://fine.com/x')).toBe(true);
    expect(answered('url:http://evil.com/x')).toBe(false);
    expect(answered('url:http://evil.com/good/x')).toBe(true);
    expect(answered('url:http://evil.com/good/x', 'url:http://evil.com/bad')).toBe(false);
    expect(answered('url:http://evil.com/good/x', 'url:http://other.com/bad')).toBe(true);
  });
});
