import { afterEach, describe, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';

import { loadConfig } from '../../forwarder/config/index.js';
import type { ContextField, Logger, Message, StatusEvent } from '../../forwarder/core/index.js';
import { createIndexBuilder } from '../../forwarder/matching/index.js';
import { Pipeline } from '../../forwarder/service/pipeline.js';
import { compileRules, withIndex } from '../../forwarder/service/rules.js';
import type { Installation } from '../../forwarder/service/rules.js';
import { createMetrics } from '../../forwarder/telemetry/index.js';
import { feedInfo } from '../matching/feeds.js';
import { projectDirectory } from '../support/service-process.js';

const quiet = (): void => undefined;
const logger: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const open: Pipeline[] = [];
afterEach(() => {
  for (const pipeline of open.splice(0)) pipeline.close();
});

/** The rules of a configuration with a feed of three domains. */
async function rulesOf(set: readonly string[], installation: Installation = {}) {
  const loaded = await loadConfig({
    env: {},
    set,
    cwd: tmpdir(),
    packageDirectory: projectDirectory,
  });
  const builder = createIndexBuilder();
  const feed = builder.addFeed(feedInfo('A'));
  for (const value of ['evil.example', 'bad.example', 'worse.example']) {
    builder.addRecord(feed, {
      indicators: [{ kind: 'domain', value }],
      context: [['mask', value]],
    });
  }
  return withIndex(await compileRules(loaded, installation), builder.build());
}

/** A pipeline whose clocks stand still until they are moved. */
async function rig(set: readonly string[], installation: Installation = {}) {
  const messages: Message[] = [];
  const alarms: (readonly [StatusEvent, Readonly<Record<string, string>>])[] = [];
  const metrics = createMetrics();
  const counted: string[] = [];
  let nowMs = 1_752_142_214_000;
  let monotonicMs = 1000;
  const pipeline = new Pipeline({
    rules: await rulesOf(set, installation),
    delivery: {
      send: (message) => {
        if (message.body.includes('worse.example') && breaksDown) throw new Error('a fault');
        messages.push(message);
      },
      waiting: 0,
      close: () => Promise.resolve(),
    },
    counters: metrics,
    clock: () => nowMs,
    monotonic: () => monotonicMs,
    logger,
    runId: 'run',
    statistics: { noteDetection: ({ feed }) => counted.push(feed), noteEvents: quiet },
    onStatus: (event, context: readonly ContextField[]) => {
      alarms.push([event, Object.fromEntries(context)]);
    },
  });
  open.push(pipeline);
  const faults: unknown[] = [];
  let breaksDown = false;
  const send = (lines: readonly string[]): void => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const session = { id: 1, listener: 'jsa', peer: '192.0.2.9' };
    pipeline.takeLines(session, bytes, 0, bytes.length, (fault) => faults.push(fault));
  };
  return {
    pipeline,
    messages,
    alarms,
    metrics,
    counted,
    take: (...lines: readonly string[]) => {
      send(lines);
      expect(faults).toEqual([]);
    },
    /** What becomes of messages about worse.example is a fault. */
    takeFaulty: (...lines: readonly string[]) => {
      breaksDown = true;
      send(lines);
      return faults.splice(0).length;
    },
    pass: (ms: number) => {
      nowMs += ms;
      monotonicMs += ms;
    },
    /** received = the outcomes; detections = messages + suppressed; suppressed = summarised + waiting. */
    expectBalance: () => {
      const total = (name: string, labels: Readonly<Record<string, string>> = {}) =>
        metrics.total(name, labels);
      expect(total('tf_events_total') + total('tf_events_rejected_total')).toBe(
        total('tf_events_received_total'),
      );
      expect(
        total('tf_messages_rendered_total', { kind: 'detect' }) +
          total('tf_detections_suppressed_total'),
      ).toBe(total('tf_detections_total'));
      const held = ['window', 'rate', 'breaker'].map((reason) =>
        total('tf_detections_suppressed_total', { reason }),
      );
      expect(held.reduce((sum, one) => sum + one, 0)).toBe(
        total('tf_detections_summarised_total') + pipeline.storm.waiting,
      );
      expect(total('tf_messages_rendered_total')).toBe(messages.length);
    },
  };
}

const evil = 'GET http://evil.example/ x';
const own = (more: string) =>
  `<134>Jul 10 10:10:14 KL_Threat_Feed_Service_V2 LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_X|${more}`;

