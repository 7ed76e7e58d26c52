import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceError } from '../../../forwarder/core/index.js';
import { recordLimits } from '../../../forwarder/feeds/formats/json/list-items.js';
import type { Visitor, WalkStep } from '../../../forwarder/feeds/formats/json/walk-step.js';
import { walkJson } from '../../../forwarder/feeds/formats/json/walk.js';

async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  const reused = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    reused.fill(0x58);
    reused.set(piece);
    yield await Promise.resolve(reused.subarray(0, piece.length));
  }
}

async function walk(text: string, visit: Visitor, size = 65_536): Promise<WalkStep[]> {
  const steps: WalkStep[] = [];
  for await (const step of walkJson(pieces(text, size), recordLimits, visit, 'x.json')) {
    steps.push(step);
  }
  return steps;
}

const isContainer = (first: number): boolean => first === 0x7b || first === 0x5b;
const enterAll: Visitor = (_path, first) => (isContainer(first) ? 'enter' : { takeBytes: 1000 });

/** What enterAll must give for a value, by JSON.stringify of its scalars. */
function expected(value: unknown, path: string): string[] {
  const below = (name: string): string => (path === '' ? name : `${path}/${name}`);
  if (Array.isArray(value)) {
    return [`[${path}`, ...value.flatMap((item) => expected(item, below('*'))), `]${path}`];
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    return [
      `{${path}`,
      ...members.flatMap(([key, item]) => expected(item, below(key.replaceAll('/', '~1')))),
      `]${path}`,
    ];
  }
  return [`${path}=${JSON.stringify(value)}`];
}

function shown(step: WalkStep): string {
  switch (step.kind) {
    case 'begin':
      return `${step.isList ? '[' : '{'}${step.path}`;
    case 'value':
      return `${step.path}=${JSON.stringify(JSON.parse(step.text))}`;
    case 'item':
      return `${step.path}:${step.item.ok ? step.item.text.trim() : step.item.reason}`;
    case 'end':
      return `]${step.path}`;
    case 'too-large':
      return `${step.path} is too large`;
    default:
      return step satisfies never;
  }
}

const document = fc.oneof(
  fc.array(fc.jsonValue({ maxDepth: 4 })),
  fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 4 })),
);
const layout = fc.constantFrom(undefined, 1, '\r\n\t');

test('every value of any document comes with its path, in any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      document,
      layout,
      fc.integer({ min: 1, max: 40 }),
      async (value, gap, size) => {
        const text = JSON.stringify(value, null, gap === '\r\n\t' ? '\t' : gap);
        const steps = await walk(text, enterAll, size);
        expect(steps.map(shown)).toEqual(expected(JSON.parse(text), ''));
      },
    ),
  );
});

test('what is taken is the text as it stands, whatever is in it', async () => {
  await fc.assert(
    fc.asyncProperty(document, fc.integer({ min: 1, max: 40 }), async (value, size) => {
      const text = JSON.stringify({ a: value, b: 1 });
      const visit: Visitor = (path) =>
        path === '' ? 'enter' : path === 'a' ? { takeBytes: 100_000 } : 'skip';
      const steps = await walk(text, visit, size);
      expect(steps).toEqual([
        { kind: 'begin', path: '', isList: false },
        { kind: 'value', path: 'a', text: JSON.stringify(value) },
        { kind: 'end', path: '' },
      ]);
    }),
  );
});

test('a list of records is cut; other values are taken up to their limit, or passed over', async () => {
  const visit: Visitor = (path) => {
    if (path === '' || path === 'b') return 'enter';
    return path === 'b/list' ? 'items' : path === 'c' ? 'skip' : { takeBytes: 5 };
  };
  const text =
    '{"a": "abc", "b": {"list": [{"x": 1}, bad, [2]], "long": "abcd"}, "c": [[{}]], "d": 12}';
  for (const size of [1, 2, 3, 1000]) {
    expect((await walk(text, visit, size)).map(shown)).toEqual([
      '{',
      'a="abc"',
      '{b',
      '[b/list',
      'b/list:{"x": 1}',
      'b/list:bad',
      'b/list:[2]',
      ']b/list',
      'b/long is too large',
      ']b',
      'd=12',
      ']',
    ]);
  }
});

test.each([
  ['', 'byte 0', 'is empty'],
  [' \n', 'byte 2', 'is empty'],
  ['7', 'byte 0', 'is no valid JSON'],
  ['{"a": 1', 'byte 7', 'ends inside its JSON document'],
  ['{"a": [1', 'byte 8', 'ends inside its JSON document'],
  ['{"a" 1}', 'byte 5', 'is no valid JSON'],
  ['{"a": 1]', 'byte 7', 'is no valid JSON'],
  ['{"a": 1,}', 'byte 8', 'is no valid JSON'],
  ['{"a": tru}', 'byte 6', 'is no valid JSON'],
  ['{"\\x": 1}', 'byte 2', 'is no valid JSON'],
  ['[1] {}', 'byte 4', 'goes on after its end'],
  ['{} []', 'byte 3', 'is no valid JSON'],
  ['['.repeat(300), 'byte 256', 'is nested more than 256 levels deep'],
])('%j fails at %s', async (text, place, message) => {
  const error: unknown = await walk(text, enterAll).catch((reason: unknown) => reason);
  if (!(error instanceof ServiceError)) throw new Error('no error');
  expect([error.code, error.where]).toEqual(['TF_FEED', `x.json: ${place}`]);
  expect(error.message).toContain(message);
});

test('any bytes give steps or one error of feeds', async () => {
  const noise = fc.array(
    fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '1', 'null', ' ', 'é', '\u0000'),
    { maxLength: 40 },
  );
  const mixed: Visitor = (path, first) =>
    !isContainer(first) ? 'skip' : path.length < 3 ? 'enter' : first === 0x5b ? 'items' : 'skip';
  await fc.assert(
    fc.asyncProperty(noise, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const outcome: unknown = await walk(parts.join(''), mixed, size).catch(
        (reason: unknown) => reason,
      );
      expect(Array.isArray(outcome) || outcome instanceof ServiceError).toBe(true);
    }),
  );
});
