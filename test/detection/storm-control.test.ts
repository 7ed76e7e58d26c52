import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Detection } from '../../forwarder/core/index.js';
import { StormControl } from '../../forwarder/detection/index.js';
import type { StormSettings, StormVerdict } from '../../forwarder/detection/index.js';
import { detectionOf, feedOf } from './support/samples.js';
import type { Sample } from './support/samples.js';

const settings: StormSettings = {
  profile: 'calm',
  windowMs: 60_000,
  maxKeys: 1000,
  messagesPerSecond: 0,
};

/** A control with a clock of its own; what it was given, sent and summarised. */
function rig(changed: Partial<StormSettings> = {}) {
  const summaries: Detection[] = [];
  let nowMs = 5_000_000;
  let wallMs = 1_752_142_214_000;
  const control = new StormControl({ ...settings, ...changed }, 'run', (one) =>
    summaries.push(one),
  );
  const now = () => ({ monotonicMs: nowMs, atMs: wallMs });
  return {
    control,
    summaries,
    counts: () => summaries.map(({ summary }) => summary?.count),
    take: (sample: Sample = {}, name = '192.0.2.1', isBroken = false): StormVerdict => {
      const kind = /^[\d.]+$/.test(name) ? 'address' : 'logSource';
      const asset = { kind, name } as const;
      return control.take(detectionOf({ atMs: wallMs, ...sample }), { asset, isBroken }, now());
    },
    pass: (ms: number, wall = ms) => {
      nowMs += ms;
      wallMs += wall;
      control.tick(now());
    },
    use: (more: Partial<StormSettings>) => {
      control.use({ ...settings, ...changed, ...more });
    },
    flush: () => {
      control.flush(now());
    },
  };
}

describe('windows', () => {
  test('the first is sent at once, those that follow are one summary at the end', () => {
    const { take, pass, summaries, control } = rig();
    expect([take(), take(), take()]).toEqual(['send', 'window', 'window']);
    pass(30_000);
    expect(take({ text: 'EVIL.example' })).toBe('window');
    expect(control.waiting).toBe(3);
    pass(29_999);
    expect(summaries).toEqual([]);
    pass(1);
    expect(control.waiting).toBe(0);
    expect(summaries).toHaveLength(1);
    expect(summaries[0]).toMatchObject({
      category: 'KL_Malicious_URL',
      detectedAtMs: 1_752_142_214_000 + 60_000,
      summary: { count: 3, firstAtMs: 1_752_142_214_000, lastAtMs: 1_752_142_214_000 + 30_000 },
      match: {
        observable: { kind: 'domain', rule: 'RE_URL', text: 'evil.example' },
        indicator: { kind: 'domain', value: 'evil.example' },
        context: [],
      },
      values: new Map([
        ['RE_URL', 'evil.example'],
        ['SRC_IP', '192.0.2.1'],
      ]),
    });
  });

  test('a name that is cut in the middle of a character has a window, too', () => {
    const { take } = rig();
    const name = `${'a'.repeat(254)}\u{1F600}`;
    expect([take({}, name), take({}, name), take({}, name)]).toEqual(['send', 'window', 'window']);
  });

  test('after its end the next one is sent again', () => {
    const { take, pass, counts } = rig();
    take();
    take();
    pass(60_000);
    expect(take()).toBe('send');
    pass(60_000);
    expect(counts()).toEqual([1]);
  });

  test('without repetition there is no summary', () => {
    const { take, pass, flush, counts, control } = rig();
    take();
    expect(control.openWindows).toBe(1);
    pass(60_000);
    expect(control.openWindows).toBe(0);
    take();
    flush();
    expect(counts()).toEqual([]);
  });

  test('one for each indicator, asset, rule and feed', () => {
    const { take } = rig();
    const samples = [
      [{}, '192.0.2.1'],
      [{ indicator: 'worse.example' }, '192.0.2.1'],
      [{ rule: 'RE_DOMAIN' }, '192.0.2.1'],
      [{ feed: feedOf('Botnet_CnC_URL_Data_Feed') }, '192.0.2.1'],
      [{}, '192.0.2.2'],
      [{}, ''],
    ] as const;
    expect(samples.map(([sample, asset]) => take(sample, asset))).toEqual(
      samples.map(() => 'send'),
    );
    expect(samples.map(([sample, asset]) => take(sample, asset))).toEqual(
      samples.map(() => 'window'),
    );
  });

  test('a log source that stands for the asset is named', () => {
    const { take, flush, summaries } = rig();
    take({}, 'proxy-1');
    take({}, 'proxy-1');
    flush();
    expect(summaries[0]?.match.context).toEqual([['asset', 'proxy-1']]);
    expect(summaries[0]?.values.get('SRC_IP')).toBeUndefined();
  });

  test('a stop summarises what is open', () => {
    const { take, flush, counts, control } = rig();
    for (const asset of ['a', 'b', 'b', 'c', 'c', 'c']) take({}, asset);
    flush();
    expect(counts()).toEqual([1, 2]);
    expect([control.waiting, control.openWindows]).toEqual([0, 0]);
  });

  test('a clock that is set does not touch them', () => {
    const { take, pass, summaries } = rig();
    take();
    pass(1000, 86_400_000);
    expect(take()).toBe('window');
    pass(1000, -2 * 86_400_000);
    expect(take()).toBe('window');
    pass(57_999, 0);
    expect(summaries).toEqual([]);
    pass(1, 0);
    expect(summaries).toHaveLength(1);
  });

  test('texts as long as an event do not stay', () => {
    const { take, flush, summaries } = rig();
    const long = 'x'.repeat(1_000_000);
    take({ text: long }, long);
    take({ text: long }, long);
    flush();
    expect(summaries[0]?.match.observable.text).toHaveLength(1024);
    expect(summaries[0]?.match.context).toEqual([['asset', 'x'.repeat(255)]]);
  });

  test('a text cannot make a key look like another', () => {
    const { take } = rig();
    expect(take({ indicator: 'a', rule: 'b' }, 'c')).toBe('send');
    expect(take({ indicator: 'a\0domain\0b' }, 'c')).toBe('send');
    expect(take({ indicator: 'a', rule: 'b' }, 'b\0c')).toBe('send');
  });
});

