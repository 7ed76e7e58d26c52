import { afterEach, expect, test } from '@jest/globals';

import { eventCatalogue } from '../../../../dsm/index.js';
import { customProperties, propertyPattern } from '../../../../dsm/properties/custom-properties.js';
import { isChanging, planSetup } from '../../../../dsm/console/setup/index.js';
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

const sources = /\/log_sources$/;
const mappings = /\/dsm_event_mappings$/;
const qids = /\/qid_records$/;
const leef = /\/property_leef_expressions$/;

withConsole('a console that has something against it', () => {
  test('the name of a log source is taken: who has it is told, and the rest is left', async () => {
    const console = await startConsole();
    console.addLogSource({
      name: smallSetup.identifier,
      identifier: '192.0.2.77',
      typeName: 'Linux OS',
    });
    const client = await connect(console);
    const report = await apply(client, smallSetup);
    expect(report.stoppedBy).toMatchObject({
      code: 'TF_CONSOLE',
      status: 409,
      message: `another log source has the name "${smallSetup.identifier}" (Linux OS, identifier 192.0.2.77)`,
    });
    expect(report.left.filter(isChanging)).toHaveLength(12);
    expect(report.left.map(lineOf)[0]).toMatch(/^create log source KL_Threat_Feed_Service_V2/);
  });

  test('somebody made the log source in the meantime: it is compared', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const other = await connect(console);
    // Made between the look and the creation.
    let isMade = false;
    const racing = {
      ...client,
      post: async <T>(path: string, sending = {}): Promise<T> => {
        if (sources.test(path) && !isMade) {
          isMade = true;
          console.addLogSource({
            name: 'Discovered',
            identifier: smallSetup.identifier,
            typeName: 'Universal LEEF',
          });
        }
        return other.post<T>(path, sending);
      },
    };
    const report = await apply(racing, smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(told(report)[0]).toBe(
      'change log source KL_Threat_Feed_Service_V2: coalescing on → off',
    );
    expect(console.snapshot()).toMatchObject({
      logSources: [{ name: 'Discovered', coalescing: false }, { name: 'KL_Verification_Tool' }],
    });
  });

  test('a mapping that came in the meantime and says something else stays', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const other = await connect(console);
    let isMade = false;
    const racing = {
      ...client,
      post: async <T>(path: string, sending: { readonly body?: unknown } = {}): Promise<T> => {
        if (mappings.test(path) && !isMade) {
          isMade = true;
          const body = sending.body as { readonly log_source_type_id: number };
          const { log_source_type_id } = body;
          const record = await other.post<{ readonly id: number }>(
            '/data_classification/qid_records',
            {
              body: { log_source_type_id, name: 'Mine', severity: 1, low_level_category_id: 8052 },
            },
          );
          await other.post(path, { body: { ...body, qid_record_id: record.id } });
        }
        return other.post<T>(path, sending);
      },
    };
    const report = await apply(racing, smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    const kept = report.steps.filter(({ action }) => action === 'keep').map(lineOf);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatch(/^keep event mapping .*: is record \d+$/);
    // The next look knows its name.
    const plan = await planSetup(client, smallSetup);
    expect(told(plan)[0]).toMatch(/^keep event mapping .*: is Mine$/);
  });

  test('a wrong value stops it; what is done stays done, and the next run does the rest', async () => {
    const console = await startConsole();
    console.fail({
      ...{ method: 'POST', path: qids },
      what: { kind: 'answer', status: 422, code: 1005, message: 'bad severity' },
    });
    const client = await connect(console);
    const report = await apply(client, smallSetup);
    expect(report.stoppedBy).toMatchObject({ code: 'TF_CONSOLE', status: 422 });
    expect(report.stoppedBy?.message).toContain('bad severity');
    expect(report.steps.map(lineOf).join()).toContain('create log source KL_Verification_Tool');
    expect(report.left.map(({ resource }) => resource)).toContain('deployment');
    const again = await apply(client, smallSetup);
    expect(again.stoppedBy).toBeUndefined();
    expect(told(again)).not.toContain('create log source KL_Verification_Tool');
    expect(told(await planSetup(client, smallSetup))).toEqual([]);
  });

  test('no mapping without a category is taken: said once, not asked again, and the rest is done', async () => {
    const console = await startConsole();
    const client = await connect(console);
    let refused = 0;
    const strict = {
      ...client,
      post: async <T>(path: string, sending: { readonly body?: unknown } = {}): Promise<T> => {
        const body = sending.body as { readonly log_source_event_category?: string };
        if (mappings.test(path) && body.log_source_event_category === '') {
          refused += 1;
          const whole = { ...body, log_source_type_id: -1 };
          return client.post<T>(path, { body: whole });
        }
        return client.post<T>(path, sending);
      },
    };
    const report = await apply(strict, { ...smallSetup, events: eventCatalogue.slice(0, 20) });
    expect(report.stoppedBy).toBeUndefined();
    expect(report.notes.join()).toContain('leef.cat');
    expect(report.steps.filter(({ action }) => action === 'keep')).toHaveLength(20);
    expect(refused).toBeGreaterThan(0);
    // Of the four that are under way at a time each may have asked before the first was refused.
    expect(refused).toBeLessThanOrEqual(4);
    expect(console.snapshot()).toMatchObject({
      mappings: Array(20).fill({ category: 'Detect' }) as unknown,
    });
  });

  test('no LEEF expressions are taken: regular expressions instead', async () => {
    const console = await startConsole();
    console.fail({
      ...{ method: 'POST', path: leef, times: 99 },
      what: { kind: 'answer', status: 422, code: 1005, message: 'expression' },
    });
    const client = await connect(console);
    const setup = { ...smallSetup, properties: customProperties };
    const report = await apply(client, setup);
    expect(report.stoppedBy).toBeUndefined();
    const wanted = customProperties.map(({ name, key }) => ({
      ...{ property: name, group: 1, regex: propertyPattern(key) },
    }));
    const { expressions } = console.snapshot() as { readonly expressions: readonly object[] };
    expect(expressions).toHaveLength(wanted.length);
    for (const one of wanted) expect(expressions).toContainEqual(expect.objectContaining(one));
    // Of the four that are under way at a time each may have asked before the first was refused.
    expect(changing(console).filter((line) => /leef_.* 422$/.test(line)).length).toBeLessThan(5);
    // Those are as good, and stay.
    expect(told(await apply(client, setup))).toEqual([]);
  });

  test('a console without LEEF expressions and auto-detection', async () => {
    const console = await startConsole();
    const none = { kind: 'answer', status: 404 } as const;
    console.fail({ method: 'GET', path: leef, what: none });
    console.fail({ method: 'GET', path: /autodetection/, what: none });
    const report = await apply(await connect(console), smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(report.notes.join()).toContain('no settings of auto-detection for Universal LEEF');
    expect(changing(console).filter((line) => line.includes('property_leef'))).toEqual([]);
    expect(console.snapshot()).toMatchObject({
      expressions: [
        { property: 'Confidence', group: 1 },
        { property: 'URL', group: 1 },
      ],
    });
  });

  test('nothing to deploy is no error', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const busy = { kind: 'answer', status: 409, code: 1002, message: 'no changes' } as const;
    console.fail({ method: 'POST', path: /deploy_status/, times: 5, what: busy });
    const report = await apply(client, smallSetup);
    // It is needed, and the console never begins it.
    expect(report.stoppedBy).toMatchObject({
      message: expect.stringContaining('deployment') as unknown,
    });
    expect(report.left.map(lineOf)).toEqual(['change deployment Deploy Changes: incremental']);
    expect((await apply(client, smallSetup)).stoppedBy).toBeUndefined();
  });

  test('a deployment of somebody else is waited for', async () => {
    const console = await startConsole();
    const client = await connect(console);
    const busy = { kind: 'answer', status: 409, code: 1002, message: 'running' } as const;
    console.fail({ method: 'POST', path: /deploy_status/, what: busy });
    const report = await apply(client, smallSetup);
    expect(report.stoppedBy).toBeUndefined();
    expect(report.steps.map(lineOf)).toContain('change deployment Deploy Changes: incremental');
    expect(console.snapshot()).toMatchObject({ logSources: [{ isDeployed: true }, {}] });
  });

  test('a deployment that lasts too long is left alone', async () => {
    const console = await startConsole({ deployMs: 3_600_000 });
    const report = await apply(await connect(console), smallSetup, { deployLimitMs: 1000 });
    expect(report.stoppedBy).toBeUndefined();
    expect(report.steps.map(lineOf)).toContain(
      'change deployment Deploy Changes: started, not at its end yet',
    );
    expect(report.notes.join()).toContain('still under way');
  });
});
