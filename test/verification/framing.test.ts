import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { frameMessage } from '../../dsm/syslog/frame.js';
import { MessageAssembler } from '../../verification/framing.js';

/** Feeds the bytes in pieces that end at the given places. */
function assemble(bytes: Buffer, cuts: readonly number[]): readonly string[] {
  const assembler = new MessageAssembler();
  const messages: string[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    if (cut <= from || cut > bytes.length) continue;
    messages.push(...assembler.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...messages, ...assembler.end()];
}

describe('messages out of a stream', () => {
  const message = fc
    .string({ unit: 'binary', minLength: 0, maxLength: 40 })
    .map((text) => `<134>${text.replace(/[\r\n\ud800-\udfff]/g, '')}Ж€`);

  test('any cuts give the same messages, in both framings mixed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.constantFrom('lf' as const, 'octet-counting' as const))),
        fc.array(fc.nat(400)),
        (messages, cuts) => {
          const bytes = Buffer.from(
            messages.map(([text, framing]) => frameMessage(text, framing)).join(''),
          );
          expect(assemble(bytes, cuts)).toEqual(messages.map(([text]) => text));
        },
      ),
    );
  });

  test('CR before LF and blank lines are no part of messages', () => {
    expect(assemble(Buffer.from('<1>a\r\n\n\r\n<1>b\n'), [])).toEqual(['<1>a', '<1>b']);
  });

  test('octet counting with a line end inside the count', () => {
    expect(assemble(Buffer.from('5 <1>a\n4 <1>b'), [3])).toEqual(['<1>a', '<1>b']);
  });

  test('what has no end comes when the connection ends', () => {
    expect(assemble(Buffer.from('<1>a\n<1>b'), [])).toEqual(['<1>a', '<1>b']);
  });

  test('a time that starts with digits is not taken for a count', () => {
    const line = '2025-07-10T10:10:14Z host LEEF:1.0|';
    expect(assemble(Buffer.from(`${line}\n`), [4, 9])).toEqual([line]);
  });

  test('a stream without line ends is cut at one mebibyte', () => {
    const assembler = new MessageAssembler();
    const lines: string[] = [];
    for (let sent = 0; sent < 40; sent += 1)
      lines.push(...assembler.push(Buffer.alloc(65_536, 'x')));
    expect(lines.map((line) => line.length)).toEqual([1_048_576, 1_048_576]);
  });
});
