import { existsSync, readdirSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { eventCatalogue } from '../../dsm/events/catalogue.js';
import { envelopeOf, forwardedLine, wrapInEnvelope } from '../../verification/envelope.js';
import { parseEvents, readEvents } from '../../verification/events.js';
import { checkExpected, readExpected } from '../../verification/expected.js';
import { dataFile } from '../../verification/files.js';
import { indicatorKey } from '../../verification/indicators.js';
import { kindOfEvent } from '../../verification/inspect.js';

const mark = { runId: '6f0a1c52-0000-41ee-8000-0242ac120002', sourceAddress: '198.18.7.7' };
const atMs = Date.UTC(2025, 6, 10, 10, 10, 14);

async function packageEvents() {
  return readEvents(['kl_verification_test.txt'], dataFile('.'));
}

describe('the verification events and the expected results', () => {
  test('every expected or clean value stands in exactly one event, and nothing else does', async () => {
    const expected = await readExpected();
    const wanted = new Set(
      [...expected.feeds.values()]
        .flat()
        .map(({ indicator }) => indicator)
        .concat(expected.clean),
    );
    const values = (await packageEvents()).map((event) => event.attributes[0]?.[1]);
    expect([...values].sort()).toEqual([...wanted].sort());
  });

  test('no clean value is an expected one', async () => {
    const expected = await readExpected();
    const known = new Set(
      [...expected.feeds.values()].flat().map(({ indicator }) => indicatorKey(indicator)),
    );
    expect(expected.clean.filter((value) => known.has(indicatorKey(value)))).toEqual([]);
    expect(expected.clean.length).toBeGreaterThanOrEqual(5);
  });

  test('every expected event id is a detection that the catalogue lists', async () => {
    const listed = new Set(eventCatalogue.map(({ id }) => id));
    for (const { event } of [...(await readExpected()).feeds.values()].flat()) {
      expect([event, kindOfEvent(event), listed.has(event)]).toEqual([event, 'detect', true]);
    }
  });

  test('there is a demo feed for every feed of the expected results, and the other way round', async () => {
    const folder = dataFile('feeds');
    expect(existsSync(folder)).toBe(true);
    const files = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.replace(/\.json$/, ''));
    expect(files.sort()).toEqual([...(await readExpected()).feeds.keys()].sort());
  });

  test('every event has the shape the guide’s tool gives it', async () => {
    for (const event of await packageEvents()) {
      expect(event.host).toBe('KL_Verification_Tool');
      expect(event.header).toBe(
        'LEEF:1.0|Kaspersky Lab|Verification Tool|1.0|KL_Verification_Test|',
      );
      expect(event.attributes.slice(1)).toEqual([
        ['src', '192.0.2.50'],
        ['usrName', 'VerificationTestUserName'],
      ]);
    }
  });
});

