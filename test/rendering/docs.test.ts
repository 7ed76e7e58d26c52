import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { templateHelpers, templateNames } from '../../forwarder/rendering/index.js';
import { readLeef } from '../support/leef.js';
import { detectionOf, lineOf, rendererWith, repository } from './support.js';

function page(name: string): string {
  return readFileSync(join(repository, 'docs/reference', name), 'utf8');
}

describe('docs/reference/templates.md', () => {
  const text = page('templates.md');

  test.each([...Object.keys(templateNames.detect), ...Object.keys(templateHelpers)])(
    'explains %s',
    (name) => {
      expect(text).toMatch(new RegExp(`^\\| \`(?:\\{\\{|\\()?${name}[ \`]`, 'm'));
    },
  );
});

test('docs/reference/leef.md lists every key of a detection, in order', () => {
  const detection = detectionOf({
    summary: { count: 2, firstAtMs: 1, lastAtMs: 2 },
    values: { SRC_IP: '192.0.2.1', DST_IP: '192.0.2.2', DEV_TIME: '1752142212000' },
  });
  const line = lineOf(
    rendererWith({ cat: true, messageId: true, loopToken: '0123456789abcdef' }).render({
      kind: 'detect',
      detection,
    }),
  );
  const rows = page('leef.md').matchAll(/^\| `(\w+)` \|/gm);
  const listed = [...rows].map(([, key]) => key);
  expect(listed).toEqual([...Object.keys(readLeef(line).attributes), 'truncated']);
});
