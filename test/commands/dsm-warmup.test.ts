import { describe, expect, test } from '@jest/globals';

import { decodeLeef, parseSyslog } from '../../dsm/index.js';
import type { ConsoleSource } from '../../forwarder/commands/support/dsm/doctor/console-sources.js';
import { warmUp as runCommand } from '../../forwarder/commands/support/dsm/warmup/run-warmup.js';
import {
  detectionSamples,
  testEventSamples,
} from '../../forwarder/commands/support/dsm/warmup/samples.js';
import { warmUp } from '../../forwarder/commands/support/dsm/warmup/warm-up.js';
import {
  hintsOf,
  warmUpJson,
  warmUpText,
} from '../../forwarder/commands/support/dsm/warmup/warmup-text.js';

const targets = [
  { kind: 'detections', identifier: 'KL_Threat_Feed_Service_V2' },
  { kind: 'verification', identifier: 'KL_Verification_Tool' },
] as const;

function source(identifier: string, more: Partial<ConsoleSource> = {}): ConsoleSource {
  return {
    id: identifier.length,
    name: `UniversalLEEF @ ${identifier}`,
    type_id: 4,
    protocol_type_id: 0,
    protocol_parameters: [],
    enabled: true,
    coalesce_events: false,
    store_event_payload: true,
    identifier,
    typeName: 'Universal LEEF',
    last_event_time: 0,
    ...more,
  };
}

/** A JSA that makes a log source of 25 events, unless it cannot. */
function jsa(before: readonly ConsoleSource[] = [], canFind = true) {
  const sent: string[] = [];
  const countOf = (identifier: string): number =>
    sent.filter((line) => line.includes(` ${identifier} LEEF:`)).length;
  const listSources = (): Promise<readonly ConsoleSource[]> => {
    const found = targets
      .filter(({ identifier }) => countOf(identifier) >= 25)
      .filter(({ identifier }) => !before.some((one) => one.identifier === identifier))
      .map(({ identifier }) => source(identifier, { coalesce_events: true, last_event_time: 1 }));
    const known = before.map((one) => ({ ...one, last_event_time: countOf(one.identifier) }));
    return Promise.resolve([...known, ...(canFind ? found : [])]);
  };
  const sender = {
    address: 'tcp://192.0.2.10:514',
    send: (line: string) => {
      sent.push(line);
      return Promise.resolve(true);
    },
    close: () => undefined,
  };
  const times = { timeLimitMs: 5, pauseMs: 0, pollMs: 1 };
  return {
    sent,
    countOf,
    options: { targets, sender, listSources, count: 40, hasCat: false, ...times },
  };
}

describe('warming up', () => {
  test('sends samples until both log sources are found, and says that coalescing is on', async () => {
    const { options, sent } = jsa();
    const outcomes = await warmUp(options);
    expect(outcomes.map(({ result, sent: count }) => [result, count])).toEqual([
      ['discovered', 40],
      ['discovered', 40],
    ]);
    expect(sent).toHaveLength(80);
    expect(outcomes.flatMap(hintsOf).join('\n')).toMatch(/coalescing is on.*dsm apply/);
    const text = warmUpText(outcomes, 'tcp://192.0.2.10:514');
    expect(text).toMatch(/✓ +KL_Verification_Tool +40 samples +discovered +UniversalLEEF @ KL_Ver/);
    expect(warmUpJson(outcomes, 'x').logSources[0]).toMatchObject({
      result: 'discovered',
      logSource: { coalescing: true, lastEventAt: '1970-01-01T00:00:00.001Z' },
    });
  });

  test('log sources that are there get a few, to see that events arrive', async () => {
    const before = targets.map(({ identifier }) => source(identifier));
    const { options, sent } = jsa(before);
    const outcomes = await warmUp(options);
    expect(outcomes.map(({ result }) => result)).toEqual(['receiving', 'receiving']);
    expect(sent).toHaveLength(6);
    expect(outcomes.flatMap(hintsOf)).toEqual([]);
  });

  test('what is not found, or receives nothing, is told when the time is over', async () => {
    const { options } = jsa([], false);
    const missing = await warmUp(options);
    expect(missing.map(({ result }) => result)).toEqual(['missing', 'missing']);
    expect(missing.flatMap(hintsOf).join()).toMatch(/no log source of 40 samples.*dsm apply/);
    const before = [source('kl_verification_tool')];
    const silent = await warmUp({
      ...options,
      targets: [targets[1]],
      listSources: () => Promise.resolve(before),
    });
    expect(silent.map(({ result }) => result)).toEqual(['silent']);
    const hints = silent.flatMap(hintsOf).join('\n');
    expect(hints).toMatch(/no event arrived/);
    expect(hints).toMatch(/the log source says kl_verification_tool; use one spelling/);
  });

  test('without a console it only sends', async () => {
    const { options, sent } = jsa();
    const outcomes = await warmUp({ ...options, listSources: undefined });
    expect(outcomes.map(({ result }) => result)).toEqual(['sent', 'sent']);
    expect(sent).toHaveLength(80);
    expect(warmUpText(outcomes, 'x')).toContain('not asked');
  });
});

describe('samples', () => {
  const options = { identifier: 'Host_A', count: 60, nowMs: 1_780_000_000_000 };

  test.each([
    ['detections', detectionSamples, 'Threat Feed Service'],
    ['test events', testEventSamples, 'Verification Tool'],
  ] as const)('%s are well-formed, marked, and no two alike', (_what, make, product) => {
    const events = make(options).map((line) => {
      const { host, body, format } = parseSyslog(line);
      expect([host, format]).toEqual(['Host_A', 'rfc3164']);
      const decoded = decodeLeef(body);
      if (!decoded.ok) throw new Error(line);
      return decoded.event;
    });
    expect(events).toHaveLength(60);
    expect(new Set(events.map((event) => event.product))).toEqual(new Set([product]));
    for (const { attributes } of events) {
      expect(attributes.get('usrName')).toBe('SampleUser');
      expect(attributes.get('src')).toMatch(/^192\.0\.2\./);
      expect(attributes.get('devTime')).toBe('1780000000000');
    }
    expect(new Set(events.map(({ attributes }) => attributes.get('src'))).size).toBe(60);
  });

  test('detections are of many kinds, with cat where the service writes it', () => {
    const ids = new Set(detectionSamples(options).map((line) => line.split('|')[4]));
    expect(ids.size).toBeGreaterThan(10);
    expect(detectionSamples({ ...options, count: 1, hasCat: true })[0]).toContain('\tcat=Detect\t');
    expect(detectionSamples({ ...options, count: 1 })[0]).not.toContain('cat=');
  });
});

test.each([
  [{ count: '0' }, '--count'],
  [{ count: '501' }, '--count'],
  [{ count: '40', logSource: 'all' }, '--log-source'],
  [{ count: '40', logSource: 'both', timeLimit: '-1' }, '--time-limit'],
])('wrong options are told before anything is opened: %p', async (options, name) => {
  await expect(runCommand(options)).rejects.toMatchObject({
    code: 'TF_USAGE',
    message: expect.stringContaining(name),
  });
});
