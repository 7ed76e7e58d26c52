import { afterEach, expect, test } from '@jest/globals';

import { lowLevelCategories } from '../../../../dsm/index.js';
import type { ConsoleClient } from '../../../../dsm/console/index.js';
import { propertyPattern } from '../../../../dsm/properties/custom-properties.js';
import { planSetup, type DesiredSetup } from '../../../../dsm/console/setup/index.js';
import {
  apply,
  closeAll,
  connect,
  fullSetup,
  smallSetup,
  startConsole,
  withConsole,
  told,
} from './support.js';

afterEach(closeAll);

const properties = '/config/event_sources/custom_properties';

/** The id of a log source type of the console. */
async function typeId(client: ConsoleClient, name: string): Promise<number> {
  const types = await client.list<{ readonly id: number; readonly name: string }>(
    '/config/event_sources/log_source_management/log_source_types',
  );
  return types.find((type) => type.name === name)?.id ?? 0;
}

function makeProperty(client: ConsoleClient, body: object) {
  return client.post<{ readonly identifier: string }>(`${properties}/regex_properties`, { body });
}

withConsole('what is there already', () => {
  test('is changed where it is ours and differs', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await apply(client, smallSetup);
    const [url, started] = smallSetup.events;
    if (url === undefined || started === undefined) throw new Error('two events expected');
    const desired: DesiredSetup = {
      ...smallSetup,
      events: [
        { ...url, severity: 3, category: lowLevelCategories.watchlistAddress },
        { ...started, description: 'Other words' },
      ],
    };
    const lines = [
      'change event name (QID) KL_Malicious_URL: severity 8 → 3, category Blacklist Address → Watchlist Address',
      'change event name (QID) KL_ALERT_ServiceStarted: description',
    ];
    expect(told(await planSetup(client, desired))).toEqual(lines);
    expect(told(await apply(client, desired))).toEqual(lines);
    expect(console.snapshot()).toMatchObject({
      qids: [
        { name: 'KL_ALERT_ServiceStarted', description: 'Other words' },
        { name: 'KL_Malicious_URL', severity: 3, category: 'Watchlist Address' },
      ],
    });
    expect(told(await apply(client, desired))).toEqual([]);
  });

  test('log sources are changed so that every event is kept, and deployed', async () => {
    const console = await startConsole();
    for (const identifier of [smallSetup.identifier, smallSetup.verificationIdentifier]) {
      console.addLogSource({
        name: `${identifier} @ here`,
        identifier,
        typeName: 'Universal LEEF',
      });
    }
    const client = await connect(console);
    const [source] = await client.list<{ readonly id: number }>(
      '/config/event_sources/log_source_management/log_sources',
      { filter: `name="${smallSetup.identifier} @ here"` },
    );
    await client.post(
      `/config/event_sources/log_source_management/log_sources/${source?.id ?? 0}`,
      { body: { enabled: false, store_event_payload: false } },
    );
    const report = await apply(client, smallSetup);
    expect(told(report).filter((line) => /log source K|deployment/.test(line))).toEqual([
      `change log source ${smallSetup.identifier} @ here: coalescing on → off, disabled → enabled, payload not stored → stored`,
      'change log source KL_Verification_Tool @ here: coalescing on → off',
      'change deployment Deploy Changes: incremental',
    ]);
    expect(console.snapshot()).toMatchObject({
      logSources: [
        { coalescing: false, enabled: true, storesPayload: true, isDeployed: true },
        { coalescing: false, isDeployed: true },
      ],
    });
  });

  test("the vendor's mapping and its record stay", async () => {
    const console = await startConsole({ hasVendorType: true });
    const client = await connect(console);
    const desired = {
      ...fullSetup,
      events: fullSetup.events.filter(({ id }) => id === 'KL_Mobile_BotnetCnc_URL'),
      properties: [],
    };
    // Known before it is tried.
    expect(told(await planSetup(client, desired))).toContain(
      'keep event name (QID) KL_Mobile_BotnetCnc_URL: description',
    );
    const report = await apply(client, desired);
    expect(report.stoppedBy).toBeUndefined();
    expect(told(report).filter((line) => / event (?:name|mapping) /.test(line))).toEqual([
      'keep event name (QID) KL_Mobile_BotnetCnc_URL: description',
    ]);
    expect(console.snapshot()).toMatchObject({
      qids: [{ name: 'KL_Mobile_BotnetCnc_URL', description: null }],
      mappings: [{ qid: 'KL_Mobile_BotnetCnc_URL' }, { qid: 'KL_Mobile_BotnetCnc_URL' }],
    });
  });

  test('a record that the console does not let be changed stays', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await apply(client, smallSetup);
    const events = smallSetup.events.map((event) => ({ ...event, severity: 2 }));
    const system = { kind: 'answer', status: 409, code: 1008, message: 'system-provided' } as const;
    console.fail({ method: 'POST', path: /qid_records\/\d+$/, what: system });
    const report = await apply(client, { ...smallSetup, events });
    expect(report.stoppedBy).toBeUndefined();
    expect(told(report)).toHaveLength(2);
    expect(told(report).filter((line) => line.startsWith('keep event name'))).toHaveLength(1);
  });

  test("a mapping to somebody's own name stays, and no name of ours is made for it", async () => {
    const console = await startConsole();
    const client = await connect(console);
    const log_source_type_id = await typeId(client, 'Universal LEEF');
    const mine = await client.post<{ readonly id: number }>('/data_classification/qid_records', {
      body: { log_source_type_id, name: 'Bad URL!', severity: 1, low_level_category_id: 8052 },
    });
    for (const log_source_event_category of ['Detect', '']) {
      await client.post('/data_classification/dsm_event_mappings', {
        body: {
          ...{ log_source_type_id, log_source_event_category },
          ...{ log_source_event_id: 'KL_Malicious_URL', qid_record_id: mine.id },
        },
      });
    }
    const report = await apply(client, smallSetup);
    expect(told(report).filter((line) => line.includes('KL_Malicious_URL'))).toEqual([
      'keep event mapping KL_Malicious_URL / Detect: is Bad URL!',
      'keep event mapping KL_Malicious_URL / (no category): is Bad URL!',
    ]);
  });

  test('a mapping of ours to another name of ours is put right', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await apply(client, smallSetup);
    const all = await client.list<{ readonly id: number; readonly qid_record_id: number }>(
      '/data_classification/dsm_event_mappings',
    );
    const [first, other] = [all[0], all.find((one) => one.qid_record_id !== all[0]?.qid_record_id)];
    await client.post(`/data_classification/dsm_event_mappings/${first?.id ?? 0}`, {
      body: { qid_record_id: other?.qid_record_id },
    });
    const lines = told(await apply(client, smallSetup));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^change event mapping (\w+) \/ .*: (?!\1)\w+ → \1$/);
    expect(told(await apply(client, smallSetup))).toEqual([]);
  });

  test('a category that the console calls otherwise: the usual id, and a note', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const [event] = smallSetup.events;
    if (event === undefined) throw new Error('an event expected');
    const category = { ...event.category, name: 'No Such Category' };
    const report = await apply(client, { ...smallSetup, events: [{ ...event, category }] });
    expect(report.notes).toEqual([
      'JSA has no low-level category "No Such Category": the usual id 7058 is taken, which is "Blacklist Address" there.',
    ]);
    expect(console.snapshot()).toMatchObject({ qids: [{ category: 'Blacklist Address' }] });
  });

  test('a category goes by its name, whatever its id', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const [event] = smallSetup.events;
    if (event === undefined) throw new Error('an event expected');
    const category = { id: 6001, name: 'botnet address' };
    const report = await apply(client, { ...smallSetup, events: [{ ...event, category }] });
    expect(report.notes).toEqual([]);
    expect(console.snapshot()).toMatchObject({ qids: [{ category: 'Botnet Address' }] });
    const changed = { id: 6002, name: 'Watchlist Address' };
    await apply(client, { ...smallSetup, events: [{ ...event, category: changed }] });
    expect(console.snapshot()).toMatchObject({ qids: [{ category: 'Watchlist Address' }] });
  });
});