describe('a fault of ours', () => {
  test('costs one message, is told once a line, and the counters add up all the same', async () => {
    const { take, takeFaulty, messages, metrics } = await rig([]);
    const envelope = (text: string) => JSON.stringify({ logSource: 'r', payload: text });
    expect(
      takeFaulty(
        'http://worse.example/ http://bad.example/',
        `${envelope('http://worse.example/')}${envelope(evil)}`,
        'nothing',
      ),
    ).toBe(2);
    // The other detection of the same event, and the other event of the same line.
    expect(messages.map(({ body }) => /matchedIndicator=([\w.]+)/.exec(body)?.[1])).toEqual([
      'bad.example',
      'evil.example',
    ]);
    const events = (outcome: string): number => metrics.total('tf_events_total', { outcome });
    expect([events('failed'), events('matched'), events('clean')]).toEqual([2, 1, 1]);
    expect(metrics.total('tf_events_received_total')).toBe(4);
    expect(metrics.total('tf_messages_rendered_total', { kind: 'detect' })).toBe(4);
    expect(metrics.total('tf_detections_total')).toBe(4);
    take(evil);
    expect(messages).toHaveLength(3);
  });
});

test('what a server says later counts in the statistics unless the limit of its event takes it away', async () => {
  const { pipeline, counted, messages, expectBalance } = await rig([
    'matching.perEventDetectionLimit=1',
  ]);
  const value = 'later.example';
  const observable = { kind: 'domain', rule: 'RE_URL', text: value, value } as const;
  const extraction = {
    source: 'default',
    isIgnored: false,
    observables: [observable],
    values: new Map<string, string>(),
  };
  const match = {
    observable,
    indicator: { kind: 'domain', value },
    feed: feedInfo('Live'),
    context: [],
  } as const;
  const ticket = { extraction, number: 1, digest: 'd', logSource: 'r', countOnly: undefined };
  pipeline.reportLater(match, { ...ticket, reported: 0 });
  pipeline.reportLater(match, { ...ticket, reported: 1 });
  expect(messages).toHaveLength(1);
  expect(counted).toEqual(['Live']);
  expectBalance();
});

describe('detections of equal events', () => {
  test('under parity each is a message, with an id of its own', async () => {
    const { take, messages, expectBalance } = await rig([]);
    take(evil, evil, 'nothing', evil);
    expect(messages).toHaveLength(3);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(3);
    expectBalance();
  });

  test('under calm those that repeat are one summary, at the latest when it stops', async () => {
    const { take, messages, pipeline, metrics, expectBalance } = await rig(['profile=calm']);
    take(evil, 'nothing', evil, 'http://bad.example/', evil);
    expect(messages).toHaveLength(2);
    expectBalance();
    expect(pipeline.storm).toMatchObject({ waiting: 2, openWindows: 2 });
    pipeline.close();
    expect(messages).toHaveLength(3);
    expect(messages[2]?.body).toMatch(
      /\|KL_A_Domain\|devTime=\d{13}\tsev=\d\tcount=2\tfirstTime=\d{13}\tlastTime=\d{13}\t/,
    );
    expect(messages[2]?.body).toMatch(/\tmatchedIndicator=evil.example\t.*\tasset=192.0.2.9$/);
    expect(messages[2]?.body).not.toContain('\tsrc=');
    expect(metrics.total('tf_messages_rendered_total', { kind: 'summary' })).toBe(1);
    expectBalance();
  });

  test('a verification run gets every message, however often it is run', async () => {
    const { take, messages, expectBalance } = await rig(['profile=calm']);
    const line = '<13>Jul 10 10:10:14 KL_Verification_Tool http://evil.example/';
    take(
      line,
      line,
      JSON.stringify({ logSourceIdentifier: 'kl_verification_tool', payload: evil }),
    );
    expect(messages).toHaveLength(3);
    expectBalance();
  });

  test('a change of the profile counts from the next event on, windows stay', async () => {
    const { take, messages, pipeline, expectBalance } = await rig(['profile=calm']);
    take(evil, evil);
    pipeline.useRules(await rulesOf([]));
    take(evil, evil);
    expect(messages).toHaveLength(3);
    expect(pipeline.storm.waiting).toBe(1);
    expectBalance();
    pipeline.close();
    expect(messages).toHaveLength(4);
    expectBalance();
  });
});

describe('events whose detections are only counted', () => {
  const deny = 'storm.countOnly=[{"name":"denies","pattern":"action=(deny|drop)"}]';

  test('in any profile, by the text of the event', async () => {
    for (const profile of ['parity', 'calm']) {
      const { take, messages, metrics, expectBalance } = await rig([`profile=${profile}`, deny]);
      take(
        'action=deny http://evil.example/',
        JSON.stringify({ logSource: 'fw', action: 'drop', payload: 'http://bad.example/' }),
        'action=permit http://worse.example/',
      );
      expect(messages).toHaveLength(1);
      const labels = { reason: 'count_only' };
      expect(metrics.total('tf_detections_suppressed_total', labels)).toBe(2);
      expect(metrics.total('tf_detections_count_only_total', { rule: 'denies' })).toBe(2);
      expectBalance();
    }
  });

  test('a rule that names a source there is not is refused', async () => {
    await expect(
      rulesOf(['storm.countOnly=[{"name":"x","source":"firewall"}]']),
    ).rejects.toMatchObject({ code: 'TF_CONFIG', where: 'storm.countOnly[0].source' });
  });

  test('a pattern that cannot be used is refused', async () => {
    await expect(
      rulesOf(['storm.countOnly=[{"name":"x","pattern":"(a)\\\\1"}]']),
    ).rejects.toMatchObject({ code: 'TF_PATTERN', where: 'storm.countOnly[0].pattern' });
  });
});

