import { describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  defaultSettings,
  parseScanSettings,
  readScanSettings,
} from '../../../forwarder/commands/support/scan/scan-settings.js';

function parsed(text: string): {
  readonly settings: ReturnType<typeof parseScanSettings>;
  readonly notices: readonly string[];
} {
  const notices: string[] = [];
  const settings = parseScanSettings(text, 'scan.conf', '/etc/scanner', '/work', (notice) => {
    notices.push(notice);
  });
  return { settings, notices };
}

describe('the configuration file of Log Scanner', () => {
  test('every element, as the original writes it', () => {
    const { settings, notices } = parsed(`\ufeff<?xml version="1.0" encoding="utf-8"?>
<!-- of the original -->
<Settings>
  <Verbose>True</Verbose>
  <ThreadsCount>4</ThreadsCount>
  <OutputDir>../log_scanner_reports</OutputDir>
  <Pattern>ip=%IP% &lt;x&gt; <![CDATA[url=%URL% & more]]></Pattern>
  <Connection>192.0.2.20:9999</Connection>
  <Timeout>30</Timeout>
</Settings>`);
    expect(settings).toEqual({
      isVerbose: true,
      threads: 4,
      outputDirectory: '/etc/log_scanner_reports',
      pattern: 'ip=%IP% <x> url=%URL% & more',
      connection: '192.0.2.20:9999',
      timeoutSeconds: 30,
    });
    expect(notices).toEqual([]);
  });

  test('what is not in it, or empty, has its default', () => {
    expect(parsed('<Settings/>').settings).toEqual(defaultSettings('/work'));
    expect(parsed('<Settings><Timeout> </Timeout><Pattern/></Settings>').settings).toEqual({
      isVerbose: false,
      threads: 8,
      outputDirectory: '/work',
      pattern: 'ip=%IP% md5=%MD5% sha1=%SHA1% sha256=%SHA256% url=%URL%',
      connection: '127.0.0.1:9999',
      timeoutSeconds: 15,
    });
  });

  test.each([
    ['false', false],
    ['False', false],
    ['0', false],
    ['', false],
    ['1', true],
    ['true', true],
  ])('Verbose %p is %p', (text, isVerbose) => {
    expect(parsed(`<Settings><Verbose>${text}</Verbose></Settings>`).settings.isVerbose).toBe(
      isVerbose,
    );
  });

  test('letter case of names counts not, as in the other files of CyberTrace', () => {
    const { settings, notices } = parsed(
      '<settings><threadscount>3</threadscount><CONNECTION>192.0.2.20:1</CONNECTION></settings>',
    );
    expect([settings.threads, settings.connection, notices]).toEqual([3, '192.0.2.20:1', []]);
  });

  test('an element that means nothing is told', () => {
    expect(parsed('<Settings><Threads>2</Threads></Settings>').notices).toEqual([
      'scan.conf: the element Threads means nothing here',
    ]);
  });

  test.each([
    ['<Other/>', 'the root is Other'],
    ['<!DOCTYPE s [<!ENTITY a "b">]><Settings/>', 'DOCTYPE'],
    ['<Settings><Timeout>15</Settings>', 'no configuration'],
    ['<Settings><Timeout>0</Timeout></Settings>', '"0"'],
    ['<Settings><ThreadsCount>many</ThreadsCount></Settings>', '"many"'],
    [`<Settings><Pattern>${'x'.repeat(20_000)}</Pattern></Settings>`, 'too long'],
    [`<Settings>${'<a>'.repeat(100)}`, 'more than 64 levels'],
    ['', 'no configuration'],
  ])('%.40p is refused', (text, reason) => {
    expect(() => parsed(text)).toThrow(
      expect.objectContaining({ code: 'TF_USAGE', message: expect.stringContaining(reason) }),
    );
  });

  test('a file that is not there means the defaults, and is told; a large one is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tf-scan-settings-'));
    try {
      const notices: string[] = [];
      const notice = (text: string): void => void notices.push(text);
      const settings = await readScanSettings('none.conf', folder, notice);
      expect(settings).toEqual(defaultSettings(folder));
      expect(notices).toEqual(['none.conf is not there: the defaults hold']);
      await writeFile(join(folder, 'large.conf'), ' '.repeat(1_048_577));
      await expect(readScanSettings('large.conf', folder, notice)).rejects.toMatchObject({
        code: 'TF_USAGE',
      });
      await expect(readScanSettings('.', folder, notice)).rejects.toMatchObject({
        code: 'TF_USAGE',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
