import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { loadText, scratchDirectory } from '../../config/load-support.js';
import { notices, samples } from './samples.js';
import { dialectOf, expectedLines, patternDialects, repository } from './support.js';

const page = readFileSync(join(repository, 'docs/reference/formats.md'), 'utf8');
const scratch = scratchDirectory();
afterAll(scratch.remove);

test('every ready dialect is on the page with a line that it writes', () => {
  const rows = [...page.matchAll(/^\| `([\w.-]+)` \| [^|`]+ \| `(.*)` \|$/gm)];
  const shown = rows.map(([, name, line]) => [name, line?.replace(/\\\|/g, '|')] as const);
  expect(shown.map(([name]) => name).sort()).toEqual(patternDialects());
  for (const [name = '', line = ''] of shown) {
    expect(expectedLines(name, 'detections.txt')).toContain(line.replaceAll('⇥', '\t'));
  }
});

test('every pattern of a ready dialect is on the page', () => {
  for (const name of patternDialects()) {
    const file = join(repository, 'templates', name, 'dialect.json');
    for (const [pattern] of readFileSync(file, 'utf8').matchAll(/%[A-Za-z]\w*%/g)) {
      // The rules that a format of the vendor's names and that must be configured.
      const isOwnRule = /^%(?:Device|DeviceAction|DeviceIp|Product|Id|RE_DATE)%$/.test(pattern);
      if (!isOwnRule) expect(page).toContain(`\`${pattern}\``);
    }
  }
});

test('the worked example writes what the page says', async () => {
  const [, yaml = '', lines = ''] =
    /## Your own dialect\n\n```yaml\n(.*?)```\n.*?```\n(.*?)```/s.exec(page) ?? [];
  const loaded = await loadText(scratch.path, yaml, { set: ['leef.timeZone=utc'] });
  expect(loaded.config.delivery.collectors[0]?.dialect).toBe('ours');
  const { renderer } = await dialectOf(loaded, 'ours');
  const shown = ['tutorial', 'updated-feed', 'finished'].map((name) => {
    const sample = [...samples, ...notices].find((one) => one.name === name);
    return sample && renderer.render(sample.outcome).body;
  });
  expect(shown).toEqual(lines.trimEnd().split('\n'));
});