describe('the table', () => {
  test('when it is full the window that ends next is ended early, with its summary', () => {
    const { take, counts, control } = rig({ maxKeys: 3 });
    const short = { indicator: 'e.x', rule: 'R', feed: feedOf('F') };
    for (const asset of ['a', 'a', 'a', 'b', 'c']) take(short, asset);
    expect(counts()).toEqual([]);
    expect(take(short, 'd')).toBe('send');
    expect(counts()).toEqual([2]);
    expect(control.openWindows).toBe(3);
    expect(take(short, 'a')).toBe('send');
    expect(take(short, 'c')).toBe('window');
  });

  test('holds fewer when their texts are long', () => {
    const { take, control } = rig({ maxKeys: 100 });
    for (let asset = 0; asset < 100; asset += 1) {
      take({ text: 'x'.repeat(900) }, `${'y'.repeat(200)}${asset}`);
    }
    expect(control.openWindows).toBeGreaterThan(10);
    expect(control.openWindows).toBeLessThan(25);
  });

  test('takes many more than it began with, in order', () => {
    const { take, flush, counts } = rig({ maxKeys: 100_000 });
    const assets = Array.from({ length: 5000 }, (_, number) => `host-${number}`);
    for (const asset of assets) take({}, asset);
    assets.forEach((asset, number) => {
      for (let times = 0; times <= number % 3; times += 1) expect(take({}, asset)).toBe('window');
    });
    flush();
    expect(counts()).toEqual(assets.map((_asset, number) => (number % 3) + 1));
  });
});