describe('the envelope', () => {
  test('has JSA’s keys in JSA’s order, all values text', async () => {
    const [event] = await packageEvents();
    const fields = JSON.parse(envelopeOf(event!, mark, atMs)) as Record<string, unknown>;
    expect(Object.keys(fields).join(' ')).toBe(
      'name version isoTimeFormat type category protocolID sev src dst srcPort dstPort relevance ' +
        'credibility startTimeEpoch startTimeISO storageTimeEpoch storageTimeISO deploymentID ' +
        'devTimeEpoch devTimeISO srcPreNATPort dstPreNATPort srcPostNATPort dstPostNATPort ' +
        'hasIdentity payload eventCnt hasOffense domainID eventName lowLevelCategory ' +
        'highLevelCategory logSource srcNetName dstNetName logSourceType logSourceGroup ' +
        'logSourceIdentifier',
    );
    expect(Object.values(fields).every((value) => typeof value === 'string')).toBe(true);
    expect(fields).toMatchObject({
      category: 'KL_Verification_Test',
      src: mark.sourceAddress,
      dst: mark.sourceAddress,
      deploymentID: mark.runId,
      logSourceIdentifier: 'KL_Verification_Tool',
      logSourceType: 'Universal LEEF',
    });
    expect(fields['payload']).toMatch(
      /^Jul 10 \d\d:10:14 KL_Verification_Tool LEEF:1\.0\|Kaspersky Lab\|Verification Tool\|1\.0\|KL_Verification_Test\|url=http:\/\/fakess123\.nu\tsrc=198\.18\.7\.7\tusrName=VerificationTestUserName\tvid=6f0a1c52-0000-41ee-8000-0242ac120002\n$/,
    );
  });

  test('the destination address comes out of the event', () => {
    const [event] = parseEvents(
      'Jul  1 10:10:14 KL_Verification_Tool LEEF:1.0|V|P|1|E|dst=192.0.2.3\tsrc=192.0.2.77',
      'own.txt',
    );
    expect(JSON.parse(envelopeOf(event!, mark, atMs))).toMatchObject({
      src: '192.0.2.77',
      dst: '192.0.2.3',
    });
  });

  test('every second line has the prefix; payload format is the event itself', async () => {
    const [event] = await packageEvents();
    expect(forwardedLine(event!, mark, 'json', 1, atMs)).toMatch(/^\{"name".*\}\n$/);
    expect(forwardedLine(event!, mark, 'json', 2, atMs)).toMatch(/^<01>- hostname \{"name".*\}\n$/);
    expect(forwardedLine(event!, mark, 'payload', 2, atMs)).toMatch(/^Jul 10 [^{]*\n$/);
  });

  test('wraps any line', () => {
    const fields = JSON.parse(
      wrapInEnvelope('<13>Jul  1 10:10:14 fw1 "x"\tdeny', { logSource: 'fw1', atMs }),
    );
    expect(fields).toMatchObject({
      payload: '<13>Jul  1 10:10:14 fw1 "x"\tdeny\n',
      src: '127.0.0.1',
      logSource: 'fw1',
      logSourceType: 'Universal DSM',
      startTimeEpoch: String(atMs),
      startTimeISO: '2025-07-10T10:10:14.000Z',
    });
  });
});

describe('event files', () => {
  test('comments, blank lines, CR and a priority are no obstacle', () => {
    const text = '# feed\n\n<13>Jul  1 10:10:14 host LEEF:1.0|V|P|1|E|url=a=b\tx=\r\n';
    expect(parseEvents(text, 'f')).toEqual([
      {
        file: 'f',
        line: 3,
        host: 'host',
        header: 'LEEF:1.0|V|P|1|E|',
        eventId: 'E',
        attributes: [
          ['url', 'a=b'],
          ['x', ''],
        ],
      },
    ]);
  });

  test.each([
    ['no event', 'f:2', 'is no syslog line with a LEEF:1.0 event'],
    ['Jul 10 10:10:14 h LEEF:1.0|V|P|1|E|url=a\tb', 'f:2', 'has "b" where key=value belongs'],
  ])('%j is refused with its place', (line, where, message) => {
    expect(() => parseEvents(`# c\n${line}\n`, 'f')).toThrow(
      expect.objectContaining({ code: 'TF_USAGE', where, message: `The line ${message}` }),
    );
  });
});

describe('expected results are checked', () => {
  const one = { indicator: 'a', event: 'KL_A_URL', table: 'guide' };
  test.each([
    [[], 'must be an object'],
    [{ feeds: {} }, 'feeds names no feed'],
    [{ feeds: { A: [] } }, 'feeds.A expects nothing'],
    [{ feeds: { A: [{ ...one, table: 'x' }] } }, 'feeds.A[0].table must be one of guide, extended'],
    [{ feeds: { A: [one, { ...one, event: '' }] } }, 'feeds.A[1].event must be a text'],
    [{ feeds: { A: [{ ...one, evnet: 'x' }] } }, 'feeds.A[0].evnet is not a known key'],
    [{ feeds: { A: [one] }, claen: [] }, 'claen is not a known key'],
    [{ feeds: { A: [one] }, clean: [1] }, 'clean[0] must be a text'],
  ])('%j', (value, message) => {
    expect(() => checkExpected(value, 'e.json')).toThrow(
      expect.objectContaining({
        code: 'TF_CONFIG',
        where: 'e.json',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('a file that is no JSON is named', async () => {
    await expect(readExpected(dataFile('kl_verification_test.txt'))).rejects.toMatchObject({
      code: 'TF_CONFIG',
      where: expect.stringContaining('kl_verification_test.txt'),
    });
  });
});
