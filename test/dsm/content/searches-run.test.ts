import { describe, expect, test } from '@jest/globals';

import { defaultBundleSettings, savedSearches } from '../../../dsm/content/index.js';
import { identifiers } from '../../../dsm/identity.js';
import { describeEvent, eventCatalogue } from '../../../dsm/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';
import { runQuery } from '../../console/ariel/run-query.js';
import type { Row } from '../../console/ariel/run-query.js';
import { typeIds } from '../../console/catalogue.js';
import type { ConsoleState } from '../../console/console-state.js';
import { type Bench, lineOf, startIntake } from '../../console/support.js';
import { linesOf } from './bundle-under-test.js';

const searches = savedSearches(defaultBundleSettings);
const samples = linesOf('sample-events.log');
const eventIdOf = (line: string): string => line.split('|')[4] ?? '';

/** A console that knows our log sources, names and properties. */
function taughtConsole(): Bench {
  const bench = startIntake();
  const { state } = bench;
  for (const identifier of Object.values(identifiers)) {
    const made = { name: identifier, identifier, type_id: typeIds.leef };
    state.addActive({ ...state.makeLogSource(made), coalesce_events: false });
  }
  teachNames(state);
  teachProperties(state);
  return bench;
}

function teachNames(state: ConsoleState): void {
  state.qids = eventCatalogue.map(({ id, description, severity, category }, index) => ({
    ...{ id: 1000 + index, uuid: id, qid: 2000 + index, name: id, description, severity },
    ...{ low_level_category_id: category.id, log_source_type_id: null },
    ...{ typeId: typeIds.leef, isProvided: false },
  }));
  state.mappings = state.qids.map(({ id, name }) => ({
    ...{ id, uuid: name, log_source_type_id: typeIds.leef, log_source_event_id: name },
    ...{ log_source_event_category: '', custom_event: true, qid_record_id: id },
  }));
}

function teachProperties(state: ConsoleState): void {
  const made = { username: 'admin', creation_date: 0, modification_date: 0 };
  state.properties = customProperties.map(({ name, type, description, forRules }, id) => ({
    ...{ id, identifier: name, name, description, property_type: type, ...made },
    ...{ use_for_rule_engine: forRules, datetime_format: null, locale: null },
    auto_discovered: false,
  }));
  state.leefExpressions = customProperties.map(({ name, key }, id) => ({
    ...{ id, identifier: name, regex_property_identifier: name, enabled: true, payload: null },
    ...{ log_source_type_id: typeIds.leef, log_source_id: null, qid: null },
    ...{ low_level_category_id: null, expression: key, ...made },
  }));
}

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
