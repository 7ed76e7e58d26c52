import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { whyNoCertificates } from '../support/certificates.js';
import { json, startWebServer } from '../support/https-server.js';
import { InitFolder, makePem, openCollector } from './init-support.js';
import { atTerminal, keys } from './init-terminal.js';
import type { Answer } from './init-terminal.js';

const { enter, down, space, clear } = keys;
const yes: Answer = ['Do you accept this?', 'y'];
const noCertificate: Answer = ['Which certificate', enter];
const noProxy: Answer = ['through a proxy?', enter];
const demoFeeds: Answer = ['Which feeds are used?', enter];
const everyAddress: Answer = ['come in?', enter];
const write: Answer = ['Write forwarder.yaml?', enter];

let folder: InitFolder;
let collector: Awaited<ReturnType<typeof openCollector>>;
beforeEach(async () => {
  folder = new InitFolder();
  collector = await openCollector();
});
afterEach(() => {
  folder.remove();
  collector.close();
});

describe('the wizard', () => {
  test('asks step by step, tries the collector, sums up, and writes', async () => {
    const ended = await atTerminal(
      folder,
      [],
      [
        yes,
        noCertificate,
        noProxy,
        demoFeeds,
        everyAddress,
        ["JSA's event collector?", collector.address, enter],
        write,
      ],
    );
    expect(ended.error).toBeUndefined();
    expect(ended.unanswered).toEqual([]);
    expect(ended.screen).toContain('Apache License');
    expect(ended.screen).toContain('It answers.');
    expect(ended.screen).toContain('Summary');
    const { config } = await folder.load();
    expect(config.intake.jsa).toMatchObject({ listen: '0.0.0.0:9995' });
    expect(config.delivery.collectors).toEqual([{ url: `tcp://${collector.address}` }]);
    expect(config.feeds[0]?.path).toContain('verification/feeds');
  });

  test('can be read on a console that tells a size of 0', async () => {
    const size = { columns: 0, rows: 0 };
    const { screen } = await atTerminal(folder, [], [['Do you accept this?', 'n']], 'none', {
      size,
    });
    expect(screen).toContain('under the Apache License,');
  });

  test('asks for a secret that a flag leaves to standard input, unseen', async () => {
    const proxy = ['--proxy', 'http://a.example:1', '--proxy-user', 'u', '--proxy-password', '-'];
    const flags = ['--accept-licence', '--jsa', '192.0.2.10:514', '--skip-check', ...proxy];
    const ended = await atTerminal(folder, flags, [['--proxy-password?', 'hidden!', enter]]);
    expect(ended.exitCode).toBe(0);
    expect(ended.screen).not.toContain('hidden!');
    expect((await folder.load()).config.downloads.proxy).toBe('http://u:hidden!@a.example:1');
  });

  test('asks only for what the flags leave open', async () => {
    const flags = ['--accept-licence', '--listen', '127.0.0.1:9', '--no-proxy', '--demo-feeds'];
    const ended = await atTerminal(folder, flags, [
      noCertificate,
      ["JSA's event collector?", collector.address, enter],
      write,
    ]);
    expect(ended.exitCode).toBe(0);
    expect(ended.unanswered).toEqual([]);
    expect(ended.screen).not.toContain('come in?');
  });

  test('asks nothing when the flags say all', async () => {
    const flags = ['--accept-licence', '--jsa', collector.address];
    const ended = await atTerminal(folder, flags, []);
    expect(ended.exitCode).toBe(0);
    expect(ended.stdout).toContain(`tcp://${collector.address} (answers)`);
  });

  test('corrects what is typed: feeds, addresses, a collector that does not answer', async () => {
    folder.write('mine.txt', 'evil.example\n');
    const ended = await atTerminal(
      folder,
      [],
      [
        yes,
        noCertificate,
        noProxy,
        ['Which feeds are used?', space, down, space, down, space, enter],
        ['Which files?', 'none/*.txt', enter],
        ['no file is there', clear, '*.txt', enter],
        ['At which addresses?', 'ftp://a.example', enter],
        ['it is no http://', clear, 'https://a.example/x https://b.example/y', enter],
        ['come in?', down, down, enter],
        ['Which? (HOST:PORT)', clear, '9995', enter],
        ['write HOST:PORT', clear, '127.0.0.1:9995', enter],
        ["JSA's event collector?", '127.0.0.1:1', enter],
        ['Nothing answers there', enter],
        ["JSA's event collector?", clear, '127.0.0.1:2', enter],
        ['Nothing answers there', down, enter],
        write,
      ],
    );
    expect(ended.unanswered).toEqual([]);
    expect(ended.exitCode).toBe(0);
    const { config } = await folder.load();
    expect(config.feeds.map(({ path, url }) => path ?? url)).toEqual([
      '*.txt',
      'https://a.example/x',
      'https://b.example/y',
    ]);
    expect(config.intake.jsa).toMatchObject({ listen: '127.0.0.1:9995' });
    expect(config.delivery.collectors[0]?.url).toBe('tcp://127.0.0.1:2');
  });

  test('seals the password of the proxy; run again it offers what is there', async () => {
    await atTerminal(
      folder,
      [],
      [
        yes,
        noCertificate,
        ['through a proxy?', down, enter],
        ['What is its address?', 'http://u:p@a.example:1', enter],
        ['are asked next', clear, 'http://proxy.example:3128', enter],
        ['User name', 'alice', enter],
        ['Password?', 'pä ss', enter],
        demoFeeds,
        everyAddress,
        ["JSA's event collector?", collector.address, enter],
        write,
      ],
    );
    const proxy = 'http://alice:p%C3%A4%20ss@proxy.example:3128';
    expect((await folder.load()).config.downloads.proxy).toBe(proxy);
    const before = folder.read();
    const again = await atTerminal(
      folder,
      [],
      [
        yes,
        noCertificate,
        ['The one in use', enter],
        ['Keep the entries of feeds', enter],
        ['as now', enter],
        ["JSA's event collector?", enter],
        ['is changed', enter],
      ],
    );
    expect(again.unanswered).toEqual([]);
    expect(again.screen).not.toContain('ss@');
    expect(folder.read()).toBe(before);
    expect(folder.read('forwarder.yaml.bak')).toBe(before);
  });

  (whyNoCertificates() === undefined ? test : test.skip)(
    'takes a certificate with an encrypted key, and goes on where no list can be had',
    async () => {
      const pem = makePem();
      folder.write('given.pem', pem.cert + pem.encryptedKey);
      const ended = await atTerminal(
        folder,
        ['--download-service', 'http://127.0.0.1:1'],
        [
          yes,
          ['Which certificate', down, enter],
          ['Where is the PEM file?', 'nothing.pem', enter],
          ['cannot be read', clear, 'given.pem', enter],
          ['pass-phrase', 'wrong', enter],
          ['does not open', clear, 'opensesame', enter],
          noProxy,
          ['That cannot be found out now'],
          ['Which feeds are used?', space, down, down, space, enter],
          ['At which addresses?', 'https://wlinfo.kaspersky.com/a https://b.example/y', enter],
          ['Show the certificate to b.example?', enter],
          everyAddress,
          ["JSA's event collector?", collector.address, enter],
          write,
        ],
      );
      expect(ended.unanswered).toEqual([]);
      expect(ended.screen).not.toContain('opensesame');
      const { feeds } = (await folder.load()).config;
      expect(feeds.map(({ tls }) => tls?.passphrase)).toEqual(['opensesame', undefined]);
    },
  );
});

