import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  feedFaults,
  ServiceError,
  type FeedFormat,
  type FeedProblem,
  type FeedRecord,
} from '../../forwarder/core/index.js';
import { feedFormats } from '../../forwarder/feeds/index.js';
import { feedFormatFixtures, type FeedFormatFixture } from './feed-format-fixtures.js';

/** What every feed format promises (FeedFormat in core), tested over the list of formats. */

interface Outcome {
  readonly records: FeedRecord[];
  readonly problems: FeedProblem[];
  readonly error: ServiceError | undefined;
}

async function* asStream(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function readAll(format: FeedFormat, chunks: Iterable<Uint8Array>): Promise<Outcome> {
  const records: FeedRecord[] = [];
  const problems: FeedProblem[] = [];
  try {
    for await (const result of format.read(asStream(chunks))) {
      if (result.ok) records.push(withoutFields(result.value));
      else problems.push(result.problem);
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return { records, problems, error };
  }
  return { records, problems, error: undefined };
}

/** The record as the index takes it: the tree it came from is the format's own affair. */
function withoutFields({ indicators, context }: FeedRecord): FeedRecord {
  return { indicators, context };
}

/** The bytes, cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  edges.sort((a, b) => a - b);
  return edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const places = fc.array(fc.nat(), { maxLength: 30 });

test('every format has a fixture', () => {
  expect(Object.keys(feedFormatFixtures).sort()).toEqual(
    feedFormats.map(({ name }) => name).sort(),
  );
});

describe.each(feedFormats.map((format) => [format.name, format] as const))('%s', (name, format) => {
  const fixture = feedFormatFixtures[name] as FeedFormatFixture;

  test('reads the records of a file, in order', async () => {
    const outcome = await readAll(format, [utf8(fixture.good)]);
    expect(outcome).toEqual({ records: fixture.records, problems: [], error: undefined });
  });

  test('recognises its own file', () => {
    expect(format.recognises(utf8(fixture.good.trimStart()))).toBe(true);
    expect(format.recognises(utf8('\u0000\u0001'))).toBe(false);
  });

  test('takes a byte order mark before the file', async () => {
    const { records, error } = await readAll(format, [utf8(`\ufeff${fixture.good}`)]);
    expect([records, error]).toEqual([fixture.records, undefined]);
  });

  test('gives the same for any split of the bytes', async () => {
    const bytes = utf8(fixture.withBadRecord);
    const whole = await readAll(format, [bytes]);
    await fc.assert(
      fc.asyncProperty(places, async (at) => {
        expect(await readAll(format, cut(bytes, at))).toEqual(whole);
      }),
    );
    const single = await readAll(
      format,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    expect(single).toEqual(whole);
  });

  test('does not keep a chunk: its bytes may be overwritten after the next one is asked for', async () => {
    const bytes = utf8(fixture.good);
    const reused = new Uint8Array(7);
    function* pieces(): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += reused.length) {
        const piece = bytes.subarray(at, at + reused.length);
        reused.fill(0x58);
        reused.set(piece);
        yield reused.subarray(0, piece.length);
      }
    }
    expect((await readAll(format, pieces())).records).toEqual(fixture.records);
  });

  test('passes over a bad record, says which, and goes on', async () => {
    const { records, problems, error } = await readAll(format, [utf8(fixture.withBadRecord)]);
    expect(records).toEqual(fixture.records);
    expect(problems).toEqual([
      expect.objectContaining({
        record: fixture.badRecord,
        fault: expect.stringMatching(new RegExp(`^(?:${feedFaults.join('|')})$`)),
        reason: expect.any(String),
      }),
    ]);
    expect(problems[0]?.reason).not.toBe('');
    expect(error).toBeUndefined();
  });

  test('takes a file without records for what it is', async () => {
    if (fixture.empty === undefined) return;
    const outcome = await readAll(format, [utf8(fixture.empty)]);
    expect(outcome).toEqual({ records: [], problems: [], error: undefined });
  });

  test.each(fixture.damaged)('fails as a whole: %j', async (text) => {
    const { error } = await readAll(format, [utf8(text)]);
    expect(error?.code).toBe('TF_FEED');
    expect(error?.where).toMatch(/byte \d+/);
    expect(error?.hint).toBeTruthy();
  });

  test('a file cut short anywhere fails as a whole, where the format can tell', async () => {
    const bytes = utf8(fixture.good.trimEnd());
    for (let length = 0; length < bytes.length; length++) {
      const { error } = await readAll(format, [bytes.slice(0, length)]);
      const allowed = fixture.noticesTruncation ? ['TF_FEED'] : ['TF_FEED', undefined];
      expect(allowed).toContain(error?.code);
    }
  });

  test('no bytes make it throw anything but TF_FEED', async () => {
    const good = utf8(fixture.good);
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, places, async (changes, at) => {
        const bytes = Uint8Array.from(good);
        for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
        const { error } = await readAll(format, cut(bytes, at));
        expect(error?.code ?? 'TF_FEED').toBe('TF_FEED');
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { error } = await readAll(format, [bytes]);
        expect(error?.code ?? 'TF_FEED').toBe('TF_FEED');
      }),
    );
  });

  test('one changed byte never makes more records disappear unnoticed than the format allows', async () => {
    const good = utf8(fixture.good);
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), async (place, byte) => {
        const bytes = Uint8Array.from(good);
        bytes[place] = byte;
        const { records, problems, error } = await readAll(format, [bytes]);
        const isNoticed = error !== undefined || problems.length > 0;
        const difference = Math.abs(records.length - fixture.records.length);
        expect(isNoticed || difference <= fixture.hiddenByOneByte).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('gives records while the bytes come, and lets go of them when the reader stops', async () => {
    let isClosed = false;
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (const piece of fixture.endless()) {
          given += 1;
          yield await Promise.resolve(utf8(piece));
        }
      } finally {
        isClosed = true;
      }
    }
    let seen = 0;
    for await (const result of format.read(endless())) {
      expect(result.ok).toBe(true);
      seen += 1;
      if (seen === 1000) break;
    }
    expect(isClosed).toBe(true);
    // No reading ahead: a bounded number of pieces for each record.
    expect(given).toBeLessThanOrEqual(1010);
  });
});
