import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { buildBundle, defaultBundleSettings } from '../../dsm/content/index.js';
import { eventCatalogue } from '../../dsm/index.js';
import { compareBundle, writeBundle } from '../../forwarder/commands/support/dsm/build-files.js';
import { siteSettings } from '../../forwarder/commands/support/dsm/build-settings.js';
import { siteEvents } from '../../forwarder/commands/support/dsm/site-events.js';
import { loadConfig } from '../../forwarder/config/index.js';
import type { LoadedConfig } from '../../forwarder/config/index.js';
import { projectDirectory, runCli } from '../support/service-process.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tf-dsm-build-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configured(text: string): Promise<LoadedConfig> {
  const file = join(folder, 'forwarder.yaml');
  await writeFile(file, text);
  return loadConfig({ file, set: [], env: {}, cwd: folder, packageDirectory: projectDirectory });
}

/** The events that the site has more than the catalogue. */
async function ownEvents(text: string): Promise<readonly string[]> {
  const events = await siteEvents(await configured(text));
  expect(events.slice(0, eventCatalogue.length)).toEqual(eventCatalogue);
  return events.slice(eventCatalogue.length).map(({ id }) => id);
}

const partnerEvents = ['Hash_MD5', 'Hash_SHA1', 'Hash_SHA256', 'IP', 'URL'].map(
  (object) => `KL_Partner_${object}`,
);

describe('siteEvents', () => {
  beforeAll(() => writeFile(join(folder, 'Partner.txt'), 'bad.example.com\n'));

  test('is the catalogue when every feed has a name of Kaspersky’s', async () => {
    const feeds = join(projectDirectory, 'verification/feeds/*.json');
    expect(await ownEvents(`feeds: [ { path: "${feeds}" } ]\n`)).toEqual([]);
  });

  test('has the events of a feed with a name of its own, by name', async () => {
    expect(await ownEvents('feeds: [ { path: Partner.txt } ]\n')).toEqual(partnerEvents);
  });

  test('has the event ids that the configuration gives', async () => {
    const own = await ownEvents(
      'feeds: [ { path: Partner.txt, name: Phishing, categories: { url: KL_Our_Own_URL } } ]\n',
    );
    expect(own).toEqual(['KL_Our_Own_URL']);
  });

  test('has those of feeds that are not there yet: absent, to be fetched, asked live', async () => {
    const own = await ownEvents(`feeds:
  - { path: Absent.txt }
  - { url: "https://feeds.example.com/list.txt", name: Fetched }
  - { misp: "https://misp.example.com", name: Asked, live: true }
  - { path: "none/*.txt" }
`);
    const stems = own.map((id) => /^KL_([A-Za-z]+)_/.exec(id)?.[1]);
    expect([...new Set(stems)]).toEqual(['Absent', 'Asked', 'Fetched']);
    expect(own).toHaveLength(15);
  });

  test('has none of what says only what is harmless, nor of what is switched off', async () => {
    const own = await ownEvents(`feeds:
  - { path: Partner.txt, name: FalsePositive }
  - { path: Partner.txt, name: Off, enabled: false }
allowLists: [ { path: Partner.txt, name: Allowed } ]
`);
    expect(own).toEqual([]);
  });
});

describe('the settings of a site', () => {
  test('are those of its configuration', async () => {
    const { settings, notes } = await siteSettings(
      await configured(`identifier: Site_A
intake: { jsa: { listen: "192.0.2.77:19995", tls: { cert: c.pem, key: k.pem } } }
delivery: { collectors: [ "tls://[2001:db8::5]", "tcp://192.0.2.9:514" ] }
feeds: [ { path: Partner.txt } ]
`),
    );
    expect(notes).toEqual([]);
    expect(settings).toMatchObject({
      identifier: 'Site_A',
      verificationIdentifier: 'KL_Verification_Tool',
      service: { host: '192.0.2.77', port: 19995, protocol: 'TLS' },
      collector: { host: '2001:db8::5', port: 6514 },
    });
    expect(settings.events.slice(-5).map(({ id }) => id)).toEqual(partnerEvents);
  });

  test.each(['127.0.0.1:9995', '0.0.0.0:9995', '[::]:9995', '[::1]:9995'])(
    'say that %s is nothing JSA could be told',
    async (listen) => {
      const { settings, notes } = await siteSettings(
        await configured(`intake: { jsa: { listen: "${listen}" } }\n`),
      );
      expect(settings.service).toEqual({
        ...{ host: 'ADDRESS-OF-THE-SERVICE', port: 9995, protocol: 'TCP' },
      });
      expect(settings.collector).toEqual({ host: 'ADDRESS-OF-THE-EVENT-COLLECTOR', port: 514 });
      expect(notes).toHaveLength(2);
      expect(notes[0]).toContain(listen);
    },
  );

  test('say that the listener for JSA is off', async () => {
    const { notes } = await siteSettings(await configured('intake: { jsa: false }\n'));
    expect(notes[0]).toBe('intake.jsa is off: the service takes no events from JSA');
  });
});

