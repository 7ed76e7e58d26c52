import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { OpeningReader, startsWithFlag } from '../../../forwarder/intake/cybertrace/flags.js';

const SF = 'X-KF-SendFinishedEvent';
const RB = 'X-KF-ReplyBack';
const SS = 'X-KF-SaveStatistic';

interface Read {
  readonly flags: string;
  /** What is left for the events. */
  readonly rest: string;
}

/** Reads a whole stream that comes in these chunks and then ends. */
function read(chunks: readonly string[]): Read | 'ping' {
  const reader = new OpeningReader();
  for (const [index, text] of chunks.entries()) {
    const chunk = Buffer.from(text, 'latin1');
    const opening = reader.push(chunk);
    if (opening === undefined) continue;
    if (opening.kind === 'ping') return 'ping';
    const rest = opening.before + text.slice(opening.start) + chunks.slice(index + 1).join('');
    return { flags: names(opening.flags), rest };
  }
  const opening = reader.end();
  return opening.kind === 'ping' ? 'ping' : { flags: names(opening.flags), rest: opening.before };
}

function names(flags: {
  readonly sendFinished: boolean;
  readonly replyBack: boolean;
  readonly saveStatistic: boolean;
}): string {
  const { sendFinished, replyBack, saveStatistic } = flags;
  return `${sendFinished ? 'SF ' : ''}${replyBack ? 'RB ' : ''}${saveStatistic ? 'SS' : ''}`.trim();
}

describe('the flags at the start of a session', () => {
  test.each([
    ['SF', SF],
    ['RB', RB],
    ['SF RB', SF + RB],
    ['RB SS', RB + SS],
    ['SF RB SS', SF + RB + SS],
    ['SF SS', SF + SS],
    ['SS', SS],
    ['', ''],
  ])('%s', (flags, text) => {
    expect(read([`${text}192.0.2.1\n`])).toEqual({ flags, rest: '192.0.2.1\n' });
    expect(read([text])).toEqual({ flags, rest: '' });
    if (flags === '') return;
    for (const end of ['\n', '\r\n', '\r']) {
      expect(read([`${text}${end}x\n`])).toEqual({ flags, rest: 'x\n' });
    }
  });

  test('only one line end belongs to them', () => {
    expect(read([`${RB}\n\nx`])).toEqual({ flags: 'RB', rest: '\nx' });
    expect(read([`${RB}\n\rx`])).toEqual({ flags: 'RB', rest: '\rx' });
    expect(read([`${RB}\r\rx`])).toEqual({ flags: 'RB', rest: '\rx' });
    expect(read(['\r\nx'])).toEqual({ flags: '', rest: '\r\nx' });
  });

  test('out of order, twice, in other letters or behind a line end they are event text', () => {
    expect(read([`${RB}${SF}x`])).toEqual({ flags: 'RB', rest: `${SF}x` });
    expect(read([`${SS}${RB}x`])).toEqual({ flags: 'SS', rest: `${RB}x` });
    expect(read([`${SF}${SF}x`])).toEqual({ flags: 'SF', rest: `${SF}x` });
    expect(read([`${SF}\n${RB}x`])).toEqual({ flags: 'SF', rest: `${RB}x` });
    expect(read([` ${SF}x`])).toEqual({ flags: '', rest: ` ${SF}x` });
    expect(read(['x-kf-replybackx'])).toEqual({ flags: '', rest: 'x-kf-replybackx' });
  });

  test('what only begins like a flag is event text', () => {
    expect(read(['X-KF-S', 'ession=1\n'])).toEqual({ flags: '', rest: 'X-KF-Session=1\n' });
    expect(read([`${RB}X-K`, 'ey\n'])).toEqual({ flags: 'RB', rest: 'X-Key\n' });
    expect(read([`${RB}PIN`, 'x\n'])).toEqual({ flags: 'RB', rest: 'PINx\n' });
    expect(read([`${RB}PIN`])).toEqual({ flags: 'RB', rest: 'PIN' });
    expect(read(['X-KF'])).toEqual({ flags: '', rest: 'X-KF' });
  });

  test('a health check is one only as the first message, whatever follows it', () => {
    expect(read([`${RB}PING`])).toBe('ping');
    expect(read([`${RB}PING\r\n`])).toBe('ping');
    expect(read([`${RB}PI`, 'NGandmore'])).toBe('ping');
    expect(read([`${SF}${RB}PING`])).toEqual({ flags: 'SF RB', rest: 'PING' });
  });

  test('it is known early whether a stream can still be a health check', () => {
    const reader = new OpeningReader();
    expect([reader.isEmpty, reader.mayBePing]).toEqual([true, true]);
    reader.push(Buffer.from('X-KF-'));
    expect([reader.isEmpty, reader.mayBePing]).toEqual([false, true]);
    reader.push(Buffer.from('S'));
    expect(reader.mayBePing).toBe(false);
  });
});

describe('any input', () => {
  const piece = fc.oneof(
    fc.constantFrom(SF, RB, SS, 'PING', '\r', '\n', 'X-KF-', 'X', 'S', 'R', 'event'),
    fc.constantFrom(SF, RB, SS).chain((flag) => fc.nat(flag.length).map((n) => flag.slice(0, n))),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)) }),
  );
  const stream = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

  test('gives the same however it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(120), { maxLength: 12 }), (text, cuts) => {
        const places = [...new Set(cuts.filter((at) => at <= text.length))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, i) => text.slice(from, places[i]));
        expect(read(chunks)).toEqual(read([text]));
        expect(read(Array.from(text))).toEqual(read([text]));
      }),
      { numRuns: 400 },
    );
  });

  test('is what an expression over the whole of it says', () => {
    const grammar = new RegExp(`^(${SF})?(${RB})?(${SS})?`);
    fc.assert(
      fc.property(stream, (text) => {
        if (text.startsWith(`${RB}PING`)) {
          expect(read([text])).toBe('ping');
          return;
        }
        const [all = '', sf, rb, ss] = grammar.exec(text) ?? [];
        const behind = text.slice(all.length);
        expect(read([text])).toEqual({
          flags: [sf && 'SF', rb && 'RB', ss && 'SS'].filter(Boolean).join(' '),
          rest: all === '' ? behind : behind.replace(/^(\r\n|\r|\n)/, ''),
        });
      }),
      { numRuns: 400 },
    );
  });
});

test('an event that begins with a flag is told from one that holds it', () => {
  const starts = (text: string): boolean => {
    const bytes = Buffer.from(`##${text}`);
    return startsWithFlag(bytes, 2, bytes.length);
  };
  expect([SF, `${RB}PING`, `${SS}x`].map(starts)).toEqual([true, true, true]);
  expect(['X-KF-Reply', 'X', '', `a ${RB}`, 'X-Key=1'].map(starts)).toEqual(
    Array.from({ length: 5 }, () => false),
  );
  // What follows in the buffer is not the event's.
  expect(startsWithFlag(Buffer.from(RB), 0, 10)).toBe(false);
});
