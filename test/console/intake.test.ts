import { describe, expect, test } from '@jest/globals';

import { typeIds } from './catalogue.js';
import { FrameReader } from './syslog/framing.js';
import { identifierIn } from './syslog/header.js';
import { readLeefContent } from './syslog/leef-reader.js';
import { lineOf, startIntake } from './support.js';

const line = lineOf('KL_Malicious_URL', { src: '10.0.0.1', url: 'http://a/' });

describe('discovery', () => {
  test.each([
    [false, 'Universal LEEF'],
    [true, 'Kaspersky CyberTrace'],
  ])('25 events of one identifier make a log source (vendor type: %s)', (hasVendorType, type) => {
    const { events, receive, state } = startIntake({ hasVendorType });
    receive(line, 24);
    expect(state.logSources.some((one) => one.auto_discovered)).toBe(false);
    receive(line);
    const found = state.logSources.find((one) => one.auto_discovered);
    expect(found).toMatchObject({
      name: `${type} @ KL_Threat_Feed_Service_V2`,
      coalesce_events: true,
      requires_deploy: false,
    });
    expect(events).toHaveLength(25);
    expect(events[24]).toMatchObject({
      logSourceTypeName: 'SIM Generic Log DSM',
      eventName: 'Unknown Log Event',
      categoryName: 'Stored',
      isUnparsed: true,
    });
    receive(line);
    expect(events[25]).toMatchObject({
      logSourceName: `${type} @ KL_Threat_Feed_Service_V2`,
      eventName: 'Unknown',
      categoryName: 'Unknown',
      isUnparsed: false,
      attributes: { src: '10.0.0.1', url: 'http://a/' },
    });
  });

  test('not where it is switched off, nor of what is no LEEF', () => {
    const { receive, state } = startIntake();
    state.autodetection = state.autodetection.map((one) => ({ ...one, enabled: false }));
    receive(line, 40);
    expect(state.logSources.some((one) => one.auto_discovered)).toBe(false);
  });

  test('after 1,000 events without a result the identifier is given up', () => {
    const { receive, state } = startIntake();
    receive('<13>Jul 10 10:10:16 KL_Threat_Feed_Service_V2 hello', 1000);
    receive(line, 60);
    expect(state.logSources.some((one) => one.auto_discovered)).toBe(false);
  });
});

describe('an event of a log source', () => {
  const add = ({ state }: ReturnType<typeof startIntake>, coalesce = false): void => {
    const type_id = typeIds.leef;
    const identifier = 'KL_Threat_Feed_Service_V2';
    const source = state.makeLogSource({ name: 'S', identifier, type_id });
    state.addActive({ ...source, coalesce_events: coalesce });
  };

  test('what it cannot parse is stored', () => {
    const bench = startIntake();
    add(bench);
    bench.receive('<13>Jul 10 10:10:16 KL_Threat_Feed_Service_V2 LEEF:1.0|only|three');
    expect(bench.events[0]).toMatchObject({
      logSourceName: 'S',
      eventName: 'Stored',
      categoryName: 'Stored',
      isUnparsed: true,
    });
  });

  test('letter case of the identifier counts', () => {
    const bench = startIntake();
    add(bench);
    bench.receive(line.replace('_V2 ', '_v2 '));
    expect(bench.events[0]?.logSourceTypeName).toBe('SIM Generic Log DSM');
  });

  test('EventID and category lead to the name, the category and the severity', () => {
    const bench = startIntake();
    add(bench);
    bench.state.qids = [
      {
        ...{ id: 9, uuid: 'u', qid: 1234, name: 'Named', description: null, severity: 8 },
        ...{ low_level_category_id: 7058, log_source_type_id: null },
        ...{ typeId: typeIds.leef, isProvided: false },
      },
    ];
    bench.state.mappings = [
      {
        ...{ id: 10, uuid: 'v', log_source_type_id: typeIds.leef, custom_event: true },
        ...{ log_source_event_id: 'KL_Malicious_URL', log_source_event_category: 'Detect' },
        qid_record_id: 9,
      },
    ];
    bench.receive(lineOf('KL_Malicious_URL', { cat: 'Detect' }));
    bench.receive(lineOf('KL_Malicious_URL', { sev: '5' }));
    expect(bench.events.map((one) => [one.eventName, one.categoryName, one.severity])).toEqual([
      ['Named', 'Blacklist Address', 8],
      ['Unknown', 'Unknown', 5],
    ]);
  });

  test('coalescing merges what comes after four equal events into the fifth', () => {
    const bench = startIntake();
    add(bench, true);
    for (let i = 1; i <= 7; i++) bench.receive(lineOf('E', { src: '10.0.0.1', n: String(i) }));
    bench.receive(lineOf('E', { src: '10.0.0.2', n: 'other' }));
    expect(bench.events.map((one) => [one.attributes['n'], one.eventCount])).toEqual([
      ...[1, 2, 3, 4].map((n) => [String(n), 1]),
      ['5', 3],
      ['other', 1],
    ]);
  });

  test('without coalescing all are kept', () => {
    const bench = startIntake();
    add(bench);
    bench.receive(line, 9);
    expect(bench.events).toHaveLength(9);
  });
});

