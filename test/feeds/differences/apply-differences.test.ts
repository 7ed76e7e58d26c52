import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError, type FeedProblem } from '../../../forwarder/core/index.js';
import {
  applyDifferences,
  type DifferenceFile,
  type DifferenceOptions,
} from '../../../forwarder/feeds/differences/index.js';
import { kasperskyJson } from '../../../forwarder/feeds/formats/kaspersky-json.js';

async function* bytesOf(text: string, size = 1 << 20): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
}

function file(content: unknown, origin = 'diff.json', size?: number): DifferenceFile {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return { origin, read: () => bytesOf(text, size) };
}

interface Outcome {
  /** The fields of each record, in order. */
  readonly records: unknown[];
  readonly problems: FeedProblem[];
}

async function apply(
  snapshot: unknown,
  differences: readonly DifferenceFile[],
  options: Partial<DifferenceOptions> = {},
): Promise<Outcome> {
  const outcome: Outcome = { records: [], problems: [] };
  const read = kasperskyJson.read(bytesOf(JSON.stringify(snapshot)));
  for await (const result of applyDifferences(read, differences, {
    format: 'kaspersky-json',
    ...options,
  })) {
    if (result.ok) outcome.records.push(result.value.fields);
    else outcome.problems.push(result.problem);
  }
  return outcome;
}

