import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import Handlebars from 'handlebars';

import { encodeHeader } from '../../dsm/leef/encode.js';
import { checkTemplate } from '../../forwarder/rendering/index.js';
import { compileTemplate, joinLines } from '../../forwarder/rendering/template-compile.js';
import type { CompiledTemplate } from '../../forwarder/rendering/template-compile.js';
import { detectData } from '../../forwarder/rendering/template-data.js';
import type { DetectData } from '../../forwarder/rendering/template-data.js';
import { TemplateWriter } from '../../forwarder/rendering/template-writer.js';
import { fuzzRuns } from '../support/fuzz-runs.js';
import { detectionOf } from './support.js';

/** Handlebars' own way to run a template with our helpers. */
function byHandlebars(text: string): CompiledTemplate {
  const environment = Handlebars.create();
  const writer = new TemplateWriter();
  const textOf = (value: unknown): string =>
    typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  environment.registerHelper({
    leefHeader: (vendor, product, version, eventId) =>
      encodeHeader({
        vendor: textOf(vendor),
        product: textOf(product),
        version: textOf(version),
        eventId: textOf(eventId),
      }),
    attr: (key, value) => writer.attribute(textOf(key), textOf(value)),
    optional: (key, value) =>
      textOf(value) === '' ? '' : writer.attribute(textOf(key), textOf(value)),
    value: (rule) => writer.eventValue(textOf(rule)),
  });
  const template = environment.compile(joinLines(text), {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { leefHeader: true, attr: true, optional: true, value: true },
    data: false,
  });
  return (data) => {
    writer.begin(data);
    return template(data);
  };
}

const name = fc.constantFrom('url', 'ip', 'md5', 'cat', 'usrName', 'source', 'severity');
const literal = fc.constantFrom('"text"', '"a=b"', '""', '12', '0', "'x'");
const value = fc.oneof(
  name,
  literal,
  fc.constantFrom('(value "RE_URL")', '(value "RE_USERNAME")', '(value ip)', '(value "NONE")'),
);
const key = fc.constantFrom('"a"', '"b"', '"url"', '"id"');
const call = fc.constantFrom('attr', 'optional');

/** Tags for the top of a template, or, one list deeper, for the inside of each. */
function tag(isInside: boolean): fc.Arbitrary<string> {
  const reachable = isInside ? fc.constantFrom('name', 'value', '../url', '../ip') : value;
  const condition = isInside
    ? fc.constantFrom('../truncated', '../url', 'value', 'name')
    : fc.oneof(value, fc.constant('truncated'));
  return fc.oneof(
    fc.tuple(call, key, reachable).map(([helper, one, two]) => `{{${helper} ${one} ${two}}}`),
    fc.constantFrom(...(isInside ? ['{{attr name value}}'] : ['{{value "RE_IP"}}'])),
    fc.constantFrom(
      ...(isInside ? ['{{name}}', '{{../ip}}'] : ['{{url}}', '{{ ip }}', '{{~cat~}}']),
    ),
    fc.constantFrom(
      'text',
      '\t',
      '\n',
      ' \n  ',
      '{{! note }}',
      '{{!-- note }} --}}',
      '\\{{url}}',
      '"',
    ),
    fc
      .tuple(fc.constantFrom('if', 'unless'), condition, fc.boolean())
      .map(([block, when, hasElse]) =>
        hasElse
          ? `{{#${block} ${when}}}yes{{else}}no{{/${block}}}`
          : `{{#${block} ${when}}}\n{{attr "b" ${isInside ? 'value' : 'url'}}}\n{{/${block}}}`,
      ),
  );
}
const each = fc
  .tuple(fc.array(tag(true), { maxLength: 4 }), fc.boolean())
  .map(
    ([tags, hasElse]) =>
      `{{#each context}}${tags.join('')}${hasElse ? '{{else}}none' : ''}{{/each}}`,
  );
const templateText = fc
  .tuple(
    fc.constantFrom('"V"', '"V|W"', 'source', '2'),
    fc.array(fc.oneof({ weight: 4, arbitrary: tag(false) }, each), { maxLength: 8 }),
  )
  .map(([vendor, tags]) => `{{leefHeader ${vendor} "P" "1" event}}\n${tags.join('')}`);

const text = fc.constantFrom('', 'x', 'http://a.example/b', '10.0.0.1', 'a b', '0');
const data: fc.Arbitrary<DetectData> = fc
  .record({
    values: fc.dictionary(fc.constantFrom('RE_URL', 'RE_IP', 'RE_USERNAME', 'RE_MD5'), text),
    context: fc.array(fc.tuple(fc.constantFrom('id', 'a', 'url', 'n|e'), text), { maxLength: 4 }),
    truncated: fc.boolean(),
    withCat: fc.boolean(),
  })
  .map(({ values, context, truncated, withCat }) => ({
    ...detectData(detectionOf({ values, context }), {
      withCat,
      bodyLimit: 3900,
    }),
    truncated,
  }));

test('what a template writes is what Handlebars would write', () => {
  let accepted = 0;
  fc.assert(
    fc.property(templateText, fc.array(data, { minLength: 1, maxLength: 2 }), (template, all) => {
      const ours = compileTemplate(template);
      const theirs = byHandlebars(template);
      if (checkTemplate('detect', { file: 'x.hbs', text: template }).length === 0) accepted += 1;
      for (const one of all) expect(ours(one)).toBe(theirs(one));
    }),
    { numRuns: fuzzRuns(500) },
  );
  expect(accepted).toBeGreaterThan(20);
});
