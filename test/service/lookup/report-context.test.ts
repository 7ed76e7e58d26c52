import { expect, test } from '@jest/globals';

import { planFor } from '../../../forwarder/lookup/may-look-up.js';
import { followUpOutcome } from '../../../forwarder/service/lookup/follow-up.js';
import { answerContext } from '../../../forwarder/service/lookup/report-context.js';
import type { Answer } from '../../../forwarder/service/lookup/report-context.js';
import { rendererWith } from '../../rendering/support.js';
import { detectionOf } from './rig.js';

function plan(...fields: readonly string[]) {
  const rules = [{ minConfidence: 1, fields, followUp: true }];
  const found = planFor(rules, { name: 'a', confidence: 100 }, 'hash');
  if (found === undefined) throw new Error('no plan');
  return found;
}

function report(content: Readonly<Record<string, unknown>>): Answer {
  return { kind: 'report', report: content, from: 'cache', atMs: 1 };
}

const hostile = 'a\r\nb\tsrc=1.2.3.4\u2028<134>Jul 10 LEEF:1.0|x';
const hash = 'hash:feaf2058298c1e174c2b79affc7cf4df';

test('wanted fields come in the order of the entry, lists joined, absent ones left out', () => {
  const names = { FileNames: [{ FileName: 'b.exe' }, { FileName: 'a.exe' }] };
  const context = answerContext(
    report({ Zone: 'Red', ...names }),
    plan('$KLFileNames', 'KLZone', 'KLFirstSeen'),
  );
  expect(context).toEqual([
    ['KLFileNames', 'b.exe, a.exe'],
    ['KLZone', 'Red'],
  ]);
});

test('it is worked out once as long as the report is kept', () => {
  const wanted = plan('KLZone');
  const answer = report({ Zone: 'Red' });
  const first = answerContext(answer, wanted);
  expect(answerContext({ ...answer }, wanted)).toBe(first);
  expect(answerContext(answer, plan('KLFileNames'))).toEqual([['KLResult', 'no fields']]);
});

test('a list longer than any line is cut between two entries, a text anywhere', () => {
  const many = Array.from({ length: 5000 }, (_, number) => ({ FileName: `file${number}.exe` }));
  const [field] = answerContext(report({ FileNames: many }), plan('KLFileNames'));
  expect(field?.[1].length).toBeLessThanOrEqual(8192);
  expect(field?.[1]).toMatch(/^file0\.exe, .*, file\d+\.exe$/);
  const huge = { FileName: 'x'.repeat(100_000) };
  const [one] = answerContext(report({ FileNames: [huge] }), plan('KLFileNames'));
  expect(one?.[1]).toHaveLength(8192);
});

const renderer = rendererWith({ messageId: true });

test('a hostile report ends no value, in a detection and in what follows it', () => {
  const wanted = plan('KLFileNames');
  const answer = report({ FileNames: [{ FileName: hostile }], Zone: 'Red\nx' });
  const detection = detectionOf(hash);
  const { match } = detection;
  const context = [...match.context, ...answerContext(answer, wanted)];
  const lines = [
    renderer.render({ kind: 'detect', detection: { ...detection, match: { ...match, context } } })
      .body,
    renderer.render(
      followUpOutcome(
        { id: 'f00', event: 'KL_OSINT_A_Hash_MD5', matchedIndicator: match.observable.text },
        answer,
        wanted,
        { atMs: 1_752_142_214_000, number: 1, withMessageId: true },
      ),
    ).body,
  ];
  const value = 'KLFileNames=a  b src=1.2.3.4 <134>Jul 10 LEEF:1.0|x';
  for (const line of lines) {
    expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u2028]/);
    expect(line.split('\t')).toContain(value);
    expect(line.split('\t').some((attribute) => attribute.startsWith('src='))).toBe(false);
  }
  expect(lines[1]).toBe(
    [
      'LEEF:1.0|Kaspersky Lab|Threat Feed Service|2.0|KL_EVALUATION_Lookup|devTime=1752142214000',
      ...['sev=1', 'msgId=e-mcx88gvk-1000000000000001'],
      'matchedIndicator=feaf2058298c1e174c2b79affc7cf4df',
      ...['event=KL_OSINT_A_Hash_MD5', 'detectionMsgId=f00', value],
    ].join('\t'),
  );
});

test("a record's own field of the same name wins", () => {
  const detection = detectionOf(hash);
  const context = [['KLZone', 'mine'] as const, ['KLZone', 'Red'] as const];
  const { body } = renderer.render({
    kind: 'detect',
    detection: { ...detection, match: { ...detection.match, context } },
  });
  expect(body.split('\t').filter((text) => text.startsWith('KLZone='))).toEqual(['KLZone=mine']);
});
