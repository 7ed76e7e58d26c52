import { describe, expect, test } from '@jest/globals';

import { defaultBundleSettings, savedSearches } from '../../../dsm/content/index.js';
import { identifiers } from '../../../dsm/identity.js';
import { describeEvent } from '../../../dsm/index.js';
import { runQuery } from '../../console/ariel/run-query.js';
import type { Row } from '../../console/ariel/run-query.js';
import { type Bench, lineOf, startIntake } from '../../console/support.js';
import { linesOf } from './bundle-under-test.js';
import { taughtConsole } from './taught-console.js';

const searches = savedSearches(defaultBundleSettings);
const samples = linesOf('sample-events.log');
const eventIdOf = (line: string): string => line.split('|')[4] ?? '';

const taught = taughtConsole();
for (const line of samples) taught.receive(line);

function found(name: string, { state, events }: Bench = taught): readonly Row[] {
  const search = searches.find((one) => one.name === name);
  if (search === undefined) throw new Error(`there is no search ${name}`);
  return runQuery(state, events, search.aql);
}

function sum(rows: readonly Row[], column = 'Count'): number {
  return rows.reduce((total, row) => total + Number(row[column]), 0);
}

const ofService = samples.filter((line) => line.includes(` ${identifiers.detections} `));
const typed = (type: string): number =>
  ofService.filter((line) => describeEvent(eventIdOf(line)).type === type).length;

/** A test double takes the searches and finds what it should; a real console may do otherwise. */
describe('the searches find of the sample events', () => {
  test.each([
    'TF Detections by event',
    'TF Detections by source',
    'TF Detections by user',
    'TF Top indicators',
    'TF Detections by category',
  ])('%s: all detections and nothing else', (name) => {
    expect(sum(found(name))).toBe(typed('Detect'));
  });

  test('the newest detections with what was found', () => {
    const rows = found('TF Newest detections');
    expect(rows).toHaveLength(typed('Detect'));
    for (const row of rows) {
      expect(row['Event']).toMatch(/^KL_(?!ALERT_|EVALUATION_)/);
      expect(row['Matched Indicator']).toEqual(expect.any(String));
      expect(row['Confidence']).toBe(100);
    }
  });

  test('hashes, status events, feeds that fail', () => {
    const count = (pattern: RegExp): number =>
      ofService.filter((line) => pattern.test(eventIdOf(line))).length;
    expect(sum(found('TF Hash sightings'))).toBe(count(/_Hash_/));
    expect(found('TF Status events')).toHaveLength(typed('Status'));
    expect(sum(found('TF Feeds that fail'))).toBe(count(/FailedToUpdateFeed|OutdatedFeed/));
  });

  test('how many events both log sources brought', () => {
    const rows = found('TF Events and licence');
    expect(rows.map((row) => row['Log source']).sort()).toEqual(Object.values(identifiers).sort());
    expect(sum(rows, 'Events')).toBe(samples.length);
  });
});

test('of one run its events are found, once its id stands in the search', () => {
  const aql = searches.find(({ name }) => name === 'TF Verification run')?.aql ?? '';
  const run = '6f0a1c52-0000-41ee-8000-0242ac120002';
  const rows = runQuery(taught.state, taught.events, aql.replace('RUN-ID', run));
  expect(rows.map((row) => row['Event'])).toEqual(['KL_EVALUATION_Verification']);
});

describe('what JSA could not name', () => {
  const name = 'TF Unknown or stored';

  test('nothing, where it knows all', () => {
    expect(found(name)).toEqual([]);
  });

  test('an event without a mapping, and one that cannot be read', () => {
    const bench = taughtConsole();
    bench.receive(lineOf('KL_Unheard_URL', { sev: '1' }));
    bench.receive('<134>Jul 10 10:10:16 KL_Threat_Feed_Service_V2 no LEEF');
    expect(found(name, bench).map((row) => row['Event'])).toEqual(['Unknown', 'Stored']);
  });

  test('events of ours that no log source takes, by whatever identifier they come', () => {
    const bench = startIntake();
    bench.receive(lineOf('KL_Malicious_URL', { sev: '8' }).replace('_V2', '_v2'), 3);
    bench.receive('<134>Jul 10 10:10:16 printer out of paper');
    expect(found(name, bench)).toMatchObject([{ Event: 'Unknown Log Event', Count: 3 }]);
  });
});
