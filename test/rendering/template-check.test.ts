import { describe, expect, test } from '@jest/globals';

import { ServiceError } from '../../forwarder/core/index.js';
import type { OutcomeKind } from '../../forwarder/core/index.js';
import { checkTemplate, problemText } from '../../forwarder/rendering/index.js';
import { readTemplates, rendererOf, rendererWith } from './support.js';

const head = '{{leefHeader "V" "P" "1" event}}';

function problems(text: string, kind: OutcomeKind = 'detect'): readonly string[] {
  return checkTemplate(kind, { file: 'own.hbs', text }).map(problemText);
}

test.each(['detect', 'status', 'evaluation'] as const)(
  'the shipped %s template is right',
  (kind) => {
    expect(checkTemplate(kind, readTemplates()[kind])).toEqual([]);
  },
);

describe('refused, with file and line', () => {
  test.each([
    ['an unclosed tag', `${head}\n{{attr "a" url`, 2, 'does not parse'],
    ['an unclosed block', `${head}\n{{#if url}}\n{{attr "a" url}}`, 3, 'does not parse'],
    ['a wrong closing tag', `${head}\n{{#if url}}{{/each}}`, 2, 'does not parse'],
    ['an unknown name', `${head}\n\n{{attr "a" urll}}`, 3, 'unknown name urll'],
    ['an unknown name, raw', `${head}{{nothing}}`, 1, 'unknown name nothing'],
    ['a name in a branch that is never taken', `${head}{{#if truncated}}{{x}}{{/if}}`, 1, 'name x'],
    ['an unknown name in else', `${head}{{#if url}}{{else}}\n{{x}}{{/if}}`, 2, 'unknown name x'],
    ['__proto__', `${head}{{__proto__}}`, 1, 'unknown name __proto__'],
    ['constructor', `${head}{{constructor}}`, 1, 'unknown name constructor'],
    ['a path into a value', `${head}{{url.constructor}}`, 1, 'unknown name url.constructor'],
    ['this', `${head}{{this}}`, 1, 'unknown name this'],
    ['this.url', `${head}{{this.url}}`, 1, 'unknown name this.url'],
    ['@root', `${head}{{@root.url}}`, 1, 'unknown name @root.url'],
    ['a parent that is not there', `${head}{{../url}}`, 1, 'unknown name ../url'],
    [
      'a name of the outside inside each',
      `${head}{{#each context}}{{url}}{{/each}}`,
      1,
      'name url',
    ],
    ['an unknown helper', `${head}\n{{shout url}}`, 2, 'unknown helper shout'],
    ['the helper log', `${head}{{log url}}`, 1, 'unknown helper log'],
    ['the helper lookup', `${head}{{lookup context 0}}`, 1, 'unknown helper lookup'],
    ['lookup inside a tag', `${head}{{attr "a" (lookup context "x")}}`, 1, 'unknown helper lookup'],
    ['the block with', `${head}{{#with url}}{{/with}}`, 1, 'unknown block {{#with}}'],
    ['a name as a block', `${head}{{#context}}{{/context}}`, 1, 'unknown block {{#context}}'],
    ['block parameters', `${head}{{#each context as |c|}}{{/each}}`, 1, 'as |…|'],
    [
      'a list inside a list',
      `${head}{{#each context}}\n{{#each ../context}}{{name}}{{/each}}{{/each}}`,
      2,
      '{{#each}} inside {{#each}}',
    ],
    ['each over a text', `${head}{{#each url}}{{/each}}`, 1, '{{#each}} cannot take this'],
    ['if over the list', `${head}{{#if context}}{{/if}}`, 1, '{{#if}} cannot take this'],
    ['if with an option', `${head}{{#if url includeZero=true}}{{/if}}`, 1, 'takes one name'],
    ['a triple stash', `${head}\n{{{url}}}`, 2, 'unescaped tags'],
    ['an unescaped tag', `${head}{{&url}}`, 1, 'unescaped tags'],
    ['a partial', `${head}\n{{> other}}`, 2, 'partials'],
    ['a partial block', `${head}{{#> other}}{{/other}}`, 1, 'partials'],
    ['a decorator', `${head}{{* inline "x"}}`, 1, 'not allowed'],
    ['a raw block', `${head}{{{{raw}}}}{{x}}{{{{/raw}}}}`, 1, 'unknown block {{#raw}}'],
    ['a list as text', `${head}{{attr "a" context}}`, 1, 'a list cannot be written'],
    ['a flag as text', `${head}{{truncated}}`, 1, 'a flag cannot be written'],
    ['null', `${head}{{attr "a" null}}`, 1, 'null'],
    ['too few arguments', `${head}{{attr "a"}}`, 1, 'attr takes 2 arguments'],
    ['a named argument', `${head}{{attr "a" url b=ip}}`, 1, 'attr takes 2 arguments'],
    ['a key with a blank', `${head}{{attr "a b" url}}`, 1, '"a b" is no key'],
    ['an empty key', `${head}{{attr "" url}}`, 1, '"" is no key'],
    ['a value as a key', `${head}{{attr url ip}}`, 1, 'a value cannot be a key'],
    [
      'a context value as a key',
      `${head}{{#each context}}{{attr value name}}{{/each}}`,
      1,
      'be a key',
    ],
    ['a TAB in a text', `${head}{{attr "a" "x\ty"}}`, 1, 'control character'],
    ['NUL in the text', `${head}a\0b`, 1, 'does not parse'],
    ['ESC in the text', `${head}\na\u001bb`, 1, 'control character'],
    ['a line separator in the text', `${head}a\u2028b`, 1, 'control character'],
    ['no header', '{{attr "a" url}}', 1, 'does not start with a LEEF header'],
    ['text before the header', `x ${head}`, 1, 'does not start with a LEEF header'],
    ['a header without event', '{{leefHeader "V" "P" "1" "fixed"}}', 1, 'is not the event'],
    ['a value in a header by hand', 'LEEF:1.0|V|{{url}}|1|{{event}}|', 1, 'is not the event'],
    ['a value as the vendor', '{{leefHeader url "P" "1" event}}', 1, 'could forge'],
    ['a value as a key by hand', `${head}x{{url}}=1`, 1, 'would be read as a key'],
    ['text that is no pair', `${head}some text\t{{attr "a" url}}`, 1, 'would be read as a key'],
  ])('%s', (_name, text, line, message) => {
    const [first] = problems(text);
    expect(first).toContain(`own.hbs:${line}: `);
    expect(first).toContain(message);
  });

  test('every problem is told, not only the first', () => {
    expect(problems(`${head}\n{{a}}\n{{b}}\n{{{url}}}`)).toHaveLength(3);
  });

  test('values of events are not there for status messages', () => {
    expect(problems(`${head}{{attr "url" url}}`, 'status')[0]).toContain('unknown name url');
    expect(problems(`${head}{{attr "url" (value "RE_URL")}}`, 'evaluation')[0]).toContain(
      'value is only for detections',
    );
  });

  test('at creation, as a ServiceError with the place and all problems', () => {
    let thrown: unknown;
    try {
      rendererOf(`${head}\n{{nothing}}\n{{more}}`);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ServiceError);
    expect(thrown).toMatchObject({ code: 'TF_TEMPLATE', where: 'own.hbs:2' });
    expect(String(thrown)).toContain('own.hbs:3: unknown name more');
    expect((thrown as ServiceError).hint).toContain('matchedIndicator');
  });

  test('a limit that leaves no room for the template', () => {
    expect(() => rendererWith({ maxMessageBytes: 300 })).toThrow(/needs up to \d+ bytes/);
    expect(() => rendererWith({ maxMessageBytes: 1000 })).not.toThrow();
  });
});
