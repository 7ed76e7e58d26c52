import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { whyNoCertificates } from '../support/certificates.js';
import { json, startWebServer } from '../support/https-server.js';
import { InitFolder, makePem } from './init-support.js';

const obstacle = whyNoCertificates();
const accepted = ['--accept-licence', '--skip-check'];
const all = [...accepted, '--jsa', '192.0.2.10:514'];
const feed = ['--feed-with-certificate', 'https://feeds.example/a.json'];
const dayMs = 86_400_000;

let pem: ReturnType<typeof makePem>;
let folder: InitFolder;

(obstacle === undefined ? describe : describe.skip)('the certificate', () => {
  beforeAll(() => {
    pem = makePem();
  });
  beforeEach(() => {
    folder = new InitFolder();
  });
  afterEach(() => {
    folder.remove();
  });

  test('is kept as a copy for its owner only, the certificate first', async () => {
    folder.write('given.pem', `Bag Attributes\n${pem.key}\n${pem.ca}${pem.cert}`);
    const flags = ['--certificate', 'given.pem', ...feed, '--feed', 'https://other.example/b.txt'];
    const { exitCode, stdout } = await folder.run([...all, ...flags, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ certificate: { subject: 'CN=customer' } });
    expect(folder.modeOf('tls')).toBe(0o700);
    expect(folder.modeOf('tls/feeds.pem')).toBe(0o600);
    const copy = folder.read('tls/feeds.pem');
    expect(copy.startsWith(pem.cert.trim())).toBe(true);
    expect(copy).toContain(pem.ca.trim());
    expect(copy).toContain(pem.key.trim());
    expect(copy).not.toContain('Bag');
    const { config } = await folder.load();
    const tlsOf = new Map(config.feeds.map(({ url, tls }) => [url, tls]));
    expect(tlsOf.get('https://feeds.example/a.json')?.cert).toMatch(/\/tls\/feeds\.pem$/);
    expect(tlsOf.get('https://other.example/b.txt')).toBeUndefined();
    expect(folder.has('forwarder.key')).toBe(false);
  });

  test('of kaspersky.com is shown there by itself', async () => {
    folder.write('given.pem', pem.cert + pem.key);
    const url = 'https://wlinfo.kaspersky.com/api/v1.0/feeds/3/updates';
    await folder.run([...all, '--certificate', 'given.pem', '--feed', url]);
    expect((await folder.load()).config.feeds[0]?.tls?.cert).toBeDefined();
  });

  test('with an encrypted key has its pass-phrase sealed, or referred to', async () => {
    folder.write('given.pem', pem.cert + pem.encryptedKey);
    const flags = [...all, '--force', '--certificate', 'given.pem', ...feed];
    const missing = await folder.run(flags);
    expect(missing.error?.message).toContain('--passphrase');
    const wrong = await folder.run([...flags, '--passphrase', '-'], { input: 'x\n' });
    expect(wrong.error?.message).toContain('does not open');
    expect(folder.has('forwarder.yaml')).toBe(false);
    const sealed = await folder.run([...flags, '--passphrase', '-'], { input: 'opensesame\n' });
    expect(sealed.exitCode).toBe(0);
    expect(folder.read()).toMatch(/passphrase: enc:/);
    expect((await folder.load()).config.feeds[0]?.tls?.passphrase).toBe('opensesame');
    const env = { PASS: 'opensesame' };
    expect((await folder.run([...flags, '--passphrase', 'env:PASS'], { env })).exitCode).toBe(0);
    expect(folder.read()).toContain('passphrase: env:PASS');
    expect(folder.read('tls/feeds.pem')).toContain('ENCRYPTED PRIVATE KEY');
  });

  test.each([
    ['no PEM', () => 'hello', 'no PEM file'],
    ['PKCS#12', () => '0\u0082\u0005', 'openssl pkcs12'],
    ['no key', () => pem.cert, 'no private key'],
    ['no certificate', () => pem.key, 'no certificate'],
    ['the key of another one', () => pem.cert + pem.otherKey, 'another certificate'],
    ['damaged', () => pem.cert.replace(/\n..../, '\n####') + pem.key, 'damaged'],
  ])('is refused when it is %s', async (_, content, said) => {
    folder.write('given.pem', content());
    const { error } = await folder.run([...all, '--certificate', 'given.pem', ...feed]);
    expect(error?.code).toBe('TF_USAGE');
    expect(error?.message).toContain(said);
    expect(folder.has('forwarder.yaml')).toBe(false);
  });

  test('is refused when it expired or is not valid yet; soon is a warning', async () => {
    folder.write('given.pem', pem.cert + pem.key);
    const flags = [...all, '--certificate', 'given.pem', ...feed];
    const late = await folder.run(flags, { nowMs: Date.now() + 9 * dayMs });
    expect(late.error?.message).toContain('expired on');
    const early = await folder.run(flags, { nowMs: Date.now() - 9 * dayMs });
    expect(early.error?.message).toContain('not valid before');
    expect((await folder.run(flags)).stderr).toContain('the certificate expires on');
  });

  test('asks for feeds; run again it stays, is exchanged, and is taken away', async () => {
    folder.write('given.pem', pem.cert + pem.key);
    const certificate = ['--certificate', 'given.pem'];
    const none = await folder.run([...all, ...certificate]);
    expect(none.error?.message).toContain('--feeds all');
    await folder.run([...all, ...certificate, ...feed, '--demo-feeds']);
    const again = [...accepted, '--yes', '--force'];
    const before = folder.read();
    expect((await folder.run(again)).exitCode).toBe(0);
    expect(folder.read()).toBe(before);
    folder.write('new.pem', pem.cert + pem.encryptedKey);
    const flags = ['--certificate', 'new.pem', '--passphrase', '-'];
    await folder.run([...again, ...flags], { input: 'opensesame\n' });
    expect((await folder.load()).config.feeds[1]?.tls?.passphrase).toBe('opensesame');
    expect((await folder.run([...again, '--no-certificate'])).exitCode).toBe(0);
    const { feeds } = (await folder.load()).config;
    expect(feeds.map(({ tls }) => tls)).toEqual([undefined]);
  });

  test('gets the feeds that the download service lists for it', async () => {
    const server = await startWebServer({
      tls: { cert: Buffer.from(pem.cert), key: Buffer.from(pem.key) },
      clientCa: Buffer.from(pem.ca),
    });
    server.on(
      '/api/v1.0/feeds',
      json([
        { name: 'Malicious_URL_Data_Feed', updates: { href: '/api/v1.0/feeds/1/updates' } },
        { name: '../\u001b[2J', updates: { href: '/api/v1.0/feeds/3/updates' } },
        { name: 'not web', updates: { href: 'file:///etc/passwd' } },
        { name: 'IP_Reputation_Data_Feed', updates: { href: '/api/v1.0/feeds/2/updates' } },
      ]),
    );
    folder.write('given.pem', pem.cert + pem.encryptedKey);
    folder.write('ca.pem', pem.ca);
    const flags = [
      ...[...all, '--certificate', 'given.pem', '--passphrase', '-', '--feed-ca', 'ca.pem'],
      ...['--download-service', server.url('')],
    ];
    const input = 'opensesame\n';
    const wrong = await folder.run([...flags, '--feeds', 'Nothing'], { input });
    expect(wrong.error?.hint).toContain('Malicious_URL_Data_Feed, _2J, IP_Reputation_Data_Feed');
    expect((await folder.run([...flags, '--feeds', 'all'], { input })).exitCode).toBe(0);
    expect((await folder.load()).config.feeds).toMatchObject([
      { name: 'Malicious_URL_Data_Feed', url: server.url('/api/v1.0/feeds/1/updates') },
      { name: '_2J' },
      { name: 'IP_Reputation_Data_Feed', tls: { passphrase: 'opensesame' } },
    ]);
    expect(folder.read()).toContain('ca: ca.pem');
    const one = ['--force', '--feeds', 'ip_reputation_data_feed'];
    expect((await folder.run([...flags, ...one], { input })).exitCode).toBe(0);
    expect((await folder.load()).config.feeds.map(({ name }) => name)).toEqual([
      'IP_Reputation_Data_Feed',
    ]);
    expect(server.asked.every(({ client }) => client === 'customer')).toBe(true);
    await server.close();
  });
});
