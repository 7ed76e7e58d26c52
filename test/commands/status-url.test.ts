import { describe, expect, test } from '@jest/globals';

import {
  configuredStatusUrl,
  statusUrlOf,
} from '../../forwarder/commands/support/status/status-url.js';
import { loadConfig } from '../../forwarder/config/index.js';
import { projectDirectory } from '../support/service-process.js';

const configured = async (set: string): Promise<string> => {
  const loaded = await loadConfig({
    env: {},
    set: [set],
    cwd: '/',
    packageDirectory: projectDirectory,
  });
  return configuredStatusUrl(loaded).href;
};

describe('where the service is asked', () => {
  test.each([
    ['http://127.0.0.1:9990', 'http://127.0.0.1:9990/status'],
    ['127.0.0.1:9990', 'http://127.0.0.1:9990/status'],
    ['http://[::1]:9990/', 'http://[::1]:9990/status'],
    ['https://forwarder.example/metrics?x#y', 'https://forwarder.example/status'],
    ['localhost', 'http://localhost/status'],
  ])('--url %s', (text, url) => {
    expect(statusUrlOf(text).href).toBe(url);
  });

  test.each(['ftp://127.0.0.1', 'file:///etc/passwd', 'http://', 'http://u:p@127.0.0.1', '::', ''])(
    '--url %s is refused, and no password is repeated',
    (text) => {
      expect(() => statusUrlOf(text)).toThrow(
        expect.objectContaining({ code: 'TF_USAGE', message: expect.not.stringContaining('p@') }),
      );
    },
  );

  test('is what http.listen says, seen from this machine', async () => {
    expect(await configured('http.listen=127.0.0.1:9990')).toBe('http://127.0.0.1:9990/status');
    expect(await configured('http.listen=:9991')).toBe('http://127.0.0.1:9991/status');
    expect(await configured('http.listen=[::]:9991')).toBe('http://[::1]:9991/status');
    expect(await configured('http.listen=192.0.2.7:80')).toBe('http://192.0.2.7/status');
  });

  test('is nowhere without http, or on any free port; the error says what to do', async () => {
    await expect(configured('http=false')).rejects.toMatchObject({ code: 'TF_CONFIG' });
    await expect(configured('http.listen=127.0.0.1:0')).rejects.toMatchObject({
      code: 'TF_CONFIG',
      hint: expect.stringContaining('--url'),
    });
  });
});
