import { afterEach, describe, expect, test } from '@jest/globals';

import { askedFeed } from '../../../forwarder/feeds/sources/asked-feed.js';
import { openHttpClient, readJson, type Access } from '../../../forwarder/net/index.js';
import { json } from '../../support/https-server.js';
import { access, faultOf, Setting } from '../support/setting.js';

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
const before = new Map(names.map((name) => [name, process.env[name]]));
const setting = new Setting();

afterEach(async () => {
  for (const [name, value] of before) setVariable(name, value);
  await setting.clean();
});

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

/** The environment with these of its proxies only. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const name of names) setVariable(name, variables[name]);
}

async function get(url: string, more: Partial<Access>): Promise<unknown> {
  const client = await openHttpClient(url, access(more), { what: askedFeed, clock: Date.now });
  try {
    return await client.ask({ url }, (answer) => readJson(answer, 1000));
  } finally {
    await client.close();
  }
}

describe('proxies', () => {
  test('plain HTTP is asked of the proxy itself', async () => {
    const [server, proxy] = [await setting.server(), await setting.proxy('soc:secret')];
    server.on('/feed', json([1]));
    const address = `http://soc:secret@127.0.0.1:${proxy.port}`;
    expect(await get(server.url('/feed'), { proxy: address })).toEqual([1]);
    expect(proxy.passed).toEqual([`GET ${server.url('/feed')}`]);
  });

  test('a proxy that wants to know who asks', async () => {
    const [server, proxy] = [await setting.server(), await setting.proxy('soc:secret')];
    server.on('/feed', json([1]));
    const fault = await faultOf(
      get(server.url('/feed'), { proxy: `http://127.0.0.1:${proxy.port}` }),
    );
    expect(fault.message).toBe('the proxy wants to know who asks (HTTP 407)');
    expect(fault.hint).toContain('USER:PASSWORD@');
  });

  test('the environment names one, but for the hosts of NO_PROXY', async () => {
    const [server, proxy] = [await setting.server(), await setting.proxy()];
    server.on('/feed', json([1]));
    environment({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    await get(server.url('/feed'), { proxy: undefined });
    expect(proxy.passed).toHaveLength(1);
    environment({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'x.example,127.0.0.1' });
    await get(server.url('/feed'), { proxy: undefined });
    expect(proxy.passed).toHaveLength(1);
    expect(server.asked).toHaveLength(2);
  });

  test('"none" does without the one of the environment', async () => {
    const [server, proxy] = [await setting.server(), await setting.proxy()];
    server.on('/feed', json([1]));
    environment({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    await get(server.url('/feed'), { proxy: 'none' });
    expect(proxy.passed).toEqual([]);
  });

  test('an address that is none is told without repeating it', async () => {
    for (const proxy of ['soc:hunter2@proxy:8080', 'ftp://soc:hunter2@proxy']) {
      const fault = await faultOf(get('http://127.0.0.1:1/', { proxy }));
      expect(fault).toMatchObject({ code: 'TF_CONFIG', where: 'proxy' });
      expect(`${fault.message}${fault.hint}`).not.toContain('hunter2');
    }
    environment({ https_proxy: 'proxy:8080' });
    const fault = await faultOf(get('http://127.0.0.1:1/', { proxy: undefined }));
    expect(fault.where).toBe('environment https_proxy');
  });
});