withConsole('custom properties that are there already', () => {
  test('a text one of somebody else is filled; a number is not filled with text', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await makeProperty(client, { name: 'url', property_type: 'numeric', description: 'Mine' });
    await makeProperty(client, { name: 'Confidence', property_type: 'string' });
    const report = await apply(client, smallSetup);
    expect(told(report).filter((line) => line.includes('property'))).toEqual([
      'keep custom property url: type numeric, not string',
      'keep custom property Confidence: type string, not numeric',
      'create property expression Confidence of Universal LEEF: key confidence',
    ]);
    expect(report.notes.join('\n')).toMatch(
      /"url".*not filled from our events\.\n.*filled as text/,
    );
  });

  test('another expression for the type stays, and ours comes beside it', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const { identifier } = await makeProperty(client, { name: 'URL', property_type: 'string' });
    const body = {
      regex_property_identifier: identifier,
      log_source_type_id: await typeId(client, 'Universal LEEF'),
    };
    await client.post(`${properties}/property_expressions`, {
      body: { ...body, regex: 'request=(\\S+)', capture_group: 1 },
    });
    const report = await apply(client, smallSetup);
    const lines = told(report).filter((line) => line.includes('URL'));
    expect(lines.slice(-2)).toEqual([
      'keep custom property URL: not read for rules',
      'create property expression URL of Universal LEEF: key url, beside request=(\\S+)',
    ]);
    expect(told(await apply(client, smallSetup))).toEqual([
      'keep custom property URL: not read for rules',
    ]);
  });

  test.each([
    ['disabled', { regex: propertyPattern('url'), enabled: false }, 'disabled → enabled'],
    [
      'of an earlier version',
      { regex: '(?:\\t|\\|)uri=([^\\t]+)' },
      'expression of an earlier version → key url',
    ],
  ])('an expression of ours that is %s is put right', async (_, fields, detail) => {
    const console = await startConsole();
    const client = await connect(console);
    const { identifier } = await makeProperty(client, { name: 'URL', property_type: 'string' });
    await client.post(`${properties}/property_expressions`, {
      body: {
        regex_property_identifier: identifier,
        log_source_type_id: await typeId(client, 'Universal LEEF'),
        ...fields,
      },
    });
    const report = await apply(client, smallSetup);
    expect(told(report)).toContain(`change property expression URL of Universal LEEF: ${detail}`);
    expect(console.snapshot()).toMatchObject({
      expressions: [
        { property: 'Confidence' },
        { property: 'URL', enabled: true, regex: propertyPattern('url'), group: 1 },
      ],
    });
  });

  test('one of ours that rules cannot use is opened to them', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const [property] = smallSetup.properties;
    const description = property?.description;
    await makeProperty(client, { name: 'URL', property_type: 'string', description });
    expect(told(await apply(client, smallSetup))).toContain(
      'change custom property URL: read for rules: no → yes',
    );
    expect(console.snapshot()).toMatchObject({ properties: [{}, { name: 'URL', forRules: true }] });
  });
});

withConsole('auto-detection', () => {
  test('is turned on, and needs no more than 25 events', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const path = '/config/event_sources/log_source_management/autodetection/config_records';
    const records = await client.list<{ readonly id: number; readonly log_source_type_id: number }>(
      path,
    );
    const leef = await typeId(client, 'Universal LEEF');
    const record = records.find(({ log_source_type_id }) => log_source_type_id === leef);
    await client.post(`${path}/${record?.id ?? 0}`, {
      body: { enabled: false, minimum_successful_events: 100 },
    });
    expect(told(await apply(client, smallSetup))).toContain(
      'change auto-detection Universal LEEF: off → on, minimum of events 100 → 25',
    );
    expect(told(await apply(client, smallSetup))).toEqual([]);
  });
});
