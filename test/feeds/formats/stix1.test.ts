import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../forwarder/core/index.js';
import { stix1 } from '../../../forwarder/feeds/formats/stix1.js';
import {
  address,
  composition,
  domain,
  indicator,
  indicators,
  observables,
  observed,
  one,
  pack,
  read,
  readChunks,
  shown,
  url,
} from './stix1-packages.js';

describe('compositions', () => {
  test('OR is one record; what cannot be used of it is told beside it', async () => {
    expect(
      await one(
        composition(
          'OR',
          address('192.0.2.1'),
          composition('OR', domain('a.example')),
          '<cybox:Event/>',
        ),
      ),
    ).toEqual([
      'ip 192.0.2.1 + domain a.example',
      '1 unsupported: its other indicators are used: an event',
    ]);
  });

  test('AND of one is that one, AND of several is unsupported', async () => {
    expect(await one(composition('AND', address('192.0.2.1')))).toEqual(['ip 192.0.2.1']);
    expect(await one(composition('AND', address('192.0.2.1'), domain('a.example')))).toEqual([
      '1 unsupported: left out: 2 joined by AND',
    ]);
    expect(
      await one(
        composition(
          'OR',
          url('http://a.example/x'),
          composition('AND', address('192.0.2.1'), domain('a.example')),
        ),
      ),
    ).toEqual(['url a.example/x', '1 unsupported: its other indicators are used: 2 joined by AND']);
  });

  test('an operator that is none', async () => {
    expect(await one(composition('XOR', address('192.0.2.1')))).toEqual([
      '1 unsupported: left out: the operator "XOR"',
    ]);
  });

  test('negation is unsupported', async () => {
    const text = pack(
      indicators(
        indicator(observed(address('192.0.2.1'), 'negate="true"')),
        indicator(observed(address('192.0.2.1')), 'negate="true"'),
        indicator(observed(address('192.0.2.1')), 'negate="false"'),
      ),
    );
    expect(await read(text)).toEqual([
      '1 unsupported: left out: a negated observable',
      '2 unsupported: left out: a negated indicator',
      'ip 192.0.2.1',
    ]);
  });

  test('indicators composed of indicators', async () => {
    const composite = (operator: string, ...parts: readonly string[]): string =>
      `<indicator:Composite_Indicator_Expression operator="${operator}">${parts.join('')}</indicator:Composite_Indicator_Expression>`;
    const part = (value: string): string =>
      `<indicator:Indicator>${observed(address(value))}</indicator:Indicator>`;
    const passed: string[] = [];
    const text = pack(
      indicators(
        indicator(composite('OR', part('192.0.2.1'), part('192.0.2.2'))),
        indicator(composite('AND', part('192.0.2.1'), part('192.0.2.2'))),
        indicator(composite('OR', '<indicator:Indicator idref="example:x"/>')),
        indicator('<indicator:Title>nothing</indicator:Title>'),
        indicator(
          '<indicator:Test_Mechanisms><indicator:Test_Mechanism/></indicator:Test_Mechanisms>',
        ),
      ),
    );
    const results = await readChunks([Buffer.from(text)], (what) => passed.push(what));
    expect(shown(results)).toEqual([
      'ip 192.0.2.1 + ip 192.0.2.2',
      '2 unsupported: left out: 2 joined by AND',
      '4 no-indicator: left out: no indicator in it',
      '5 unsupported: left out: nothing but test mechanisms, which are rules for other tools',
    ]);
    expect(passed).toEqual(['other']);
  });
});

describe('observables of a package', () => {
  const held = (id: string, content: string): string =>
    `<cybox:Observable id="example:${id}">${content}</cybox:Observable>`;
  const reference = (id: string): string => observed('', `idref="example:${id}"`);

  test('are records at the end, unless something refers to them', async () => {
    const text = pack(
      observables(
        held('a', address('192.0.2.1')),
        held(
          'b',
          address('192.0.2.2').replace('<cybox:Object>', '<cybox:Object id="example:object">'),
        ),
        held('c', '<cybox:Event/>'),
        held('d', address('192.0.2.4')),
        held('e', address('192.0.2.5')),
        held(
          'or',
          composition(
            'OR',
            '<cybox:Observable idref="example:d"></cybox:Observable>',
            domain('a.example'),
          ),
        ),
      ) +
        indicators(
          indicator(reference('a')),
          indicator(observed('<cybox:Object idref="example:object"/>')),
          indicator(reference('a')),
        ),
    );
    expect(await read(text)).toEqual([
      'ip 192.0.2.1',
      'ip 192.0.2.2',
      'ip 192.0.2.1',
      '3 unsupported: left out: an event',
      'ip 192.0.2.5',
      'ip 192.0.2.4 + domain a.example',
    ]);
  });

  test('what is joined by AND is no record by itself', async () => {
    const both = composition(
      'AND',
      '<cybox:Observable idref="example:a"></cybox:Observable>',
      '<cybox:Observable idref="example:b"></cybox:Observable>',
    );
    const text = pack(
      observables(
        held('a', address('192.0.2.1')),
        held('b', domain('a.example')),
        held('and', both),
      ),
    );
    expect(await read(text)).toEqual(['3 unsupported: left out: 2 joined by AND']);
  });

  test('a part of one can be referred to; the whole is a record all the same', async () => {
    const text = pack(
      observables(
        held(
          'or',
          composition(
            'OR',
            '<cybox:Observable id="example:in">' + address('192.0.2.1') + '</cybox:Observable>',
            domain('a.example'),
          ),
        ),
      ) + indicators(indicator(reference('in'))),
    );
    expect(await read(text)).toEqual(['ip 192.0.2.1', 'ip 192.0.2.1 + domain a.example']);
  });

  test('an observable of an indicator can be referred to by later ones', async () => {
    const text = pack(
      indicators(
        indicator(observed(address('192.0.2.1'), 'id="example:o"')),
        indicator(reference('o')),
        indicator(reference('nowhere')),
      ),
    );
    expect(await read(text)).toEqual([
      'ip 192.0.2.1',
      'ip 192.0.2.1',
      '3 unsupported: left out: a reference to "example:nowhere", which is not before it',
    ]);
  });
});

