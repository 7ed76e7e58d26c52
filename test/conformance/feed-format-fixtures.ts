import type { FeedRecord, IndicatorKind } from '../../forwarder/core/index.js';
import { jsonFixture } from '../feeds/formats/json-fixture.js';

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
  /** How many records one changed byte may take away without a word, e.g. by making a comment of one. */
  readonly hiddenByOneByte: number;
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

const listed: readonly string[] = [
  '# A list\r\n',
  '192.0.2.1:443\r\n',
  ' Bad.Example # since May\n',
  '\n',
  '"hxxp://evil[.]example/x.php"\n',
  '; hashes, then names\n',
  'FEAF2058298C1E174C2B79AFFC7CF4DF;family\n',
  '0.0.0.0\ta.example b.example',
];

function listRecord(kind: IndicatorKind, value: string): FeedRecord {
  return { indicators: [{ kind, value }], context: [] };
}

const xmlHead =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<f:feed xmlns:f="urn:feed" made="today">\n';
const xmlItems: readonly string[] = [
  '<f:item id="7"><url>http://a.example/x?a=1&amp;b=2</url><geo>ru</geo><geo>ua</geo></f:item>\n',
  '<f:item><MD5 by="x">FEAF2058298C1E174C2B79AFFC7CF4DF</MD5><t>Троян &lt;x&gt; &#x41;</t></f:item>',
  '<f:item ip="192.0.2.1"><whois><country><![CDATA[RU]]></country></whois></f:item>',
];
const xmlEnd = '</f:feed>\n';

const xmlRecords: readonly FeedRecord[] = [
  {
    indicators: [{ kind: 'url', value: 'a.example/x?a=1&b=2' }],
    context: [
      ['id', '7'],
      ['url', 'http://a.example/x?a=1&b=2'],
      ['geo', 'ru, ua'],
    ],
  },
  {
    indicators: [{ kind: 'md5', value: 'feaf2058298c1e174c2b79affc7cf4df' }],
    context: [
      ['MD5_by', 'x'],
      ['MD5', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
      ['t', 'Троян <x> A'],
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
    hiddenByOneByte: 0,
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
  json: jsonFixture,
  xml: {
    good: [xmlHead, ...xmlItems, xmlEnd].join(''),
    records: xmlRecords,
    withBadRecord: [xmlHead, xmlItems[0], '<f:item><t>x</t></f:item>', ...xmlItems.slice(1)]
      .concat(xmlEnd)
      .join(''),
    badRecord: 2,
    empty: `${xmlHead}${xmlEnd}`,
    noticesTruncation: true,
    hiddenByOneByte: 0,
    damaged: [
      '',
      ' \n',
      '[]',
      'a.example\n',
      xmlHead,
      `${xmlHead}${xmlItems[0]}`,
      `${xmlHead}<f:item>${xmlEnd}`,
      `${xmlHead}${xmlItems[0]}${xmlEnd}<more/>`,
      `${xmlHead}<f:item><url>a.example/&nbsp;</url></f:item>${xmlEnd}`,
      '<!DOCTYPE f [<!ENTITY a "b">]><f><item url="a.example/&a;"/></f>',
      '<html><body>Log in</body></html>',
    ],
    endless: function* () {
      yield xmlHead;
      for (;;) yield xmlItems.join('');
    },
  },
  list: {
    good: listed.join(''),
    records: [
      listRecord('ip', '192.0.2.1'),
      listRecord('domain', 'bad.example'),
      listRecord('url', 'evil.example/x.php'),
      listRecord('md5', 'feaf2058298c1e174c2b79affc7cf4df'),
      {
        indicators: [
          { kind: 'domain', value: 'a.example' },
          { kind: 'domain', value: 'b.example' },
        ],
        context: [],
      },
    ],
    withBadRecord: [...listed.slice(0, 4), 'no indicator at all\n', ...listed.slice(4)].join(''),
    badRecord: 5,
    empty: '# nothing today\r\n\n',
    noticesTruncation: false,
    hiddenByOneByte: 1,
    damaged: ['bad.example\n\u0000\u0000', '\u0000b\u0000a\u0000d'],
    endless: function* () {
      for (;;) yield 'bad.example\n';
    },
  },
};
