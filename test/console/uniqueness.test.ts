import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { tlsObstacle } from '../support/certificates.js';
import { typeIds } from './catalogue.js';
import { startTestConsole } from './start-test-console.js';
import { ask } from './support.js';
import type { TestConsole } from './test-console.js';

const withTls = tlsObstacle === undefined ? describe : describe.skip;

withTls('what may be there once', () => {
  let console: TestConsole;
  beforeEach(async () => {
    console = await startTestConsole({ hasVendorType: true });
  });
  afterEach(() => console.close());

  const makeSource = (name: string, type_id: number) =>
    ask(console, 'POST', '/config/event_sources/log_source_management/log_sources', {
      ...{ name, type_id, protocol_type_id: 0 },
      protocol_parameters: [
        { name: 'identifier', value: 'KL_Threat_Feed_Service_V2' },
        { name: 'incomingPayloadEncoding', value: 'UTF-8' },
      ],
    });

  test('an identifier for each type, a name at all', async () => {
    expect(await makeSource('One', typeIds.leef)).toMatchObject({ status: 201 });
    expect(await makeSource('Two', typeIds.vendor)).toMatchObject({ status: 201 });
    const alike = await makeSource('Three', typeIds.leef);
    expect(alike).toMatchObject({ status: 409, body: { code: 1002 } });
    const named = await makeSource('One', typeIds.linux);
    expect(named).toMatchObject({ status: 409, body: { code: 1001 } });
  });

  test('a mapping made by hand beside one that came with the type, but no second', async () => {
    const path = '/data_classification/dsm_event_mappings';
    const [provided] = (await ask(console, 'GET', path)).body as readonly {
      readonly log_source_event_id: string;
      readonly log_source_event_category: string;
      readonly qid_record_id: number;
    }[];
    if (provided === undefined) throw new Error('a mapping of the vendor expected');
    const { log_source_event_id, log_source_event_category, qid_record_id } = provided;
    const body = {
      ...{ log_source_type_id: typeIds.vendor, log_source_event_id },
      ...{ log_source_event_category, qid_record_id },
    };
    const first = await ask(console, 'POST', path, body);
    expect(first).toMatchObject({ status: 201, body: { custom_event: true } });
    const second = await ask(console, 'POST', path, body);
    expect(second).toMatchObject({ status: 409, body: { code: 1008 } });
  });
});
