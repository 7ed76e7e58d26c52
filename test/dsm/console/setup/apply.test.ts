import { afterEach, expect, test } from '@jest/globals';

import { buildBundle, defaultBundleSettings } from '../../../../dsm/content/index.js';
import { mappingCategories } from '../../../../dsm/events/mapping-categories.js';
import { isChanging, planSetup } from '../../../../dsm/console/setup/index.js';
import {
  apply,
  changing,
  closeAll,
  connect,
  fullSetup,
  smallSetup,
  startConsole,
  told,
  withConsole,
} from './support.js';

afterEach(closeAll);

const steps = [
  'create log source KL_Threat_Feed_Service_V2: type Universal LEEF, coalescing off, on eventcollector0 :: jsa',
  'create log source KL_Verification_Tool: type Universal LEEF, coalescing off, on eventcollector0 :: jsa',
  'create event name (QID) KL_Malicious_URL: severity 8, Blacklist Address',
  'create event name (QID) KL_ALERT_ServiceStarted: severity 1, Service Started',
  'create event mapping KL_Malicious_URL / Detect',
  'create event mapping KL_Malicious_URL / (no category)',
  'create event mapping KL_ALERT_ServiceStarted / Status',
  'create event mapping KL_ALERT_ServiceStarted / (no category)',
  'create custom property URL: string, read for rules',
  'create custom property Confidence: numeric, read for rules',
  'create property expression URL of Universal LEEF: key url',
  'create property expression Confidence of Universal LEEF: key confidence',
  'change deployment Deploy Changes: incremental',
];

withConsole('setting up a console', () => {
  test('a plan says what a run does, and changes nothing', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const plan = await planSetup(client, smallSetup);
    expect(told(plan)).toEqual(steps);
    expect(plan.left).toEqual([]);
    expect(changing(console)).toEqual([]);
    expect(told(await apply(client, smallSetup))).toEqual(steps);
    expect(changing(console)).toHaveLength(steps.length);
  });

  test('the log sources take every event as it came', async () => {
    const console = await startConsole();
    await apply(await connect(console), smallSetup);
    expect(console.snapshot()).toMatchObject({
      logSources: [
        {
          name: 'KL_Threat_Feed_Service_V2',
          type: 'Universal LEEF',
          protocolId: 0,
          parameters: [
            { name: 'identifier', value: 'KL_Threat_Feed_Service_V2' },
            { name: 'incomingPayloadEncoding', value: 'UTF-8' },
          ],
          enabled: true,
          coalescing: false,
          storesPayload: true,
          isDeployed: true,
        },
        { name: 'KL_Verification_Tool', coalescing: false, isDeployed: true },
      ],
      expressions: [
        { property: 'Confidence', type: 'Universal LEEF', leef: 'confidence' },
        { property: 'URL', type: 'Universal LEEF', leef: 'url' },
      ],
    });
  });

  test('the log sources are those of log-source.json', async () => {
    const console = await startConsole();
    await apply(await connect(console), smallSetup);
    const made = console.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/log_sources'),
    );
    const file = buildBundle(defaultBundleSettings).find(({ path }) => path === 'log-source.json');
    const { logSources } = JSON.parse(String(file?.content)) as {
      readonly logSources: readonly { readonly body: object }[];
    };
    const lookedUp = {
      type_id: expect.any(Number) as unknown,
      target_event_collector_id: expect.any(Number) as unknown,
    };
    expect(made.map(({ body }) => body)).toEqual(
      logSources.map(({ body }) => ({ ...body, ...lookedUp })),
    );
  });

  test('a second run changes nothing, and asks for nothing to be changed', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await apply(client, smallSetup);
    const [before, from] = [console.snapshot(), console.requests.length];
    const report = await apply(client, smallSetup);
    expect(told(report)).toEqual([]);
    expect(report.steps.some(isChanging)).toBe(false);
    expect(changing(console, from)).toEqual([]);
    expect(console.snapshot()).toEqual(before);
  });

  test('the whole catalogue, each list read once', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const from = console.requests.length;
    const seen: number[] = [];
    const report = await apply(client, fullSetup, {}, (_step, done, total) => {
      seen.push(done);
      expect(total).toBeGreaterThan(done - 1);
    });
    const mappings = fullSetup.events.flatMap(mappingCategories).length;
    expect(report.stoppedBy).toBeUndefined();
    expect(report.notes).toEqual([]);
    expect(report.steps).toHaveLength(
      5 + fullSetup.events.length + mappings + 2 * fullSetup.properties.length,
    );
    expect(seen).toEqual(report.steps.map((_, index) => index + 1));
    // Those that change, and lists: not one for each event.
    const reads = console.requests.slice(from).filter(({ method }) => method === 'GET');
    expect(reads.length).toBeLessThan(25);
    expect(console.changes).toBe(
      3 + fullSetup.events.length + mappings + 2 * fullSetup.properties.length,
    );
    const again = console.requests.length;
    expect(told(await apply(client, fullSetup))).toEqual([]);
    expect(changing(console, again)).toEqual([]);
  });

  test('without deployment the log sources wait, and that is said', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const report = await apply(client, smallSetup, { deploys: false });
    expect(told(report)).toEqual(steps.slice(0, -1));
    expect(report.notes.join()).toContain('Deploy Changes');
    expect(console.snapshot()).toMatchObject({ logSources: [{ isDeployed: false }, {}] });
    // A later run makes up for it.
    expect(told(await apply(client, smallSetup))).toEqual(steps.slice(-1));
    expect(console.snapshot()).toMatchObject({ logSources: [{ isDeployed: true }, {}] });
  });
});
