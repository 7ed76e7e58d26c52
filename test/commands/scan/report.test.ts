import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { csvRow } from '../../../forwarder/commands/support/scan/csv-rows.js';
import { replyFields } from '../../../forwarder/commands/support/scan/found-line.js';
import { scanBegin } from '../../../forwarder/commands/support/scan/line-blocks.js';
import { isOwnFile, reportName } from '../../../forwarder/commands/support/scan/own-files.js';
import { PartOrder } from '../../../forwarder/commands/support/scan/part-order.js';
import { ResumeFile } from '../../../forwarder/commands/support/scan/resume-file.js';
import type { ScanInput } from '../../../forwarder/commands/support/scan/scan-inputs.js';
import { Tally } from '../../../forwarder/commands/support/scan/tally.js';
import { FileSink } from '../../../forwarder/commands/support/scan/text-sink.js';
import {
  durationText,
  summaryText,
  totalsText,
} from '../../../forwarder/commands/support/scan/totals.js';
import { scanFolder } from './scan-in-process.js';

const totals = {
  files: 2,
  events: 35,
  detections: 3,
  bytes: 2048,
  elapsedMs: 1032,
  longLines: 0,
  unreadable: 0,
};

describe('a report', () => {
  test('ends with the three totals of the original', () => {
    expect(totalsText(totals)).toBe(`Total number of objects sent to KTFS: 35
Total number of detects received from KTFS: 3
Total scan time: 00:00:01.032
`);
  });

  test.each([
    [0, '00:00:00.000'],
    [59_999.6, '00:01:00.000'],
    [3_723_004, '01:02:03.004'],
    [360_000_000, '100:00:00.000'],
  ])('%p ms is %p', (elapsedMs, text) => {
    expect(durationText(elapsedMs)).toBe(text);
  });

  test('has a name that sorts by time', () => {
    const name = reportName(new Date(2026, 6, 1, 9, 5, 7));
    expect(name).toBe('log_scanner_report20260701-090507.txt');
    expect(isOwnFile(name)).toBe(true);
    expect(isOwnFile(reportName(new Date(), 2))).toBe(true);
    expect(isOwnFile('proxy_log_scanner_report.txt')).toBe(false);
  });

  test('the table has the categories with most detections first', () => {
    const tally = new Tally();
    tally.add('KL_B', 'x');
    tally.add('KL_A', 'Evil.Example');
    tally.add('KL_A', 'evil.example');
    const text = summaryText(totals, tally.counts(), false).replace(/\u001b\[\d+m/g, '');
    expect(text).toBe(`category  detections  indicators
KL_A      2           1
KL_B      1           1
35 events in 2 inputs (2.0 KiB), 3 detections, 00:00:01.032, 34 events/s
`);
    expect(new Tally(tally.saved()).counts()).toEqual(tally.counts());
  });

  test('indicators are told apart up to a limit', () => {
    const tally = new Tally();
    for (let number = 0; number < 100_001; number += 1) tally.add('KL_A', `${number}.example`);
    expect(tally.counts()).toEqual([
      { category: 'KL_A', detections: 100_001, indicators: 100_000 },
    ]);
    expect(tally.isFull).toBe(true);
    expect(summaryText(totals, tally.counts(), true)).toContain('≥ 100000');
  });
});

describe('a reply line', () => {
  test.each([
    [
      '- category=KL_IP_Reputation matchedIndicator=192.0.2.1 url=- ip=192.0.2.1 category=test',
      'KL_IP_Reputation',
      '192.0.2.1',
    ],
    [
      'Category=KL_Phishing_URL|MatchedIndicator=a.example/x|id=1',
      'KL_Phishing_URL',
      'a.example/x',
    ],
    [
      'Jul 10 10:10:14 h LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_BotnetCnC_URL|url=a.example\tmd5=-',
      'KL_BotnetCnC_URL',
      'a.example',
    ],
    [
      'CEF:0|Kaspersky|CyberTrace|4|KL_Malicious_URL|x|8|detected=a.example',
      'KL_Malicious_URL',
      'a.example',
    ],
    ['ip=- md5=- sha1=aa url=- KL_APT_Hash_SHA1', 'KL_APT_Hash_SHA1', 'aa'],
    ['whatever', '-', '-'],
  ])('%.40p', (text, category, indicator) => {
    expect(replyFields(text)).toEqual({ category, indicator });
  });

  test('as CSV', () => {
    const found = { file: 'a,b', line: 7, category: 'KL_A', indicator: 'x', text: 'url="é"' };
    expect(csvRow(found)).toBe('"a,b",7,KL_A,x,"url=""é"""\n');
  });
});

describe('parts in any order', () => {
  test('are handed over in the order of their numbers; room is for so many', async () => {
    const taken: number[] = [];
    const order = new PartOrder<number>(2, (part) => taken.push(part));
    await order.room(1);
    let hasRoom = false;
    const waiting = order.room(2).then(() => (hasRoom = true));
    order.done(1, 1);
    await Promise.resolve();
    expect(taken).toEqual([]);
    order.done(0, 0);
    await waiting;
    expect(hasRoom).toBe(true);
    order.done(2, 2);
    expect(taken).toEqual([0, 1, 2]);
  });
});

describe('a note of an interrupted scan', () => {
  const file: ScanInput = { kind: 'file', name: 'a.log', sizeBytes: 5, modifiedAtMs: 1.5 };
  const saved = {
    position: { ...scanBegin, line: 3, offset: 40 },
    totals,
    tally: new Tally().saved(),
    report: { path: '/x/report.txt', bytes: 12 },
    csv: undefined,
  };

  test('is read as it was written, for the same inputs only', async () => {
    const folder = await scanFolder();
    try {
      const resume = new ResumeFile(folder.path, [file], 'service');
      resume.save(saved);
      expect(await resume.read()).toEqual({ version: 1, inputs: [file], ...saved });
      const refused = { code: 'TF_USAGE' };
      for (const other of [
        new ResumeFile(folder.path, [file], 'local'),
        new ResumeFile(folder.path, [{ ...file, name: 'b.log' }], 'service'),
        new ResumeFile(folder.path, [{ ...file, sizeBytes: 6 }], 'service'),
        new ResumeFile(folder.path, [{ ...file, modifiedAtMs: 2 }], 'service'),
      ]) {
        await expect(other.read()).rejects.toMatchObject(refused);
      }
      for (const text of ['', '{}', '[]', '{"version":1,"inputs":[],"position":{"input":0}}']) {
        await folder.write(resume.path.slice(folder.path.length + 1), text);
        await expect(resume.read()).rejects.toMatchObject(refused);
      }
      await resume.remove();
      expect(await folder.files()).toEqual([]);
    } finally {
      await folder.remove();
    }
  });

  test('a file that is gone on with loses what the note does not know of', async () => {
    const folder = await scanFolder();
    try {
      const path = await folder.write('report.txt', 'one\ntwo\nthr');
      const sink = await FileSink.goOn(path, 8);
      sink.write('three\n');
      await sink.flush();
      expect(sink.bytes).toBe(14);
      await sink.close();
      expect(await readFile(path, 'utf8')).toBe('one\ntwo\nthree\n');
      await expect(FileSink.goOn(path, 15)).rejects.toMatchObject({ code: 'TF_USAGE' });
      await expect(FileSink.goOn(join(folder.path, 'none'), 1)).rejects.toMatchObject({
        code: 'TF_USAGE',
      });
    } finally {
      await folder.remove();
    }
  });
});