describe('the limit of messages', () => {
  test('what exceeds it is summarised by indicator', () => {
    const { take, pass, summaries } = rig({ messagesPerSecond: 10 });
    const verdicts = Array.from({ length: 30 }, (_, number) => take({}, `host-${number}`));
    expect(verdicts.filter((verdict) => verdict === 'send')).toHaveLength(10);
    expect(verdicts.slice(10)).toEqual(Array(20).fill('rate'));
    expect(take({ indicator: 'worse.example' }, 'x')).toBe('rate');
    pass(60_000);
    expect(summaries.map(({ match, summary }) => [match.indicator.value, summary?.count])).toEqual([
      ['evil.example', 20],
      ['worse.example', 1],
    ]);
  });

  test('is an average: after a second there is room again', () => {
    const { take, pass } = rig({ messagesPerSecond: 10 });
    for (let number = 0; number < 10; number += 1) take({}, `a-${number}`);
    pass(500);
    const verdicts = Array.from({ length: 10 }, (_, number) => take({}, `b-${number}`));
    expect(verdicts.filter((verdict) => verdict === 'send')).toHaveLength(5);
  });
});

describe('the circuit breaker', () => {
  test('holds back the first one too', () => {
    const { take, pass, summaries } = rig();
    expect(take({}, 'a', true)).toBe('breaker');
    expect(take({}, 'a', true)).toBe('breaker');
    pass(60_000);
    expect(summaries.map(({ summary }) => summary?.count)).toEqual([2]);
  });
});

describe('settings', () => {
  test('under parity everything is sent', () => {
    const { take, flush, counts } = rig({ profile: 'parity', messagesPerSecond: 1 });
    expect(Array.from({ length: 100 }, () => take({}, 'a', true))).toEqual(Array(100).fill('send'));
    flush();
    expect(counts()).toEqual([]);
  });

  test('open windows outlive a change of the profile', () => {
    const { take, pass, counts, use } = rig();
    take();
    take();
    use({ profile: 'parity' });
    expect(take()).toBe('send');
    pass(60_000);
    expect(counts()).toEqual([1]);
  });

  test('a shorter window ends the open ones, too, when they are as old', () => {
    const { take, pass, counts, use } = rig();
    take();
    take();
    pass(20_000);
    use({ windowMs: 30_000 });
    pass(9_999);
    expect(counts()).toEqual([]);
    pass(1);
    expect(counts()).toEqual([1]);
  });
});

test('summaries have ids of their own', () => {
  const { take, flush, summaries } = rig();
  for (const asset of ['a', 'a', 'b', 'b']) take({}, asset);
  flush();
  for (const asset of ['a', 'a']) take({}, asset);
  flush();
  expect(new Set(summaries.map(({ id }) => id)).size).toBe(3);
});

test('nothing is forgotten, whatever comes', () => {
  const steps = fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('take' as const),
          indicator: fc.integer({ min: 0, max: 5 }),
          asset: fc.integer({ min: 0, max: 9 }),
          isBroken: fc.boolean(),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(90_000) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('use' as const),
          profile: fc.constantFrom('parity' as const, 'calm' as const),
          windowMs: fc.integer({ min: 1000, max: 90_000 }),
          maxKeys: fc.integer({ min: 1, max: 20 }),
          messagesPerSecond: fc.nat(5),
        }),
      },
    ),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const { control, take, pass, use, flush, summaries } = rig({ maxKeys: 10 });
      let taken = 0;
      let sent = 0;
      const summarised = () =>
        summaries.reduce((sum, { summary }) => sum + (summary?.count ?? 0), 0);
      for (const step of all) {
        if (step.kind === 'pass') pass(step.ms);
        else if (step.kind === 'use') {
          const { profile, windowMs, maxKeys, messagesPerSecond } = step;
          use({ profile, windowMs, maxKeys, messagesPerSecond });
        } else {
          taken += 1;
          const { indicator, asset, isBroken } = step;
          if (take({ indicator: `i-${indicator}` }, `a-${asset}`, isBroken) === 'send') sent += 1;
        }
        expect(sent + summarised() + control.waiting).toBe(taken);
      }
      flush();
      expect(control.waiting).toBe(0);
      expect(sent + summarised()).toBe(taken);
    }),
  );
});
