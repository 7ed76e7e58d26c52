import type { FeedRecord, IndicatorKind } from '../../forwarder/core/index.js';
import { csvFixture } from '../feeds/formats/csv-fixture.js';
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
      ['whois/country', 'RU'],
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
      ['MD5/by', 'x'],
      ['MD5', 'FEAF2058298C1E174C2B79AFFC7CF4DF'],
      ['t', 'Троян <x> A'],
    ],
  },
  {
    indicators: [{ kind: 'ip', value: '192.0.2.1' }],
    context: [
      ['ip', '192.0.2.1'],
      ['whois/country', 'RU'],
    ],
  },
];

const mispFirst =
  '{"id": "1", "type": "ip-dst|port", "category": "Network activity", "to_ids": true, "uuid": "u1", "timestamp": "1700000000", "comment": "", "value": "192.0.2.1|443"}';
const mispSecond =
  '{"type": "sha1", "category": "Payload delivery", "to_ids": "1", "value": "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", "Tag": [{"name": "tlp:green"}]}';
const mispObject =
  '{"name": "url", "Attribute": [{"type": "url", "category": "Network activity", "to_ids": true, "value": "http://a.example/x"}]}';
const mispEvent = (attributes: string): string =>
  `{"Event": {"info": "Кампания", "Galaxy": [{"x": [1, null]}], "Attribute": [${attributes}],\n "Object": [${mispObject}], "Orgc": {"name": "CERT"}, "Tag": [{"name": "tlp:white"}]}}`;
