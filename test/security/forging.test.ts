import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import type { CollectorDaemon } from '../support/collector-daemon.js';
import { readLeef } from '../support/leef.js';
import type { ReadEvent } from '../support/leef.js';
import { rsyslogDaemon } from '../support/rsyslog.js';
import { startService } from '../support/service-process.js';
import { syslogNgDaemon } from '../support/syslog-ng.js';
import { describeWithTool } from '../support/tools.js';
import { forgingPayloads } from './support/payloads.js';

/** One input that must lead to exactly one detection, of this indicator. */
interface Case {
  readonly indicator: string;
  readonly line: string;
  /** What a key of the detection must be. */
  readonly expected?: readonly [key: string, value: string];
}

/** Where the payload stands in the event; the URL is what is detected. */
const places: Readonly<Record<string, (text: string, url: string) => string>> = {
  'user name': (text, url) => envelope({ usrName: text, payload: `GET ${url} x` }),
  'source address': (text, url) => envelope({ src: text, payload: `GET ${url} x` }),
  'destination address': (text, url) => envelope({ dst: text, payload: `GET ${url} x` }),
  time: (text, url) => envelope({ devTimeEpoch: text, payload: `GET ${url} x` }),
  'log source': (text, url) => envelope({ logSourceIdentifier: text, payload: `GET ${url} x` }),
  'a property': (text, url) => envelope({ 'User Agent': text, payload: `GET ${url} x` }),
  'name of a property': (text, url) => envelope({ [`x${text}`]: '1', payload: `GET ${url} x` }),
  'the URL property': (text, url) => envelope({ URL: `${url}/${text}`, payload: 'x' }),
  'behind the URL': (text, url) => envelope({ payload: `GET ${url} ${text}` }),
  'in the query of the URL': (text, url) => envelope({ payload: `GET ${url}/?q=${text}` }),
  'before the URL': (text, url) => envelope({ payload: `proxy said: ${text} ${url} x` }),
};

/** Events of all places and payloads: the indicator of each is a name of its own. */
function eventCases(): readonly Case[] {
  return Object.entries(places).flatMap(([place, write], at) =>
    forgingPayloads.map((text, number): Case => {
      const indicator = `p${at}n${number}.evil.example`;
      const line = write(text, `http://${indicator}`);
      const shown = sanitised(text);
      const isUser = place === 'user name' && shown !== '-';
      return { indicator, line, ...(isUser ? { expected: ['usrName', shown] } : {}) };
    }),
  );
}

/** Records of a feed that are hostile themselves, by field. */
const fields: Readonly<Record<string, (text: string) => Readonly<Record<string, unknown>>>> = {
  threat: (text) => ({ threat: text }),
  list: (text) => ({ geo: [text, text] }),
  nested: (text) => ({ whois: { country: text } }),
  'field name': (text) => ({ [text]: 'named' }),
};

function feedCases(): { readonly records: readonly unknown[]; readonly cases: readonly Case[] } {
  const all = Object.entries(fields).flatMap(([field, write], at) =>
    forgingPayloads.map((text, number) => {
      const indicator = `f${at}n${number}.example`;
      const record = { id: number, mask: indicator, type: 2, ...write(text), last: 'one' };
      const shown = sanitised(text);
      const expected = field === 'threat' && text !== '' ? (['threat', shown] as const) : undefined;
      const line = `GET http://${indicator} x`;
      return { record, case: { indicator, line, ...(expected && { expected }) } };
    }),
  );
  return { records: all.map(({ record }) => record), cases: all.map((one) => one.case) };
}

const daemons: readonly (readonly [string, () => Promise<CollectorDaemon>])[] = [
  ['rsyslogd', () => rsyslogDaemon()],
  ['syslog-ng', () => syslogNgDaemon()],
];