(whyNoCertificates() === undefined ? describe : describe.skip)('with a certificate', () => {
  test('the feeds that it allows are chosen from the list of the service', async () => {
    const server = await startWebServer();
    const feed = (name: string, id: number): object => ({ name, updates: { href: `/f/${id}` } });
    server.on('/api/v1.0/feeds', json([feed('Botnet_C&C_URL_Data_Feed', 1), feed('IP_Feed', 2)]));
    const pem = makePem();
    folder.write('given.pem', pem.cert + pem.key);
    const flags = ['--download-service', server.url(''), '--certificate', 'given.pem'];
    const ended = await atTerminal(folder, flags, [
      yes,
      noProxy,
      ['Which of the feeds that the certificate allows?', down, space, enter],
      ['Which feeds besides?', enter],
      everyAddress,
      ["JSA's event collector?", collector.address, enter],
      write,
    ]);
    await server.close();
    expect(ended.unanswered).toEqual([]);
    const { feeds } = (await folder.load()).config;
    expect(feeds.map(({ name, url }) => [name, url])).toEqual([
      ['Botnet_CnC_URL_Data_Feed', server.url('/f/1')],
    ]);
  });
});

describe('left before the end', () => {
  const script: readonly Answer[] = [
    yes,
    noCertificate,
    ['through a proxy?', down, enter],
    ['What is its address?', 'http://proxy.example:3128', enter],
    ['User name', 'alice', enter],
    ['Password?', 'secret', enter],
    demoFeeds,
    everyAddress,
    ["JSA's event collector?", '127.0.0.1:1', enter],
    ['Nothing answers there', down, enter],
    ['Write forwarder.yaml?', enter],
  ];
  const beginnings = fc.nat(script.length - 1);

  test('by Ctrl-C or Escape in any question: nothing is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        beginnings,
        fc.constantFrom(keys.ctrlC, keys.escape),
        fc.boolean(),
        async (count, press, isThere) => {
          const own = new InitFolder();
          if (isThere) own.write('forwarder.yaml', 'feeds: []\n');
          const before = own.everything();
          const at = count === script.length - 1 && isThere ? 'Go on?' : script[count]![0];
          const ended = await atTerminal(own, [], script.slice(0, count), { press, at });
          expect(ended.error).toMatchObject({ code: 'TF_USAGE' });
          expect(ended.error?.message).toBe('cancelled: nothing was written');
          expect(own.everything()).toEqual(before);
          own.remove();
        },
      ),
      { numRuns: 40 },
    );
  });

  test('by a terminal that goes away: nothing is written', async () => {
    await fc.assert(
      fc.asyncProperty(beginnings, async (count) => {
        const own = new InitFolder();
        const ended = await atTerminal(own, [], script.slice(0, Math.max(1, count)), 'hangup');
        expect(ended.error?.message).toBe('cancelled: nothing was written');
        expect(own.everything()).toEqual([]);
        own.remove();
      }),
      { numRuns: 12 },
    );
  });

  test.each([
    ['the licence', [['Do you accept this?', 'n']], 'not accepted'],
    ['the summary', [...script.slice(0, -1), ['Write forwarder.yaml?', 'n']], 'not confirmed'],
  ] as readonly [string, readonly Answer[], string][])('by No to %s', async (_, answers, said) => {
    const { error } = await atTerminal(folder, [], answers);
    expect(error?.message).toContain(said);
    expect(folder.everything()).toEqual([]);
  });
});