describe('the circuit breaker', () => {
  const breaker = ['storm.breaker.minDetections=50', 'storm.breaker.forSeconds=60'];
  const flood = Array.from({ length: 60 }, () => '<13>Jul 10 10:10:14 fw http://evil.example/');

  test('under parity raises an alarm and holds back nothing', async () => {
    const { take, messages, alarms, metrics, expectBalance } = await rig(breaker);
    take(...flood);
    expect(messages).toHaveLength(60);
    expect(alarms).toEqual([
      [
        'KL_ALERT_LoopDetected',
        expect.objectContaining({
          layer: 'breaker',
          log_source: 'fw',
          seen: '50 detections in 50 events',
        }),
      ],
    ]);
    expect(metrics.total('tf_loops_detected_total', { layer: 'breaker' })).toBe(1);
    expectBalance();
  });

  test('under calm only summaries come of the log source, for its time', async () => {
    const { take, pass, messages, metrics, pipeline, expectBalance } = await rig([
      ...breaker,
      'profile=calm',
      'storm.windowSeconds=5',
    ]);
    take(...flood);
    expect(messages).toHaveLength(1);
    pass(20_000);
    take(
      '<13>Jul 10 10:10:14 fw http://bad.example/',
      '<13>Jul 10 10:10:14 other http://bad.example/',
    );
    const fromOther = messages.filter(({ body }) => body.includes('bad.example'));
    expect(fromOther).toHaveLength(1);
    expect(metrics.total('tf_detections_suppressed_total', { reason: 'breaker' })).toBe(12);
    expectBalance();
    pass(60_000);
    take('<13>Jul 10 10:10:14 fw http://worse.example/');
    expect(messages.at(-1)?.body).toContain('worse.example');
    pipeline.close();
    expectBalance();
  });
});

describe('own messages that come back', () => {
  const loopToken = '0123456789abcdef';

  test('are never matched, and told of once a minute', async () => {
    const { take, pass, messages, alarms, metrics, expectBalance } = await rig([]);
    take(own('url=http://evil.example'), own('url=http://bad.example'));
    pass(59_999);
    take(own('url=http://evil.example'));
    expect(alarms).toHaveLength(1);
    pass(1);
    take(own('url=http://evil.example'));
    expect(
      alarms.map(([event, { layer, peer, sightings }]) => [event, layer, peer, sightings]),
    ).toEqual([
      ['KL_ALERT_LoopDetected', 'source', '192.0.2.9', '1'],
      ['KL_ALERT_LoopDetected', 'source', '192.0.2.9', '3'],
    ]);
    expect(messages).toEqual([]);
    expect(metrics.total('tf_loops_detected_total', { layer: 'source' })).toBe(4);
    expectBalance();
  });

  test('are known by the token, wherever it stands', async () => {
    const { take, messages, alarms } = await rig(['leef.loopToken=true'], { loopToken });
    take(`relay said a=b\tloopToken=${loopToken}\turl=http://evil.example`);
    take(
      JSON.stringify({ logSource: 'r', payload: `x\tloopToken=${loopToken}\turl=evil.example` }),
    );
    expect(messages).toEqual([]);
    expect(alarms[0]?.[1]).toMatchObject({ layer: 'token' });
    take(evil);
    expect(messages[0]?.body).toContain(`\tloopToken=${loopToken}\t`);
  });

  test('without an indicator, too: the scanner lets the token through', async () => {
    const { take, metrics } = await rig(['leef.loopToken=true'], { loopToken });
    take(`relay said loopToken=${loopToken}`, 'relay said loopToken=0123456789abcdee');
    expect(metrics.total('tf_events_total', { outcome: 'looped' })).toBe(1);
    expect(metrics.total('tf_events_total', { outcome: 'clean' })).toBe(1);
  });

  test('a storm that has tripped the breaker hides no own message that comes back', async () => {
    const { take, alarms } = await rig(['storm.breaker.minDetections=3']);
    take(evil, evil, evil, own('url=x'), own('url=x'));
    expect(alarms.map(([event, { layer }]) => [event, layer])).toEqual([
      ['KL_ALERT_LoopDetected', 'breaker'],
      ['KL_ALERT_LoopDetected', 'source'],
    ]);
  });

  test('the probe is known when it comes back within a minute', async () => {
    const { take, pass, alarms, pipeline } = await rig([]);
    const [[, mark]] = pipeline.loops.probe() as [ContextField];
    pass(30_000);
    take(own(`devTime=1\tprobe=${mark}`));
    expect(alarms[0]?.[1]).toMatchObject({ layer: 'canary', seen: 'the probe came back' });
  });
});
