import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { statusFields, statusReference } from '../../../forwarder/service/health/status-fields.js';
import { projectDirectory } from '../../support/service-process.js';
import { statusPage } from '../../support/status-page.js';

/** Objects whose names are data: reasons, outcomes, fields of an event. */
const openObjects = ['intake.outcomes', 'intake.rejected', 'detections.suppressed'].concat([
  'delivery.dropped',
  'statusEvents[].context',
  ...['lookup.detections', 'lookup.requests', 'lookup.followUps'],
]);

function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => pathsOf(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  if (openObjects.includes(path)) return [`${path}.*`];
  return Object.entries(value).flatMap(([name, entry]) =>
    pathsOf(entry, path === '' ? name : `${path}.${name}`),
  );
}

describe('the fields of /status', () => {
  test('are all described, and no other', () => {
    const [collector] = statusPage().delivery.collectors;
    const whole = statusPage({
      notReady: ['x'],
      lookup: { pause: { reason: 'x', what: 'x', toDo: 'x', since: 'x', until: 'x' } },
      problems: [{ code: 'x', what: 'x', toDo: 'x' }],
      delivery: { collectors: [{ ...collector!, lastError: { message: 'x', at: 'x' } }] },
    });
    expect([...new Set(pathsOf(whole))].sort()).toEqual(Object.keys(statusFields).sort());
  });

  test('the committed page is current (npm run docs:reference makes it)', () => {
    const page = join(projectDirectory, 'docs/reference/status.md');
    expect(readFileSync(page, 'utf8')).toBe(statusReference());
  });
});