describe('the folder', () => {
  const files = buildBundle(defaultBundleSettings);
  let target: string;
  beforeEach(async () => {
    target = await mkdtemp(join(folder, 'out-'));
    await writeBundle(target, files);
  });

  const differing = async (): Promise<readonly string[]> =>
    (await compareBundle(target, files))
      .filter(({ state }) => state !== 'same')
      .map(({ path, state }) => `${path}: ${state}`);

  test('is the same when it was just written', async () => {
    expect(await differing()).toEqual([]);
    expect((await readdir(target)).sort()).toEqual(files.map(({ path }) => path).sort());
  });

  test('tells what is missing, what differs and what is left over', async () => {
    await rm(join(target, 'qid-map.txt'));
    await writeFile(join(target, 'searches.aql'), 'SELECT 1');
    await writeFile(join(target, 'old.zip'), 'x');
    await writeFile(join(target, 'somebody.txt'), 'x');
    const manifest = {
      files: ['old.zip', 'gone.zip', '../somebody.txt'].map((path) => ({ path })),
    };
    await writeFile(join(target, 'manifest.json'), JSON.stringify(manifest));
    expect((await differing()).slice().sort()).toEqual([
      'manifest.json: differs',
      'old.zip: left over',
      'qid-map.txt: missing',
      'searches.aql: differs',
    ]);
  });

  test.each(['', '{', 'null', '[]', '{"files":3}', '{"files":[null,{"path":4}]}'])(
    'may hold a manifest that says "%s"',
    async (text) => {
      await writeFile(join(target, 'manifest.json'), text);
      expect(await differing()).toEqual(['manifest.json: differs']);
    },
  );

  test('keeps the files of others, and no temporary file', async () => {
    await writeFile(join(target, 'somebody.txt'), 'mine');
    await writeFile(join(target, 'README.md'), 'old');
    await writeBundle(target, files);
    expect(await readFile(join(target, 'somebody.txt'), 'utf8')).toBe('mine');
    expect(await differing()).toEqual([]);
    expect(await readdir(target)).toHaveLength(files.length + 1);
  });

  test('keeps a file as it was when the new one cannot take its place', async () => {
    await rm(join(target, 'README.md'));
    await mkdir(join(target, 'README.md'));
    await expect(writeBundle(target, files)).rejects.toThrow(/README\.md/);
    expect((await readdir(target)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

describe('threat-forwarder dsm build', () => {
  const build = (...args: readonly string[]) =>
    runCli(['dsm', 'build', '--output', 'files', ...args], { cwd: folder });

  test('writes the files, then finds them the same, then finds what differs', async () => {
    await configured(
      'intake: { jsa: { listen: "192.0.2.77:9995" } }\ndelivery: { collectors: [ "tcp://192.0.2.9:514" ] }\nfeeds: []\n',
    );
    const written = await build();
    expect(written).toMatchObject({ exitCode: 0, stderr: '' });
    expect(written.stdout).toMatch(/^README\.md +[\d.]+ KiB +written$/m);
    expect(written.stdout).not.toContain('note:');
    expect(await readFile(join(folder, 'files/forwarding-destination.md'), 'utf8')).toContain(
      '`192.0.2.77`',
    );
    expect(await build('--check')).toMatchObject({ exitCode: 0, stderr: '' });
    await rm(join(folder, 'files/qid-map.txt'));
    const checked = await build('--check', '--json');
    expect(checked).toMatchObject({ exitCode: 1, stderr: '' });
    const report = JSON.parse(checked.stdout) as {
      readonly passed: boolean;
      readonly files: readonly { readonly path: string; readonly state: string }[];
    };
    expect(report.passed).toBe(false);
    expect(report.files.filter(({ state }) => state !== 'same')).toEqual([
      { path: 'qid-map.txt', state: 'missing' },
    ]);
    expect(await readdir(join(folder, 'files'))).not.toContain('qid-map.txt');
  }, 60_000);

  test('says what to do about a folder that cannot be written', async () => {
    await configured('feeds: []\n');
    await writeFile(join(folder, 'file'), '');
    const { exitCode, stderr } = await runCli(['dsm', 'build', '--output', 'file/x'], {
      cwd: folder,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--output');
  }, 60_000);
});