for (const [tool, makeDaemon] of daemons) {
  describeWithTool(tool, `through the real ${tool}`, () => {
    test('no text of an event or a feed forges, splits or adds a message', async () => {
      const fromFeed = feedCases();
      const cases = [...eventCases(), ...fromFeed.cases];
      expect(cases.length).toBeGreaterThanOrEqual(500);
      const events = await receivedFor(cases, fromFeed.records, makeDaemon);

      const foreign = events.filter((event) => !isOurs(event));
      expect(foreign).toEqual([]);
      const detections = events.filter(({ eventId }) => !eventId.startsWith('KL_ALERT_'));
      const detected = detections.map(({ attributes }) => hostOf(attributes['matchedIndicator']));
      expect(detected.sort()).toEqual(cases.map(({ indicator }) => indicator).sort());
      for (const { indicator, expected } of cases) {
        if (expected === undefined) continue;
        const [key, value] = expected;
        const found = detections.find(
          ({ attributes }) => hostOf(attributes['matchedIndicator']) === indicator,
        );
        expect([indicator, key, found?.attributes[key]]).toEqual([indicator, key, value]);
      }
    }, 90_000);
  });
}

/** Runs the service before a real collector, sends all, and reads what has arrived. */
async function receivedFor(
  cases: readonly Case[],
  records: readonly unknown[],
  makeDaemon: () => Promise<CollectorDaemon>,
): Promise<readonly ReadEvent[]> {
  const cwd = await mkdtemp(join(tmpdir(), 'tf-forging-'));
  await writeFile(join(cwd, 'evil.txt'), 'evil.example\n');
  await writeFile(join(cwd, 'Botnet_CnC_URL_Data_Feed.json'), JSON.stringify(records));
  await writeFile(
    join(cwd, 'forwarder.yaml'),
    'feeds: [{ path: evil.txt }, { path: Botnet_CnC_URL_Data_Feed.json }]\n',
  );
  const collector = await makeDaemon();
  await collector.start();
  const url = `tcp://${collector.address}:${collector.port}`;
  const settings = [`delivery.collectors=${url}`, 'delivery.spool=false', 'leef.messageId=true'];
  const service = await startService(
    settings.flatMap((setting) => ['--set', setting]),
    { cwd },
  );
  try {
    const socket = connect(service.jsaPort, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(cases.map(({ line }) => `${line}\n`).join(''));
    socket.resume();
    await once(socket, 'close');
    const wanted = cases.length + 1;
    for (let waited = 0; collector.lines().length < wanted && waited < 20_000; waited += 100) {
      await sleep(100);
    }
    expect(await service.stop()).toBe(0);
    await sleep(500);
    return collector.lines().map(readLeef);
  } finally {
    await service.stop();
    await collector.remove();
    await rm(cwd, { recursive: true });
  }
}

/** Keys of a detection whose record has no context. */
const ourKeys =
  /^(?:devTime|sev|msgId|eventTime|url|ip|md5|sha1|sha256|usrName|src|dst|matchedIndicator|confidence|truncated)$/;

function isOurs({ host, vendor, product, version, eventId, attributes }: ReadEvent): boolean {
  const isHeader =
    host === 'KL_Threat_Feed_Service_V2' &&
    vendor === 'Kaspersky Lab' &&
    product === 'Threat Feed Service' &&
    version === '2.0';
  if (!isHeader) return false;
  switch (eventId) {
    case 'KL_ALERT_ServiceStarted':
    case 'KL_ALERT_ServiceStopped':
      return true;
    case 'KL_BotnetCnC_URL':
      // What a record's field is called may be a key, without any sign in it.
      return Object.keys(attributes).every((key) => /^\w+$/.test(key));
    case 'KL_evil_URL':
      return Object.keys(attributes).every((key) => ourKeys.test(key));
    default:
      return false;
  }
}

function hostOf(text = ''): string {
  return /(?:http:\/\/)?([a-z0-9.]+)/.exec(text)?.[1] ?? text;
}

/** What a value must arrive as; written apart from the code under test. */
function sanitised(text: string): string {
  const plain = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    const isBroken = code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff);
    return isControl || isBroken ? ' ' : character;
  }).join('');
  return plain.trim() === '' ? '-' : plain.trim();
}

/** The line JSA sends for an event. */
function envelope(values: Readonly<Record<string, string>>): string {
  const usual = { type: 'Event', logSource: 'proxy', logSourceIdentifier: 'proxy', eventCnt: '1' };
  return `<01>- hostname ${JSON.stringify({ ...usual, ...values })}`;
}