const mispEventContext: FeedRecord['context'] = [
  ['event_info', 'Кампания'],
  ['org', 'CERT'],
];
const mispRecords: readonly FeedRecord[] = [
  {
    indicators: [{ kind: 'ip', value: '192.0.2.1' }],
    context: [
      ['value', '192.0.2.1|443'],
      ['type', 'ip-dst|port'],
      ['category', 'Network activity'],
      ['tags', 'tlp:white'],
      ...mispEventContext,
      ['timestamp', '1700000000'],
      ['uuid', 'u1'],
    ],
  },
  {
    indicators: [{ kind: 'sha1', value: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }],
    context: [
      ['value', 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709'],
      ['type', 'sha1'],
      ['category', 'Payload delivery'],
      ['tags', 'tlp:white, tlp:green'],
      ...mispEventContext,
    ],
  },
  {
    indicators: [{ kind: 'url', value: 'a.example/x' }],
    context: [
      ['value', 'http://a.example/x'],
      ['type', 'url'],
      ['category', 'Network activity'],
      ['object', 'url'],
      ['tags', 'tlp:white'],
      ...mispEventContext,
    ],
  },
];

const stixHead = `<?xml version="1.0" encoding="UTF-8"?>
<stix:STIX_Package xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:stix="http://stix.mitre.org/stix-1" xmlns:indicator="http://stix.mitre.org/Indicator-2"
  xmlns:cybox="http://cybox.mitre.org/cybox-2" xmlns:stixCommon="http://stix.mitre.org/common-1"
  xmlns:AddressObj="http://cybox.mitre.org/objects#AddressObject-2"
  xmlns:URIObj="http://cybox.mitre.org/objects#URIObject-2"
  xmlns:DomainNameObj="http://cybox.mitre.org/objects#DomainNameObject-1"
  id="example:Package-1" version="1.1.1" timestamp="2026-05-08T09:00:00Z">
<stix:STIX_Header><stix:Title>Watch list</stix:Title></stix:STIX_Header>
`;
const stixObservable = `<cybox:Observable id="example:Observable-1"><cybox:Object id="example:Object-1">
  <cybox:Properties xsi:type="AddressObj:AddressObjectType" category="ipv4-addr">
    <AddressObj:Address_Value>192.0.2.1</AddressObj:Address_Value>
  </cybox:Properties></cybox:Object></cybox:Observable>
`;
function stixIndicator(id: string, content: string): string {
  return `<stix:Indicator id="example:${id}" xsi:type="indicator:IndicatorType" negate="false">
  <indicator:Title>Троян &amp; ${id}</indicator:Title>${content}</stix:Indicator>\n`;
}
function stixProperties(properties: string): string {
  return `<indicator:Observable><cybox:Object>${properties}</cybox:Object></indicator:Observable>`;
}
const stixIndicators: readonly string[] = [
  stixIndicator(
    'i1',
    stixProperties(`<cybox:Properties xsi:type="URIObj:URIObjectType" type="URL">
      <URIObj:Value condition="Equals">http://a.example/x?a=1&amp;b=2</URIObj:Value>
    </cybox:Properties>`),
  ),
  stixIndicator(
    'i2',
    stixProperties(`<cybox:Properties xsi:type="DomainNameObj:DomainNameObjectType" type="FQDN">
      <DomainNameObj:Value condition="Equals" apply_condition="ANY">b.example##comma##c.example</DomainNameObj:Value>
    </cybox:Properties>`),
  ),
  stixIndicator('i3', '<indicator:Observable idref="example:Observable-1"/>'),
];
const stixEnd = '</stix:Indicators></stix:STIX_Package>\n';

function stixFile(...indicators: readonly string[]): string {
  const observables = `<stix:Observables>${stixObservable}</stix:Observables>`;
  return [stixHead, observables, '<stix:Indicators>', ...indicators, stixEnd].join('');
}

function stixRecord(id: string, indicators: FeedRecord['indicators']): FeedRecord {
  const context: FeedRecord['context'] = [
    ['id', `example:${id}`],
    ['title', `Троян & ${id}`],
    ['package_title', 'Watch list'],
  ];
  return { indicators, context };
}

const iocHead = `<?xml version="1.0" encoding="utf-8"?>
<iocs>
`;
function iocFile(...items: readonly string[]): string {
  return `<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="6d2a1b03" last-modified="2026-05-08T09:00:00">
  <short_description>Троян &amp; Co</short_description>
  <authored_by>A. Nalyst</authored_by>
  <definition><Indicator operator="OR" id="top">${items.join('')}</Indicator></definition>
</ioc>\n`;
}
function iocItem(id: string, search: string, content: string): string {
  return `<IndicatorItem id="${id}" condition="is">
  <Context document="x" search="${search}" type="mir"/><Content type="string">${content}</Content>
</IndicatorItem>`;
}
const iocItems: readonly string[] = [
  iocItem('a', 'Network/DNS', 'Bad.Example'),
  `<Indicator operator="AND" id="one">${iocItem('b', 'PortItem/remoteIP', '192.0.2.1')}</Indicator>`,
];
const iocEnd = '</iocs>\n';

function iocRecord(
  id: string,
  term: string,
  content: string,
  indicators: FeedRecord['indicators'],
): FeedRecord {
  const context: FeedRecord['context'] = [
    ['id', '6d2a1b03'],
    ['name', 'Троян & Co'],
    ['authored_by', 'A. Nalyst'],
    ['last_modified', '2026-05-08T09:00:00'],
    ['item_id', id],
    ['term', term],
    ['condition', 'is'],
    ['content', content],
  ];
  return { indicators, context };
}

const stix2Objects = [
  `{"type": "indicator", "spec_version": "2.1", "id": "indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000001", "created": "2026-01-02T03:04:05Z", "pattern": "[url:value = 'http://a.example/x']", "pattern_type": "stix", "valid_from": "2026-01-02T00:00:00Z"}`,
  `{"type": "indicator", "id": "indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000002", "name": "Загрузчик \\"x\\"", "confidence": 80, "indicator_types": ["malicious-activity"], "pattern": "[file:hashes.MD5 = 'FEAF2058298C1E174C2B79AFFC7CF4DF' AND file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']"}`,
  `{"type": "identity", "id": "identity--6b1b0ca8-1c5c-4e5f-8f3a-000000000003", "name": "CERT"}`,
  `{"type": "indicator", "id": "indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000004", "pattern": "[ipv4-addr:value IN ('192.0.2.1', '198.51.100.0/24')]", "kill_chain_phases": [{"kill_chain_name": "kc", "phase_name": "delivery"}]}`,
] as const;
const stix2Bundle = (objects: readonly string[]): string =>
  `{\n "type": "bundle", "id": "bundle--1", "objects": [${objects.join(',\r\n  ')}]\n}\n`;
const stix2Records: readonly FeedRecord[] = [
  {
    indicators: [{ kind: 'url', value: 'a.example/x' }],
    context: [
      ['pattern', "[url:value = 'http://a.example/x']"],
      ['valid_from', '2026-01-02T00:00:00Z'],
      ['created', '2026-01-02T03:04:05Z'],
      ['id', 'indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000001'],
    ],
  },
  {
    indicators: [
      { kind: 'md5', value: 'feaf2058298c1e174c2b79affc7cf4df' },
      { kind: 'sha1', value: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' },
    ],
    context: [
      ['name', 'Загрузчик "x"'],
      ['indicator_types', 'malicious-activity'],
      ['confidence', '80'],
      [
        'pattern',
        "[file:hashes.MD5 = 'FEAF2058298C1E174C2B79AFFC7CF4DF' AND file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']",
      ],
      ['id', 'indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000002'],
    ],
  },
  {
    indicators: [
      { kind: 'ip', value: '192.0.2.1' },
      { kind: 'cidr', value: '198.51.100.0/24' },
    ],
    context: [
      ['kill_chain_phases', 'kc delivery'],
      ['pattern', "[ipv4-addr:value IN ('192.0.2.1', '198.51.100.0/24')]"],
      ['id', 'indicator--6b1b0ca8-1c5c-4e5f-8f3a-000000000004'],
    ],
  },
];

const warninglistRecords: readonly FeedRecord[] = ['a.example', 'b.example', 'c.example'].map(
  (value) => ({ indicators: [{ kind: 'domain', value }], context: [['warninglist', 'Sites']] }),
);

/** One fixture for each format of forwarder/feeds/formats/index.ts, by its name. */
export const feedFormatFixtures: Readonly<Record<string, FeedFormatFixture>> = {
  stix2: {
    good: stix2Bundle(stix2Objects),
    records: stix2Records,
    withBadRecord: stix2Bundle([
      stix2Objects[0],
      `{"type": "indicator", "id": "indicator--5", "pattern": "[url:value = "}`,
      ...stix2Objects.slice(1),
    ]),
    badRecord: 2,
    empty: '{"more": false, "objects": []}',
    noticesTruncation: true,
    hiddenByOneByte: 1,
    damaged: [
      '',
      '{',
      '{"a": 1}',
      '{"type": "bundle", "object": []}',
      '{"type": "bundle", "objects": []',
      `[${stix2Objects[0]}`,
      `[${stix2Objects[0]}] []`,
      `{"type": "bundle", "objects": [${stix2Objects[0]}}]`,
    ],
    endless: function* () {
      yield '{"type": "bundle", "objects": [';
      for (;;) yield `${stix2Objects[0]},`;
    },
  },
  warninglist: {
    good: `{\n  "description": "Известные сайты",\n  "list": ["A.example",\r\n "b.example" , ".c.example"],\n  "matching_attributes": ["domain", "url"], "name": "Sites", "type": "hostname", "version": 8\n}\n`,
    records: warninglistRecords,
    withBadRecord:
      '{"name": "Sites", "list": ["a.example", 7, "b.example", "c.example"], "type": "hostname"}',
    badRecord: 2,
    empty: '{"name": "Sites", "type": "cidr", "list": []}',
    noticesTruncation: true,
    hiddenByOneByte: 0,
    damaged: [
      '',
      '[]',
      '{}',
      '{"name": "x", "type": "hostname"}',
      '{"name": "x", "type": "hostnames", "list": ["a.example"]}',
      '{"name": "x", "type": "hostname", "list": ["a.example"}',
      '{"name": "x", "type": "hostname", "list": ["a.example"]',
      '{"name": "x", "list": ["a.example", "b.exa',
    ],
    endless: function* () {
      yield '{"name": "Sites", "type": "string", "matching_attributes": ["url"], "list": [';
      for (;;) yield '"http://a.example/x",';
    },
  },
  misp: {
    good: `{"response": [\n${mispEvent(`${mispFirst},\r\n ${mispSecond}`)}\n]}\n`,
    records: mispRecords,
    withBadRecord: `[${mispEvent(`${mispFirst}, {"type": ip}, ${mispSecond}`)}]`,
    badRecord: 2,
    empty: '{"response": {"Attribute": []}}',
    noticesTruncation: true,
    // A list that is named otherwise is not the event's list of attributes.
    hiddenByOneByte: 2,
    damaged: [
      '',
      '{}',
      '[',
      '{"Event": {',
      `{"Event": {"Attribute": [${mispFirst}]}`,
      `{"Event": {"Attribute": [${mispFirst}]}]`,
      '{"response": {"Attributes": []}}',
      '{"event": {"Attribute": []}}',
      '{"response": []} x',
    ],
    endless: function* () {
      yield '{"response": [';
      for (;;) yield `{"Event": {"info": "x", "Attribute": [${mispFirst}]}},`;
    },
  },
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
  openioc: {
    good: [iocHead, iocFile(...iocItems), iocEnd].join(''),
    records: [
      iocRecord('a', 'Network/DNS', 'Bad.Example', [{ kind: 'domain', value: 'bad.example' }]),
      iocRecord('b', 'PortItem/remoteIP', '192.0.2.1', [{ kind: 'ip', value: '192.0.2.1' }]),
    ],
    // Items come before the Indicators beside them.
    withBadRecord: [
      iocHead,
      iocFile(...iocItems, iocItem('c', 'RegistryItem/Path', 'x')),
      iocEnd,
    ].join(''),
    badRecord: 2,
    empty: `${iocHead}${iocEnd}`,
    noticesTruncation: true,
    hiddenByOneByte: 0,
    damaged: [
      '',
      '{}',
      iocHead,
      `${iocHead}${iocFile(...iocItems)}`,
      iocFile().slice(0, -9),
      `${iocFile()}${iocFile()}`,
      '<items><item/></items>',
      '<!DOCTYPE f [<!ENTITY a "b">]><ioc/>',
    ],
    endless: function* () {
      yield iocHead;
      for (;;) yield iocFile(...iocItems);
    },
  },
  stix1: {
    good: stixFile(...stixIndicators),
    records: [
      stixRecord('i1', [{ kind: 'url', value: 'a.example/x?a=1&b=2' }]),
      stixRecord('i2', [
        { kind: 'domain', value: 'b.example' },
        { kind: 'domain', value: 'c.example' },
      ]),
      stixRecord('i3', [{ kind: 'ip', value: '192.0.2.1' }]),
    ],
    withBadRecord: stixFile(
      ...stixIndicators.slice(0, 1),
      stixIndicator('bad', '<indicator:Observable idref="example:nowhere"/>'),
      ...stixIndicators.slice(1),
    ),
    // The package's observable is the first.
    badRecord: 3,
    empty: `${stixHead}</stix:STIX_Package>`,
    noticesTruncation: true,
    hiddenByOneByte: 0,
    damaged: [
      '',
      '{}',
      stixHead,
      `${stixHead}<stix:Indicators>${stixIndicators.join('')}`,
      `${stixFile()}${stixFile()}`,
      '<items><item/></items>',
      '<!DOCTYPE f [<!ENTITY a "b">]><STIX_Package/>',
    ],
    endless: function* () {
      yield `${stixHead}<stix:Indicators>`;
      for (;;) yield stixIndicators[0] ?? '';
    },
  },
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
  csv: csvFixture,
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
