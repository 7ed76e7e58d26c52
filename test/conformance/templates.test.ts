import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { decodeLeef, eventCatalogue } from '../../dsm/index.js';
import type { Outcome } from '../../forwarder/core/index.js';
import { checkTemplate } from '../../forwarder/rendering/index.js';
import {
  bytesOf,
  detectedAtMs,
  detectionOf,
  lineOf,
  readTemplates,
  rendererWith,
  repository,
} from '../rendering/support.js';

/**
 * Every folder of templates is a dialect, and this suite runs by itself over each that is made of
 * Handlebars; the others have formats (test/service/dialects).
 */
const dialects = readdirSync(join(repository, 'templates'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .filter(({ name }) => !existsSync(join(repository, 'templates', name, 'dialect.json')))
  .map(({ name }) => name);

test('there is the dialect leef', () => {
  expect(dialects).toContain('leef');
});

describe.each(dialects)('templates/%s', (dialect) => {
  const templates = readTemplates(join('templates', dialect));

  test.each(['detect', 'status', 'evaluation'] as const)('%s.hbs has no problem', (kind) => {
    expect(existsSync(join(repository, templates[kind].file))).toBe(true);
    expect(checkTemplate(kind, templates[kind])).toEqual([]);
  });

  test.each([false, true])('every event of the catalogue is one readable line (cat %s)', (cat) => {
    const renderer = rendererWith({ templates, cat });
    for (const { id, type, severity } of eventCatalogue) {
      const message = renderer.render(outcomeOf(id, type));
      const line = lineOf(message);
      expect(line).not.toMatch(/[\r\n]/);
      expect(bytesOf(line)).toBeLessThanOrEqual(4000);
      const decoded = decodeLeef(line);
      if (!decoded.ok) throw new Error(decoded.problem);
      expect(decoded.event.eventId).toBe(id);
      expect(decoded.event.attributes.get('sev')).toBe(String(severity));
      expect(decoded.event.attributes.get('cat')).toBe(cat ? type : undefined);
      expect(renderer.render(outcomeOf(id, type))).toEqual(message);
    }
  });
});

function outcomeOf(id: string, type: 'Detect' | 'Status' | 'Evaluation'): Outcome {
  const context = [['feed', 'x']] as const;
  const notice = { event: id, context, atMs: detectedAtMs, number: 1 };
  switch (type) {
    case 'Detect':
      return { kind: 'detect', detection: detectionOf({ category: id }) };
    case 'Status':
      // The catalogue also lists status events of CyberTrace that this service never raises.
      return { kind: 'status', ...notice } as Outcome;
    case 'Evaluation':
      return { kind: 'evaluation', ...notice };
    default:
      return type satisfies never;
  }
}
