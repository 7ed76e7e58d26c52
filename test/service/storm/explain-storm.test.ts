import { tmpdir } from 'node:os';

import { expect, test } from '@jest/globals';

import { formatExplanation } from '../../../forwarder/commands/support/explain-text.js';
import { loadConfig } from '../../../forwarder/config/index.js';
import { StormControl } from '../../../forwarder/detection/index.js';
import { createIndexBuilder } from '../../../forwarder/matching/index.js';
import { createScanner } from '../../../forwarder/scanning/index.js';
import { explainLine } from '../../../forwarder/service/explain-line.js';
import { compileRules, scannerOptions, withIndex } from '../../../forwarder/service/rules.js';
import { feedInfo } from '../../matching/feeds.js';
import { projectDirectory } from '../../support/service-process.js';

/** Explains lines one after the other, as one call of the command does. */
async function explain(set: readonly string[], lines: readonly string[]) {
  const loaded = await loadConfig({
    env: {},
    set,
    cwd: tmpdir(),
    packageDirectory: projectDirectory,
  });
  const builder = createIndexBuilder();
  const indicators = [{ kind: 'domain', value: 'evil.example' }] as const;
  builder.addRecord(builder.addFeed(feedInfo('A')), { indicators, context: [] });
  const compiled = builder.build();
  const rules = await compileRules(loaded);
  const context = {
    rules: withIndex(rules, compiled),
    scanner: createScanner(compiled.filter, scannerOptions(rules)),
    config: loaded.config,
    storm: new StormControl(rules.storm.settings, 'explain', () => undefined),
    peer: '192.0.2.9',
    nowMs: 1_752_142_214_000,
  };
  return lines.flatMap((line, number) => explainLine(Buffer.from(line), number + 1, context));
}

const evil = 'GET http://evil.example/ action=deny';

test('under calm an event that repeats one above has no message of its own', async () => {
  const [first, second] = await explain(['profile=calm'], [evil, evil]);
  expect([first?.outcome, first?.messages.length, first?.held]).toEqual(['matched', 1, []]);
  expect([second?.outcome, second?.messages.length]).toEqual(['matched', 0]);
  expect(second?.held).toEqual([
    { event: 'KL_A_Domain', matchedIndicator: 'evil.example', reason: 'window' },
  ]);
  expect(formatExplanation(second!)).toContain(
    'no message for KL_A_Domain evil.example: it repeats one above',
  );
});

test('under parity both have one', async () => {
  const all = await explain([], [evil, evil]);
  expect(all.map(({ messages }) => messages.length)).toEqual([1, 1]);
});

test('an event under a rule of countOnly names the rule', async () => {
  const rule = 'storm.countOnly=[{"name":"denies","pattern":"action=deny"}]';
  const [explained] = await explain([rule], [evil]);
  expect(explained).toMatchObject({ countOnly: 'denies', messages: [], outcome: 'matched' });
  expect(formatExplanation(explained!)).toContain('counted only (storm.countOnly denies)');
  // A verification run asks for every message.
  const [verified] = await explain([rule], [`<13>Jul 10 10:10:14 KL_Verification_Tool ${evil}`]);
  expect(verified).toMatchObject({ countOnly: undefined, held: [], outcome: 'matched' });
  expect(verified?.messages).toHaveLength(1);
});