async function errorOf(
  differences: readonly DifferenceFile[],
  options = {},
): Promise<ServiceError> {
  try {
    await apply(snapshot, differences, options);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const a = { id: 1, mask: 'a.example/*', popularity: 1 };
const b = { id: 2, mask: 'b.example/*', popularity: 1 };
const c = { mask: 'c.example/*', popularity: 1 };
const d = { id: 4, mask: 'd.example/*', popularity: 1 };
const snapshot = [a, b, c];
const b2 = { ...b, popularity: 5 };

describe('the shapes of differences', () => {
  const marked = [
    { action: 'delete', id: 1 },
    { action: 'update', ...b2 },
    { action: 'ADDED', ...d },
  ];
  test.each<[string, unknown]>([
    ['an array of marked records', marked],
    ['one marked record a line', marked.map((record) => `${JSON.stringify(record)}\r\n`).join('')],
    [
      'lists by action',
      { version: 7, removed: [{ id: 1 }], updated: [b2], added: [d], note: ['x'] },
    ],
    ['lists with other words, ids alone', { Deleted: [1], modified: [b2], new: [d] }],
    ['removed by what it looks for', { removed: ['a.example/*'], changed: [b2, d] }],
    ['after a byte order mark', `\ufeff${JSON.stringify(marked)}`],
  ])('%s', async (_, content) => {
    for (const size of [1, 7, 1 << 20]) {
      const outcome = await apply(snapshot, [file(content, 'diff.json', size)]);
      expect(outcome).toEqual({ records: [b2, c, d], problems: [] });
    }
  });

  test.each([
    ['operation', 'removed'],
    ['status', 'Deleted'],
    ['Action', ' remove '],
  ])('a mark: %s %s', async (name, word) => {
    expect(
      (await apply(snapshot, [file([{ [name]: word, mask: 'C.example/*' }])])).records,
    ).toEqual([a, b]);
  });

  test('a field of that name that says something else stays, and the record is put in', async () => {
    const online = { ...d, status: 'online' };
    expect((await apply(snapshot, [file([online])])).records).toEqual([a, b, c, online]);
  });

  test('in a list by action a mark is a field like any other', async () => {
    const fresh = { ...d, status: 'new' };
    expect((await apply(snapshot, [file({ added: [fresh] })])).records).toEqual([a, b, c, fresh]);
  });

  test.each([['[]'], ['{"added":[],"removed":[]}']])('nothing has changed: %s', async (content) => {
    expect(await apply(snapshot, [file(content)])).toEqual({ records: snapshot, problems: [] });
  });
});

describe('which record is meant', () => {
  test('by its id: what it looks for may change', async () => {
    const moved = { id: 2, mask: 'moved.example' };
    expect((await apply(snapshot, [file([moved])])).records).toEqual([a, moved, c]);
  });

  test('an id is the same as text and as number, with all digits', async () => {
    const long =
      '[{"id": "7", "mask": "x.example"}, {"action": "remove", "id": 12345678901234567891}]';
    const first = [
      { id: 7, mask: 'old.example' },
      { id: '12345678901234567891', mask: 'y.example' },
      { id: '12345678901234567890', mask: 'z.example' },
    ];
    expect((await apply(first, [file(long)])).records).toEqual([
      { id: '7', mask: 'x.example' },
      first[2],
    ]);
  });

  test('without an id by the set of what it looks for, in any order and spelling', async () => {
    const hashes = { MD5: 'a'.repeat(32), SHA1: 'b'.repeat(40) };
    const removed = { action: 'remove', SHA1: 'B'.repeat(40), MD5: 'A'.repeat(32) };
    expect((await apply([hashes, { id: 5, ...hashes }, c], [file([removed])])).records).toEqual([
      c,
    ]);
    expect(
      (await apply([hashes], [file([{ action: 'remove', MD5: hashes.MD5 }])])).records,
    ).toEqual([hashes]);
  });

  test('by configured fields', async () => {
    const fields = [{ path: 'x/y', kind: 'domain' as const }];
    const first = { x: { y: 'A.example' } };
    async function* one() {
      for await (const result of kasperskyJson.read(bytesOf(JSON.stringify([first])), { fields }))
        yield result;
    }
    const results = [];
    const made = applyDifferences(one(), [file([{ action: 'delete', x: { y: 'a.example' } }])], {
      format: 'json',
      fields,
    });
    for await (const result of made) results.push(result);
    expect(results).toEqual([]);
  });
});

describe('several files', () => {
  test('of one record the last one counts', async () => {
    const files = [
      file([
        { ...d, action: 'add' },
        { action: 'delete', id: 2 },
      ]),
      file([b2]),
      file([{ action: 'delete', id: 4 }]),
    ];
    expect((await apply(snapshot, files)).records).toEqual([a, b2, c]);
  });

  test('added by its id, then removed by what it looks for; and the other way round', async () => {
    const removal = file({ removed: ['d.example/*'] });
    expect((await apply(snapshot, [file([d]), removal])).records).toEqual([a, b, c]);
    expect((await apply(snapshot, [removal, file([d])])).records).toEqual([a, b, c, d]);
  });

  test('removals of what is not there are no fault', async () => {
    expect(await apply(snapshot, [file({ removed: [99, 'x.example'] })])).toEqual({
      records: snapshot,
      problems: [],
    });
  });
});

describe('bad differences', () => {
  test('an entry that says nothing usable is a problem, and the rest is applied', async () => {
    const { records, problems } = await apply(snapshot, [
      file(
        [{ action: 'delete' }, { action: 'add', mask: '*' }, { action: 'add', id: 9 }, 7, d],
        'x/diff_1.json',
      ),
    ]);
    expect(records).toEqual([...snapshot, d]);
    expect(problems.map(({ record, fault, reason }) => [record, fault, reason])).toEqual([
      [1, 'no-indicator', 'in x/diff_1.json: left out: neither id nor indicator in it'],
      [2, 'bad-indicator', 'in x/diff_1.json: left out: mask "*" would cover every URL'],
      [3, 'no-indicator', 'in x/diff_1.json: left out: no indicator in it'],
      [4, 'syntax', 'in x/diff_1.json: left out: not a JSON object'],
    ]);
    expect(problems[1]?.row).toBe('{"action":"add","mask":"*"}');
  });

  test('a record of which a part can be used is put in, with its problem', async () => {
    const half = { MD5: 'a'.repeat(32), SHA1: '-' };
    const { records, problems } = await apply([], [file([half])]);
    expect(records).toEqual([half]);
    expect(problems.map(({ reason }) => reason)).toEqual([
      'in diff.json: its other indicators are used: SHA1 "-" is not 40 hex digits',
    ]);
  });

  test.each([['[{"id":1'], ['{"added":[{"id":1}]'], ['[]]'], ['id;mask']])(
    'a damaged file fails as a whole: %s',
    async (text) => {
      const error = await errorOf([file(text, 'x.json')]);
      expect([error.code, error.where]).toEqual([
        'TF_FEED',
        expect.stringMatching(/^x\.json: byte \d+$/),
      ]);
    },
  );

  test('more changes than the limits allow', async () => {
    const many = { removed: Array.from({ length: 11 }, (_, index) => index) };
    const limits = { maxChanges: 10, maxLength: 1000 };
    const error = await errorOf([file(many, 'x.json')], { limits });
    expect([error.code, error.where, error.message]).toEqual([
      'TF_FEED',
      'x.json',
      'The differences hold more than 10 changes.',
    ]);
    expect(error.hint).toMatch(/newer snapshot/);
    const large = file([{ ...d, text: 'x'.repeat(1000) }]);
    expect((await errorOf([large], { limits })).message).toMatch(/1000 characters/);
    // Replaced ones do not count.
    const same = Array.from({ length: 100 }, () => d);
    expect((await apply(snapshot, [file(same)], { limits })).records).toEqual([...snapshot, d]);
  });
});

test('the same as a map of records, for any snapshot and changes', async () => {
  const id = fc.nat(9);
  const change = fc.record({ id, isRemoval: fc.boolean(), n: fc.nat(99) });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(id, { maxLength: 10 }),
      fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 4 }),
      async (ids, files) => {
        const recordOf = (key: number, n: number): { id: number; mask: string; n: number } => ({
          id: key,
          mask: `h${key}.example`,
          n,
        });
        const expected = new Map(ids.map((key) => [key, recordOf(key, 100)]));
        for (const { id: key, isRemoval, n } of files.flat()) {
          if (isRemoval) expected.delete(key);
          else expected.set(key, recordOf(key, n));
        }
        const { records, problems } = await apply(
          ids.map((key) => recordOf(key, 100)),
          files.map((changes) =>
            file(
              changes.map(({ id: key, isRemoval, n }) =>
                isRemoval
                  ? { action: 'delete', id: key }
                  : { action: 'update', ...recordOf(key, n) },
              ),
            ),
          ),
        );
        expect(problems).toEqual([]);
        const byId = (x: unknown, y: unknown): number =>
          (x as { id: number }).id - (y as { id: number }).id;
        expect(records.sort(byId)).toEqual([...expected.values()].sort(byId));
      },
    ),
  );
});