test('the context of an indicator', async () => {
  const header = `<stix:STIX_Header><stix:Title>List</stix:Title><stix:Information_Source><stixCommon:Identity><stixCommon:Name>Someone else</stixCommon:Name></stixCommon:Identity></stix:Information_Source>
    <stix:Handling><marking:Marking><marking:Marking_Structure xsi:type="tlpMarking:TLPMarkingStructureType" color="AMBER"/></marking:Marking></stix:Handling></stix:STIX_Header>`;
  const content = `<indicator:Title>C2</indicator:Title>
    <indicator:Type xsi:type="stixVocabs:IndicatorTypeVocab-1.1">C2</indicator:Type><indicator:Type>IP Watchlist</indicator:Type>
    <indicator:Description structuring_format="text">Two
      lines &lt;b&gt;</indicator:Description>
    <indicator:Valid_Time_Position><indicator:Start_Time precision="second">2026-01-01T00:00:00Z</indicator:Start_Time><indicator:End_Time>2026-02-01T00:00:00Z</indicator:End_Time></indicator:Valid_Time_Position>
    ${observed(address('192.0.2.1'))}
    <indicator:Indicated_TTP><stixCommon:TTP idref="example:t"/></indicator:Indicated_TTP>
    <indicator:Kill_Chain_Phases><stixCommon:Kill_Chain_Phase phase_id="example:k" name="C2"/></indicator:Kill_Chain_Phases>
    <indicator:Confidence timestamp="2026-01-01T00:00:00Z"><stixCommon:Value xsi:type="stixVocabs:HighMediumLowVocab-1.0">High</stixCommon:Value></indicator:Confidence>
    <indicator:Producer><stixCommon:Identity id="example:who"><stixCommon:Name>A. Nalyst</stixCommon:Name></stixCommon:Identity><stixCommon:Time><cyboxCommon:Produced_Time>2026-01-02T00:00:00Z</cyboxCommon:Produced_Time></stixCommon:Time></indicator:Producer>`;
  const text = pack(
    indicators(indicator(content, 'id="example:i" timestamp="2026-01-03T00:00:00Z"')),
    header,
  );
  const [result] = await readChunks([Buffer.from(text)]);
  if (result?.ok !== true) throw new Error(JSON.stringify(result));
  const context = [
    ['id', 'example:i'],
    ['timestamp', '2026-01-03T00:00:00Z'],
    ['title', 'C2'],
    ['type', 'C2, IP Watchlist'],
    ['description', 'Two lines <b>'],
    ['confidence', 'High'],
    ['producer', 'A. Nalyst'],
    ['produced', '2026-01-02T00:00:00Z'],
    ['valid_from', '2026-01-01T00:00:00Z'],
    ['valid_until', '2026-02-01T00:00:00Z'],
    ['kill_chain_phases', 'C2'],
    ['package_title', 'List'],
    ['tlp', 'AMBER'],
  ];
  expect(result.value.context).toEqual(context);
  expect(result.value.fields).toEqual(Object.fromEntries(context));
});

test('an indicator above the limits costs itself', async () => {
  const long = `<indicator:Description>${'x'.repeat(1_048_576)}</indicator:Description>`;
  const content = observed(address('192.0.2.1'));
  expect(await read(pack(indicators(indicator(long + content), indicator(content))))).toEqual([
    '1 limit: left out: larger than 1048576 characters',
    'ip 192.0.2.1',
  ]);
});

test('packages in a wrapper: each has its own header; other parts are counted', async () => {
  const header = '<stix:STIX_Header><stix:Title>First</stix:Title></stix:STIX_Header>';
  const list = indicators(indicator(observed(address('192.0.2.1'))));
  const ttps = '<stix:TTPs><stix:TTP><ttp:Title>x</ttp:Title></stix:TTP><stix:TTP/></stix:TTPs>';
  const text = `<t:Poll_Response xmlns:t="http://taxii.mitre.org/messages/taxii_xml_binding-1.1"><t:Content_Block><t:Content>${pack(list + ttps, header)}</t:Content></t:Content_Block><t:Content_Block><t:Content>${pack(list)}</t:Content></t:Content_Block></t:Poll_Response>`;
  expect(stix1.recognises(Buffer.from(text))).toBe(true);
  const passed: string[] = [];
  const results = await readChunks([Buffer.from(text)], (what) => passed.push(what));
  expect(results.map((result) => result.ok && result.value.context)).toEqual([
    [['package_title', 'First']],
    [],
  ]);
  expect(passed).toEqual(['other', 'other']);
});

test.each([
  [pack(''), true],
  [`<?xml version="1.0"?>\n<!-- made by x -->\n${pack('')}`, true],
  ['<STIX_Package/>', true],
  ['<cybox:Observables xmlns:cybox="http://cybox.mitre.org/cybox-2"/>', true],
  ['<Observables/>', false],
  ['<items/>', false],
  ['{"type":"bundle"}', false],
])('recognises %j: %j', (text, expected) => {
  expect(stix1.recognises(Buffer.from(text))).toBe(expected);
});

test('CybOX by itself, and XML without a package', async () => {
  const alone = observables(`<cybox:Observable>${address('192.0.2.1')}</cybox:Observable>`);
  expect(await read(alone)).toEqual(['ip 192.0.2.1']);
  await expect(read('<items/>')).rejects.toThrow(ServiceError);
});
