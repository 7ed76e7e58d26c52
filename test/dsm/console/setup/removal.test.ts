import { afterEach, expect, test } from '@jest/globals';

import type { ConsoleClient } from '../../../../dsm/console/index.js';
import { removeSetup, type DesiredSetup } from '../../../../dsm/console/setup/index.js';
import {
  apply,
  changing,
  closeAll,
  connect,
  fullSetup,
  lineOf,
  noPause,
  smallSetup,
  startConsole,
  told,
  withConsole,
} from './support.js';

afterEach(closeAll);

const properties = '/config/event_sources/custom_properties';

const remove = (client: ConsoleClient, desired: DesiredSetup, isPlan = false) =>
  removeSetup(client, desired, { isPlan, pause: noPause });

const lines = [
  'remove property expression URL of Threat Forwarder',
  'remove property expression Confidence of Threat Forwarder',
  'remove custom property URL',
  'remove custom property Confidence',
  'remove log source KL_Threat_Feed_Service_V2',
  'remove log source KL_Verification_Tool',
  'remove log source type Threat Forwarder',
  'change deployment Deploy Changes: incremental',
];

withConsole('taking the setup away', () => {
  test('what was made is removed, as far as the console lets go of it', async () => {
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    await apply(client, smallSetup);
    const from = console.requests.length;
    const plan = await remove(client, smallSetup, true);
    expect(told(plan)).toEqual(lines);
    expect(plan.notes.join('\n')).toMatch(/no way to delete them.*\n.*stay in JSA/);
    expect(changing(console, from)).toEqual([]);
    expect(told(await remove(client, smallSetup))).toEqual(lines);
    expect(console.snapshot()).toMatchObject({
      ...{ types: [], logSources: [], properties: [], expressions: [] },
      qids: [{}, {}],
    });
    expect(told(await remove(client, smallSetup))).toEqual([]);
    // And it can be made again.
    expect((await apply(client, smallSetup)).stoppedBy).toBeUndefined();
    expect(console.snapshot()).toMatchObject({ qids: [{}, {}], logSources: [{}, {}] });
  });

  test('the whole catalogue', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const before = console.snapshot();
    await apply(client, fullSetup);
    const report = await remove(client, fullSetup);
    expect(report.stoppedBy).toBeUndefined();
    const stays = { qids: undefined, mappings: undefined };
    expect({ ...(console.snapshot() as object), ...stays }).toEqual({
      ...(before as object),
      ...stays,
    });
  });

  test("somebody's property, expression, spelling and use of our type stay", async () => {
    const console = await startConsole({ hasOwnExtension: true });
    const client = await connect(console);
    const made = (name: string) =>
      client.post<{ readonly identifier: string }>(`${properties}/regex_properties`, {
        body: { name, property_type: 'string', description: 'Mine' },
      });
    await made('URL');
    await apply(client, smallSetup);
    const [confidence] = await client.list<{ readonly identifier: string }>(
      `${properties}/regex_properties`,
      { filter: 'name="Confidence"' },
    );
    const [type] = await client.list<{ readonly id: number }>(
      '/config/event_sources/log_source_management/log_source_types',
      { filter: 'name="Linux OS"' },
    );
    await client.post(`${properties}/property_expressions`, {
      body: {
        regex_property_identifier: confidence?.identifier,
        log_source_type_id: type?.id,
        regex: 'level=(\\d+)',
      },
    });
    console.addLogSource({
      name: 'Lower',
      identifier: 'kl_verification_tool',
      typeName: 'Linux OS',
    });
    console.addLogSource({ name: 'Lab', identifier: 'lab', typeName: 'Threat Forwarder' });
    const report = await remove(client, smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(report.steps.map(lineOf)).toEqual([
      'remove property expression URL of Threat Forwarder',
      'remove property expression Confidence of Threat Forwarder',
      'keep custom property Confidence: other expressions fill it too',
      'remove log source KL_Threat_Feed_Service_V2',
      'remove log source KL_Verification_Tool',
      'keep log source Lower: identifier kl_verification_tool: another spelling than ours',
      'keep log source type Threat Forwarder: used by Lab',
      'change deployment Deploy Changes: incremental',
    ]);
    expect(console.snapshot()).toMatchObject({
      properties: [{ name: 'Confidence' }, { name: 'URL', description: 'Mine' }],
      expressions: [{ property: 'Confidence', type: 'Linux OS' }],
      logSources: [{ name: 'Lab' }, { name: 'Lower' }],
    });
  });

  test('a property that something depends on is not deleted by JSA: it is kept', async () => {
    const console = await startConsole();
    const client = await connect(console);
    await apply(client, smallSetup);
    console.fail({
      ...{ method: 'DELETE', path: /regex_properties/, times: 2 },
      what: { kind: 'answer', status: 202 },
    });
    const report = await remove(client, smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(told(report).filter((line) => line.includes('custom property'))).toEqual([
      'keep custom property URL: JSA has not deleted it: searches, rules or reports may use it',
      'keep custom property Confidence: JSA has not deleted it: searches, rules or reports may use it',
    ]);
  });

  test.each([true, false])(
    'cut off at any removal, served: %s, the next run ends it',
    async (isServed) => {
      const console = await startConsole({ hasOwnExtension: true });
      const client = await connect(console);
      for (let after = 0; after < lines.length - 1; after += 1) {
        await apply(client, smallSetup);
        const what = { kind: 'answer', status: 503, message: 'later' } as const;
        let count = 0;
        const dying: ConsoleClient = {
          ...client,
          delete: async (path) => {
            count += 1;
            if (count <= after) return client.delete(path);
            if (isServed && count === after + 1) await client.delete(path);
            console.fail({ method: 'DELETE', path: /./, times: 3, what });
            return client.delete(path);
          },
        };
        const report = await remove(dying, smallSetup);
        expect(report.stoppedBy).toMatchObject({ status: 503 });
        expect(report.left.length).toBeGreaterThan(0);
        expect((await remove(client, smallSetup)).stoppedBy).toBeUndefined();
        expect(console.snapshot()).toMatchObject({
          ...{ types: [], logSources: [], properties: [], expressions: [] },
        });
      }
    },
  );
});
