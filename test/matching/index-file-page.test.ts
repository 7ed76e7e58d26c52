import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { createIndexFileBuilder } from '../../forwarder/matching/index.js';

import { projectDirectory } from '../support/service-process.js';
import { feedInfo } from './feeds.js';
import { imageOf, MemoryFile } from './memory-file.js';

const page = readFileSync(join(projectDirectory, 'docs/reference/index-file.md'), 'utf8');

/** The index of the page's worked example. */
function example(): MemoryFile {
  const file = new MemoryFile();
  const builder = createIndexFileBuilder(file, Uint32Array.of(1, 2, 3, 4, 5, 6));
  const feed = builder.addFeed(feedInfo('List'));
  builder.addRecord(feed, {
    indicators: [{ kind: 'domain', value: 'evil.example' }],
    context: [['id', '7']],
  });
  builder.addRecord(feed, {
    indicators: [
      { kind: 'ip', value: '192.0.2.1' },
      { kind: 'url', value: 'evil.example/x/*' },
    ],
    context: [['id', '8']],
  });
  builder.finish(null);
  return file;
}

test('the worked example of docs/reference/index-file.md is what is written', () => {
  const { bytes } = example();
  const dump = /```text\n([^`]*)```/.exec(page)?.[1] ?? '';
  const rows = [...dump.matchAll(/^([0-9a-f]{4}) {2}((?:[0-9a-f]{2} ?)+)/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, position = '', text = ''] of rows) {
    const shown = Buffer.from(text.replaceAll(' ', ''), 'hex');
    const at = Number.parseInt(position, 16);
    expect([position, bytes.subarray(at, at + shown.length)]).toEqual([position, shown]);
  }
});

test('the page names every number of the header, and what it says of the example holds', () => {
  const { header, description } = imageOf(example());
  const named = Object.keys(header).map((name) => `\`${name}\``);
  expect(page).toContain(named.join(' · ').replaceAll('Checksum`', 'Checksum` (CRC-32)'));
  const { entriesAt, startsAt } = description.content;
  expect(page).toContain(`\`entriesAt\` ${entriesAt}`);
  expect(page).toContain(`\`startsAt\` ${startsAt}`);
});
