import { afterEach, expect, test } from '@jest/globals';

import { planSetup } from '../../../../dsm/console/setup/index.js';
import {
  apply,
  changing,
  closeAll,
  connect,
  lineOf,
  smallSetup,
  startConsole,
  told,
  withConsole,
} from './support.js';

afterEach(closeAll);

const detections = smallSetup.identifier;

withConsole('which log source type the detections have', () => {
  test("the vendor's, where the console has it", async () => {
    const console = await startConsole({ hasVendorType: true, hasOwnExtension: true });
    const report = await apply(await connect(console), smallSetup);
    expect(report.steps.map(lineOf)).toContain('same log source type Kaspersky CyberTrace');
    expect(console.snapshot()).toMatchObject({
      types: [],
      logSources: [
        { name: detections, type: 'Kaspersky CyberTrace' },
        { name: 'KL_Verification_Tool', type: 'Universal LEEF' },
      ],
      expressions: [{ type: 'Kaspersky CyberTrace' }, { type: 'Kaspersky CyberTrace' }],
    });
  });

  test('our own, where its log source extension is', async () => {
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    const report = await apply(client, smallSetup);
    expect(told(report)[0]).toBe(
      'create log source type Threat Forwarder: reads events by ThreatForwarderExtension',
    );
    expect(console.snapshot()).toMatchObject({
      types: [{ name: 'Threat Forwarder', extension: 'ThreatForwarderExtension' }],
      logSources: [
        { name: detections, type: 'Threat Forwarder' },
        { name: 'KL_Verification_Tool', type: 'Universal LEEF' },
      ],
      mappings: Array.from({ length: 4 }, () => ({ type: 'Threat Forwarder' })),
    });
    expect(told(await apply(client, smallSetup))).toEqual([]);
  });

  test('the one that is named, whatever the letter case', async () => {
    const console = await startConsole({ hasVendorType: true });
    const desired = { ...smallSetup, logSourceType: 'universal leef' };
    await apply(await connect(console), desired);
    expect(console.snapshot()).toMatchObject({ logSources: [{ type: 'Universal LEEF' }, {}] });
  });

  test.each([
    ['Kaspersky CyberTrace', /choose one that is there: Universal LEEF/],
    ['Threat Forwarder', /install the content extension.*Universal LEEF/],
  ])('%s is named and not there', async (logSourceType, hint) => {
    const console = await startConsole();
    const plan = planSetup(await connect(console), { ...smallSetup, logSourceType });
    await expect(plan).rejects.toMatchObject({
      code: 'TF_CONSOLE',
      message: `there is no log source type "${logSourceType}"`,
      hint: expect.stringMatching(hint) as unknown,
    });
    expect(changing(console)).toEqual([]);
  });

  test('a log source that was discovered as something else keeps its type, and the events go there', async () => {
    const console = await startConsole({ hasVendorType: true });
    console.addLogSource({
      name: 'Universal LEEF @ KL',
      identifier: detections,
      typeName: 'Universal LEEF',
    });
    const client = await connect(console);
    const report = await apply(client, smallSetup);
    expect(told(report)[0]).toBe(
      'change log source Universal LEEF @ KL: coalescing on → off, ' +
        'stays: type Universal LEEF, not Kaspersky CyberTrace',
    );
    expect(report.notes.join()).toMatch(/has the type Universal LEEF, not Kaspersky CyberTrace/);
    expect(console.snapshot()).toMatchObject({
      logSources: [
        { name: 'KL_Verification_Tool' },
        { name: 'Universal LEEF @ KL', type: 'Universal LEEF', coalescing: false },
      ],
      expressions: [{ type: 'Universal LEEF' }, { type: 'Universal LEEF' }],
    });
    expect(told(await apply(client, smallSetup))).toEqual([
      'keep log source Universal LEEF @ KL: type Universal LEEF, not Kaspersky CyberTrace',
    ]);
  });

  test('an identifier that differs in letter case is shown, and no second one is made', async () => {
    const console = await startConsole();
    console.addLogSource({
      name: 'Old one',
      identifier: 'KL_Threat_Feed_Service_v2',
      typeName: 'Universal LEEF',
    });
    const report = await apply(await connect(console), smallSetup);
    expect(told(report)[0]).toBe(
      'keep log source Old one: identifier KL_Threat_Feed_Service_v2, not KL_Threat_Feed_Service_V2',
    );
    const notes = report.notes.join();
    expect(notes).toContain('KL_Threat_Feed_Service_v2');
    expect(notes).toContain('KL_Threat_Feed_Service_V2');
    expect(console.snapshot()).toMatchObject({
      logSources: [{ name: 'KL_Verification_Tool' }, { name: 'Old one', coalescing: true }],
    });
  });
});

withConsole('which event collector new log sources belong to', () => {
  const eventCollectors = ['ec0 :: first', 'ec1 :: second.example'];

  test.each([
    ['by name', { eventCollector: 'EC1 :: second.example' }],
    ['by the host that the service sends to', { collectorHost: 'second.example' }],
  ])('%s', async (_, given) => {
    const console = await startConsole({ eventCollectors });
    await apply(await connect(console), { ...smallSetup, ...given });
    expect(console.snapshot()).toMatchObject({
      logSources: [{ collector: 'ec1 :: second.example' }, { collector: 'ec1 :: second.example' }],
    });
  });

  test.each([
    [{ eventCollector: 'ec7' }, 'there is no event collector "ec7"'],
    [{}, 'there are 2 event collectors'],
    [{ collectorHost: '192.0.2.1' }, 'there are 2 event collectors'],
  ])('%j leaves it open', async (given, message) => {
    const console = await startConsole({ eventCollectors });
    const plan = planSetup(await connect(console), { ...smallSetup, ...given });
    await expect(plan).rejects.toMatchObject({
      code: 'TF_CONSOLE',
      message,
      hint: expect.stringContaining(eventCollectors.join(', ')) as unknown,
    });
  });

  test('nobody asks where the log sources are there', async () => {
    const console = await startConsole({ eventCollectors });
    for (const identifier of [detections, 'KL_Verification_Tool']) {
      console.addLogSource({
        name: identifier,
        identifier,
        typeName: 'Universal LEEF',
        coalesceEvents: false,
      });
    }
    const plan = await planSetup(await connect(console), smallSetup);
    expect(told(plan).filter((line) => line.includes('log source'))).toEqual([]);
  });
});
