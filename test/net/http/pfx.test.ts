import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { openHttpClient, readJson, type Access } from '../../../forwarder/net/index.js';
import {
  createAuthority,
  tlsObstacle,
  type Authority,
  type Certificate,
} from '../../support/certificates.js';
import { json, type WebServer } from '../../support/https-server.js';
import { portal } from '../support/portal.js';
import { access, faultOf, Setting } from '../support/setting.js';

const setting = new Setting();
afterEach(() => setting.clean());

async function get(url: string, tls: Access['tls']): Promise<unknown> {
  const client = await openHttpClient(url, access({ tls }), { what: portal, clock: Date.now });
  try {
    return await client.ask({ url }, (answer) => readJson(answer, 1000));
  } finally {
    await client.close();
  }
}

const title = 'a client certificate in a file of PKCS #12';
if (tlsObstacle !== undefined) {
  describe.skip(`${title} (${tlsObstacle})`, () => {
    test('the whole suite', () => undefined);
  });
} else {
  describe(title, describePfx);
}

function describePfx(): void {
  let authority: Authority;
  let stranger: Authority;
  let good: Certificate;
  let client: Certificate;

  beforeAll(() => {
    authority = createAuthority('Portal CA');
    stranger = createAuthority('Strange CA');
    good = authority.issue({ name: 'good', names: 'IP:127.0.0.1' });
    client = authority.issue({ name: 'client', names: 'DNS:forwarder' });
  }, 60_000);

  afterAll(() => {
    authority.remove();
    stranger.remove();
  });

  async function serving(): Promise<WebServer> {
    const server = await setting.server({ tls: good, clientCa: authority.cert });
    server.on('/', json(['yes']));
    return server;
  }

  function packed({ certFile, keyFile }: Certificate, passphrase = 'opens-it'): string {
    const file = join(setting.folder(), 'client.p12');
    execFileSync('openssl', [
      ...['pkcs12', '-export', '-in', certFile, '-inkey', keyFile],
      ...['-passout', `pass:${passphrase}`, '-out', file],
    ]);
    return file;
  }

  test('is shown', async () => {
    const server = await serving();
    const tls = { ca: authority.certFile, pfx: packed(client), passphrase: 'opens-it' };
    expect(await get(server.url('/'), tls)).toEqual(['yes']);
    expect(server.asked[0]?.client).toBe('client');
  });

  test('needs its pass-phrase', async () => {
    const pfx = packed(client);
    for (const passphrase of ['hunter2', undefined]) {
      const fault = await faultOf(get('https://127.0.0.1:1/', { pfx, passphrase }));
      expect(fault.code).toBe('TF_CONFIG');
      expect(fault.message).toContain(pfx);
      expect(fault.hint).toContain('tls.passphrase');
      expect(`${fault.message}${fault.hint}${String(fault.cause)}`).not.toContain('hunter2');
    }
  });

  test('is told from a file of another kind', async () => {
    const pfx = join(setting.folder(), 'client.p12');
    for (const content of ['', 'nothing of the kind', client.cert]) {
      writeFileSync(pfx, content);
      const fault = await faultOf(get('https://127.0.0.1:1/', { pfx }));
      expect(fault).toMatchObject({ code: 'TF_CONFIG' });
      expect(fault.message).toContain(`the file ${pfx} cannot be opened`);
      expect(fault.hint).toContain('PKCS #12');
    }
  });

  test('that is not there is told', async () => {
    const pfx = join(setting.folder(), 'none.p12');
    const fault = await faultOf(get('https://127.0.0.1:1/', { pfx }));
    expect(fault.message).toContain(`cannot read ${pfx}`);
    expect(fault.hint).toContain('tls.pfx');
  });

  test('is the only one', async () => {
    const { certFile: cert, keyFile: key } = client;
    const tls = { pfx: packed(client), passphrase: 'opens-it', cert, key };
    const fault = await faultOf(get('https://127.0.0.1:1/', tls));
    expect(fault).toMatchObject({ code: 'TF_CONFIG' });
    expect(fault.hint).toContain('not both');
  });

  test('that the server does not accept is named by its setting', async () => {
    const server = await serving();
    const other = stranger.issue({ name: 'other', names: 'DNS:forwarder' });
    const tls = { ca: authority.certFile, pfx: packed(other), passphrase: 'opens-it' };
    const fault = await faultOf(get(server.url('/'), tls));
    expect(fault.hint).toContain('tls.pfx');
    expect(fault.hint).not.toContain('feed');
    expect(server.asked).toEqual([]);
  });
}
