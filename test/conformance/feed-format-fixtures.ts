import type { FeedRecord } from '../../forwarder/core/index.js';

/** What a format shows of itself to the conformance suite. */
export interface FeedFormatFixture {
  /** A whole file, and the records that it holds. */
  readonly good: string;
  readonly records: readonly FeedRecord[];
  /** The same file with a record that cannot be used in its middle, and the number of that record. */
  readonly withBadRecord: string;
  readonly badRecord: number;
  /** A file that holds no record and is none the less whole; undefined when the format has none. */
  readonly empty: string | undefined;
  /** Whether the format can tell that a file is cut short; one that cannot says so in its docs. */
  readonly noticesTruncation: boolean;
  /** Files that must fail as a whole. */
  readonly damaged: readonly string[];
  /** A file without end of usable records, for a reader that stops early. */
  readonly endless: () => Generator<string>;
}

const first = '{"mask": "a.example/x", "type": 2, "geo": ["ru", "ua"]}';
const second = '{"MD5": "FEAF2058298C1E174C2B79AFFC7CF4DF", "threat": "Троян \\"x\\" \\u0041"}';
const third = '{"ip": "192.0.2.1", "whois": {"country": "RU"}}';

const records: readonly FeedRecord[] = [
  {
    indicators: [{ kind: 'url', value: 'a.example/x' }],
    context: [
      ['mask', 'a.example/x'],
      ['type', '2'],
      ['geo', 'ru, ua'],
    ],
  },
  {
    indicators: [{ kind: 'md5', value: 'feaf2058298c1e174c2b79affc7cf4df' }],
    context: [
      ['MD5', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
      ['threat', 'Троян "x" A'],
    ],
  },
  {
    indicators: [{ kind: 'ip', value: '192.0.2.1' }],
    context: [
      ['ip', '192.0.2.1'],
      ['whois_country', 'RU'],
    ],
  },
];

/** One fixture for each format of forwarder/feeds/formats/index.ts, by its name. */
export const feedFormatFixtures: Readonly<Record<string, FeedFormatFixture>> = {
  'kaspersky-json': {
    good: `[\n  ${first},\r\n\t${second} , ${third}\n]\n`,
    records,
    withBadRecord: `[${first}, {"mask": nothing}, ${second}, ${third}]`,
    badRecord: 2,
    empty: ' [ ]\n',
    noticesTruncation: true,
    damaged: [
      '',
      ' \n',
      '{}',
      'mask\na.example\n',
      '[',
      `[${first}`,
      `[${first},`,
      `[${first}, {"mask": "b.exam`,
      `[${first}, {"mask": "b.example"]`,
      `[${first}]]`,
      `[${first}][${second}]`,
    ],
    endless: function* () {
      yield '[';
      for (;;) yield `${first},`;
    },
  },
};
