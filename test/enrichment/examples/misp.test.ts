import { afterAll, beforeAll, expect, test } from '@jest/globals';

import type { Enricher } from '../../../forwarder/enrichment/index.js';
import { readReply } from '../../../forwarder/enrichment/enrichers/read-reply.js';
import { createAuthority, whyNoCertificates, type Authority } from '../../support/certificates.js';
import { mispAttributes } from '../../support/misp-attributes.js';
import { startMispServer, type MispServer } from '../../support/misp-server.js';
import { event, makeExample, request } from './support.js';

const keyVariable = 'TF_TEST_MISP_KEY';
const withoutCertificates = whyNoCertificates();
const ifPossible = withoutCertificates === undefined ? test : test.skip;

let authority: Authority | undefined;
let server: MispServer | undefined;

beforeAll(async () => {
  if (withoutCertificates !== undefined) return;
  process.env[keyVariable] = 'right key';
  authority = createAuthority('Authority of MISP');
  const tls = authority.issue({ name: 'misp', names: 'IP:127.0.0.1' });
  const attributes = mispAttributes([
    {
      type: 'ip-dst',
      value: '192.0.2.1',
      tags: ['tlp:green', 'apt'],
      event: { id: 7, info: 'Spring' },
    },
    { type: 'ip-src', value: '192.0.2.1', event: { id: 8, info: 'Autumn' } },
    ...Array.from({ length: 150 }, () => ({ type: 'domain', value: 'often.example' })),
  ]);
  server = await startMispServer({ key: 'right key', attributes, tls });
});

afterAll(async () => {
  await server?.close();
  authority?.remove();
  Reflect.deleteProperty(process.env, keyVariable);
});

function make(options: Readonly<Record<string, unknown>> = {}): Promise<Enricher> {
  const usual = { url: server?.address, keyVariable, caFile: authority?.certFile };
  return makeExample('misp', { ...usual, ...options });
}

ifPossible('answers with the fields of each attribute, as Tracer prints them', async () => {
  const enricher = await make();
  const answers = await enricher.enrich(request('ip', '192.0.2.1'));
  expect(answers).toMatchObject([
    {
      matched: '192.0.2.1',
      category: 'Tracer_MISP_IP_enricher0',
      fields: {
        type: 'ip-dst',
        'Event.info': 'Spring',
        'Tag[0].name': 'tlp:green',
        'Tag[1].name': 'apt',
      },
    },
    { category: 'Tracer_MISP_IP_enricher1', fields: { 'Event.id': '8' } },
  ]);
  expect(readReply(answers)).toHaveLength(2);
  expect(server?.requests.at(-1)).toMatchObject({
    path: '/attributes/restSearch/json',
    authorization: 'right key',
    body: { value: '192.0.2.1' },
  });
});

ifPossible('keeps what MISP said, and that it knew nothing', async () => {
  const enricher = await make();
  const before = server?.requests.length ?? 0;
  const asked = [request('hash', 'ab'), request('ip', '192.0.2.1'), request('hash', 'ab')];
  const at = async (): Promise<readonly number[]> => {
    const found = await Promise.all(asked.map(async (one) => enricher.enrich(one)));
    return found.map((answers) => (answers as readonly unknown[]).length);
  };
  expect([await at(), await at()]).toEqual([
    [0, 2, 0],
    [0, 2, 0],
  ]);
  expect(server?.requests.length).toBe(before + 2);
  const forgetful = await make({ keepSeconds: 0, keepMissSeconds: 0 });
  for (let time = 0; time < 2; time++) await forgetful.enrich(request('hash', 'ab'));
  expect(server?.requests.length).toBe(before + 4);
});

ifPossible('a value that stands everywhere stays within what the service takes', async () => {
  const enricher = await make();
  const value = { key: 'url', text: 'often.example' } as const;
  const ip = { key: 'ip', text: '192.0.2.1' } as const;
  const answers = readReply(await enricher.enrich(event({ request: [value, ip] })));
  expect(answers).toBeInstanceOf(Array);
  expect(answers.length).toBeGreaterThan(10);
});

ifPossible('a refusal, a page and a broken answer are errors, and are not kept', async () => {
  const enricher = await make();
  const ask = (): Promise<unknown> => Promise.resolve(enricher.enrich(request('ip', '192.0.2.1')));
  server?.misbehave({ kind: 'status', status: 503 });
  await expect(ask()).rejects.toThrow('MISP answered 503');
  server?.misbehave({ kind: 'login-page' });
  await expect(ask()).rejects.toThrow(/JSON/);
  server?.misbehave({ kind: 'text', text: '{"response":[]}' });
  await expect(ask()).rejects.toThrow('no list of attributes');
  server?.misbehave({ kind: 'cut-off' });
  await expect(ask()).rejects.toThrow(/aborted|hang up/);
  server?.misbehave(undefined);
  expect(await ask()).toHaveLength(2);
});

ifPossible('the certificate is checked, and the key must be there', async () => {
  const distrustful = await make({ caFile: undefined });
  const asked = Promise.resolve(distrustful.enrich(request('ip', '192.0.2.1')));
  await expect(asked).rejects.toThrow(/certificate/);
  await expect(make({ keyVariable: 'TF_TEST_NO_SUCH_KEY' })).rejects.toThrow(
    'the variable TF_TEST_NO_SUCH_KEY is not set',
  );
});
