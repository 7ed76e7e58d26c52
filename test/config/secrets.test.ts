import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  openSecret,
  readKeyFile,
  readOrCreateKeyFile,
  sealSecret,
} from '../../forwarder/config/secrets/index.js';
import { ServiceError } from '../../forwarder/core/index.js';
import { loadText, refusal, scratchDirectory } from './load-support.js';

const scratch = scratchDirectory();
afterAll(scratch.remove);

const anyKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

describe('a sealed text', () => {
  test('opens with its key, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), anyKey, (text, key) => {
        const sealed = sealSecret(text, key);
        expect(sealed).toMatch(/^enc:[A-Za-z0-9+/]+=*$/);
        expect(openSecret(sealed, key)).toEqual({ ok: true, value: text });
        expect(sealSecret(text, key)).not.toBe(sealed);
      }),
    );
  });

  test('does not open with another key, and says so', () => {
    fc.assert(
      fc.property(fc.string(), anyKey, anyKey, (text, key, other) => {
        fc.pre(!key.equals(other));
        expect(openSecret(sealSecret(text, key), other).ok).toBe(false);
      }),
    );
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    expect(openSecret(sealSecret('x', one), two)).toEqual({
      ok: false,
      problem: 'a secret that was sealed with another key',
    });
  });

  test('does not open when a bit was changed, or an end was cut off', () => {
    const key = Buffer.alloc(32, 7);
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(7), (text, at, bit) => {
        const bytes = Buffer.from(sealSecret(text, key).slice(4), 'base64');
        const cut = bytes.subarray(0, at % bytes.length);
        expect(openSecret(`enc:${cut.toString('base64')}`, key).ok).toBe(false);
        bytes[at % bytes.length]! ^= 1 << bit;
        expect(openSecret(`enc:${bytes.toString('base64')}`, key).ok).toBe(false);
      }),
    );
  });

  test.each(['', 'enc:', 'enc:#', 'enc:AAAA', 'plain', 'enc:AQ==', `enc:${'A'.repeat(200)}`])(
    'is not %p',
    (text) => {
      expect(openSecret(text, Buffer.alloc(32)).ok).toBe(false);
    },
  );
});

describe('the key file', () => {
  test('is made once, for its owner only, and read again', () => {
    const path = join(scratch.path, 'made/forwarder.key');
    const first = readOrCreateKeyFile(path);
    expect(first.isNew).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readOrCreateKeyFile(path)).toEqual({ key: first.key, isNew: false });
    expect(readKeyFile(path)).toEqual({ ok: true, value: first.key });
  });

  test('is not replaced when it is damaged', () => {
    const path = join(scratch.path, 'damaged.key');
    writeFileSync(path, 'threat-forwarder-key:1:AAAA\n', { mode: 0o600 });
    expect(() => readOrCreateKeyFile(path)).toThrow(ServiceError);
    expect(readFileSync(path, 'utf8')).toBe('threat-forwarder-key:1:AAAA\n');
  });

  test('is refused when every user may open it', () => {
    const path = join(scratch.path, 'open.key');
    readOrCreateKeyFile(path);
    chmodSync(path, 0o604);
    expect(readKeyFile(path)).toMatchObject({ ok: false });
    chmodSync(path, 0o640);
    expect(readKeyFile(path).ok).toBe(true);
  });

  test('in a folder that cannot be is an error of the operator', () => {
    writeFileSync(join(scratch.path, 'file'), '');
    expect(() => readOrCreateKeyFile(join(scratch.path, 'file/forwarder.key'))).toThrow(
      expect.objectContaining({ code: 'TF_CONFIG' }),
    );
  });
});

describe('a configuration with sealed secrets', () => {
  const withProxy = (secret: string): string =>
    `feeds: []\ndownloads:\n  proxy: ${JSON.stringify(secret)}\n`;

  test('is opened with the key beside it', async () => {
    const folder = scratchDirectory();
    const { key } = readOrCreateKeyFile(join(folder.path, 'forwarder.key'));
    const proxy = 'http://user:päss@proxy.example:3128';
    const { config } = await loadText(folder.path, withProxy(sealSecret(proxy, key)));
    expect(config.downloads.proxy).toBe(proxy);
    folder.remove();
  });

  test('is opened with the key the environment names', async () => {
    const folder = scratchDirectory();
    const path = join(folder.path, 'elsewhere/a.key');
    const { key } = readOrCreateKeyFile(path);
    const text = withProxy(sealSecret('http://a.example:1', key));
    for (const named of [path, 'elsewhere/a.key']) {
      const env = { TF_SECRETS_KEY_FILE: named };
      const { config } = await loadText(folder.path, text, { env });
      expect(config.downloads.proxy).toBe('http://a.example:1');
    }
    folder.remove();
  });

  test('says at its place that the key is missing, wrong, or the text damaged', async () => {
    const folder = scratchDirectory();
    const sealed = sealSecret('http://a.example:1', Buffer.alloc(32, 3));
    const missing = await refusal(loadText(folder.path, withProxy(sealed)));
    expect(missing.message).toContain('forwarder.yaml:3:10 downloads.proxy');
    expect(missing.message).toContain('forwarder.key, which does not exist');
    readOrCreateKeyFile(join(folder.path, 'forwarder.key'));
    const wrong = await refusal(loadText(folder.path, withProxy(sealed)));
    expect(wrong.message).toContain('forwarder.yaml:3:10 downloads.proxy');
    expect(wrong.message).toContain('sealed with another key');
    const damaged = await refusal(loadText(folder.path, withProxy(sealed.slice(0, -8))));
    expect(damaged.message).toContain('downloads.proxy');
    expect([missing, wrong, damaged].every(({ message }) => !message.includes(sealed))).toBe(true);
    folder.remove();
  });
});
