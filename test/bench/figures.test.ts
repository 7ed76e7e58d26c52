import { describe, expect, test } from '@jest/globals';

import { eventNumberReader } from '../../bench/collector.js';
import { parseCpuSeconds, parseMemory } from '../../bench/process-figures.js';
import { fillTemplate } from '../../bench/programs/peer.js';
import { percentileOf, spreadOf, spreadText, tableText } from '../../bench/report.js';

describe('figures of processes', () => {
  test('CPU time is user and system time of a line of /proc/PID/stat, whatever the name', () => {
    const stat =
      '4711 (my (odd) prog) S 1 4711 4711 0 -1 4194304 100 0 0 0 250 50 9 9 20 0 11 0 123 1 2';
    expect(parseCpuSeconds(stat)).toBe(3);
  });

  test('memory is what is resident, and the most that ever was', () => {
    const status = 'Name:\tnode\nVmPeak:\t  999 kB\nVmHWM:\t    300 kB\nVmRSS:\t    200 kB\n';
    expect(parseMemory(status)).toEqual({ residentBytes: 204_800, peakBytes: 307_200 });
  });
});

describe('the collector', () => {
  const stream = Buffer.from(
    '<134>LEEF:…|usrName=EXAMPLE\\bench00000012\turl=http://bench99999999.example\n' +
      'a status line\n' +
      '{"usrName":"bench00000007"}\nbench0000000x\n',
  );

  test('finds the event of every line, wherever the bytes are cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const numbers: number[] = [];
      const read = eventNumberReader((number) => numbers.push(number));
      read(stream.subarray(0, cut), 0);
      read(stream.subarray(cut), 0);
      expect(numbers).toEqual([12, 7]);
    }
  });
});

describe('the report', () => {
  test('knows least, middle and greatest', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spreadText(spreadOf([1.001, 1.002]), 2)).toBe('1.00');
    expect(spreadText(spreadOf([1, 2, 4000]), 0)).toBe('1 / 2 / 4,000');
  });

  test('takes percentiles by the nearest rank', () => {
    const values = Float64Array.from({ length: 1000 }, (_, place) => place + 1);
    expect([0.5, 0.99, 0.999, 1].map((share) => percentileOf(values, share))).toEqual([
      500, 990, 999, 1000,
    ]);
    expect(percentileOf([], 0.5)).toBe(0);
  });

  test('aligns its columns', () => {
    const text = tableText(
      ['program', 'CPU'],
      [
        ['floor', '0.5'],
        ['x', '12.0'],
      ],
    );
    expect(text).toBe('program    CPU\nfloor      0.5\nx         12.0\n');
  });
});

describe('templates of other programs', () => {
  test('are filled, and fail for a value that is missing', () => {
    expect(fillTemplate('@version: 3\nport(@PORT@)', { PORT: 5 })).toBe('@version: 3\nport(5)');
    expect(() => fillTemplate('@FILE@', {})).toThrow('@FILE@');
  });
});