describe('reading', () => {
  test.each([
    ['<13>Jul  1 10:10:16 host1 text', 'host1'],
    ['Jul 10 10:10:16 host1 text', 'host1'],
    ['<13>1 2019-01-18T11:07:53.520Z host2 app - - - text', 'host2'],
    ['<13>1 2019-01-18T11:07:53+01:00 host2 text', 'host2'],
    ['1 2019-01-18T11:07:53Z host2 text', '192.0.2.9'],
    ['<6> Jul 10 10:10:16 host1 text', '192.0.2.9'],
    ['<13>Jul 10 10:10:16 2001:db8::1 text', '192.0.2.9'],
    ['hello', '192.0.2.9'],
  ])('the identifier in %s', (payload, identifier) => {
    expect(identifierIn(payload, '192.0.2.9')).toBe(identifier);
  });

  test.each([
    ['LEEF:1.0|V|P|1|E|a=1\tb=x=y', 'E', { a: '1', b: 'x=y' }],
    ['LEEF:1.0|V|P|1|E|a=1 b=2', 'E', { a: '1 b=2' }],
    ['LEEF:1.0|V|P|1|E|a=\ta=2\ta=3\tn\tb=4', 'E', { a: '2', 'n\tb': '4' }],
    ['LEEF:1.0|V|P|1|E a=1', 'E a=1', {}],
    ['LEEF:2.0|V|P|1|E|^|a=1^b=2', 'E', { a: '1', b: '2' }],
    ['LEEF:2.0|V|P|1|E|x5E|a=1^b=2', 'E', { a: '1', b: '2' }],
  ])('LEEF: %j', (payload, eventId, attributes) => {
    const read = readLeefContent(payload);
    expect(read?.eventId).toBe(eventId);
    expect({ ...read?.attributes }).toEqual(attributes);
  });

  test.each(['hello', 'LEEF:1.0|V|P|1', 'LEEF:1.0|V||1|E|', 'LEEF: LEEF:1.0|V|P|1|E|a=1'])(
    'no LEEF: %s',
    (payload) => {
      expect(readLeefContent(payload)).toBeUndefined();
    },
  );

  test('a stream is cut at LF and by counted octets, wherever its chunks end', () => {
    const reader = new FrameReader();
    const bytes = Buffer.from('<1>é one\r\n\n8 <2>two\nx<3>three\n');
    const messages = [...bytes].flatMap((byte) => reader.read(Buffer.from([byte])));
    expect(messages).toEqual(['<1>é one', '<2>two\nx', '<3>three']);
    expect(reader.read(Buffer.from('rest'))).toEqual([]);
    expect(reader.end()).toEqual(['rest']);
  });
});
