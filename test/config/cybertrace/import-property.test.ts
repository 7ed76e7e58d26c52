import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { ServiceError } from '../../../forwarder/core/index.js';
import { categoriesFor } from '../../../forwarder/feeds/categories.js';
import { createRules, noRules } from '../../../forwarder/feeds/index.js';
import { compileRules } from '../../../forwarder/service/rules.js';
import { load } from '../load-support.js';
import { importText, scratch } from './import-support.js';

const folder = scratch();
afterAll(folder.remove);

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const value = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '9',
    '100',
    '99999999',
    '-1',
    'true',
    'false',
    'x'.repeat(130),
  ),
  fc.constantFrom(
    '127.0.0.1:9999',
    '0.0.0.0:9995',
    ':1',
    '/run/a.sock',
    '\\\\.\\pipe\\a',
    '[::1]:2',
    'a:b:c',
  ),
  fc.constantFrom(
    'default',
    'URL',
    'md5',
    'all',
    'KL_A_URL',
    'KL_ALERT_X',
    'a b',
    '__proto__',
    '#1#2',
  ),
  fc.constantFrom(
    '(a)(?=b)',
    '(',
    '(a)\\1',
    '\\<a\\>',
    '%Date% %RecordContext%',
    '%X% LEEF:1',
    'a\nb',
  ),
  fc.constantFrom(
    'a.json',
    '../b.json',
    'FalsePositive.json',
    'C:\\x.json',
    '/abs/c.json',
    '[1;2]',
    '[2;1]',
  ),
  fc.constantFrom('ioc_supplier_context.a', 'ioc_supplier_context.__proto__', '[%NOW%;]', '>= 5'),
  fc.string({ maxLength: 12, unit: 'grapheme-ascii' }),
);
const tag = fc.constantFrom(
  'InputSettings',
  'OutputSettings',
  'ServiceSettings',
  'Feeds',
  'Feed',
  'Field',
  'RegExps',
  'Source',
  'RE_URL',
  'Category',
  'NormalizingRules',
  'Replace',
  'Ignore',
  'ConnectionString',
  'EventDelimiter',
  'EventFormat',
  'AlertFormat',
  'FinishedEventFormat',
  'RecordFieldContextFormat',
  'SendEventFilters',
  'Filter',
  'ScannersCount',
  'Bases',
  'OutdatedBasesAlertPeriod',
  'ActionableFields',
  'ActionableField',
  'RetroScan',
  'Domains',
  'Domain',
  'NotificationSettings',
  'Unknown',
);
const attribute = fc.constantFrom(
  'id',
  'ip',
  'host',
  'regexp',
  'type',
  'extract',
  'concatenate',
  'input',
  'output',
  'filename',
  'name',
  'confidence',
  'category',
  'matching_type',
  'indicator_lifetime',
  'outdated_alert_period',
  'enabled',
  'update_frequency',
  'per_scan_detect_limit',
  'attribute',
  'value',
  'output_name',
  'other',
);
const attributes = fc.dictionary(attribute, value, { maxKeys: 5, noNullPrototype: true });

const { tree } = fc.letrec<{ tree: string; children: string }>((tie) => ({
  children: fc.oneof(
    { depthSize: 'small' },
    value.map(escape),
    fc.array(tie('tree'), { maxLength: 5 }).map((inner) => inner.join('\n')),
  ),
  tree: fc.tuple(tag, attributes, tie('children')).map(([name, given, inner]) => {
    const list = Object.entries(given).map(([key, text]) => ` ${key}="${escape(text)}"`);
    return `<${name}${list.join('')}>${inner}</${name}>`;
  }),
}));

/** A document of the usual shape, its values anything. */
const shaped = fc
  .tuple(
    fc.array(fc.tuple(attributes, fc.array(tree, { maxLength: 4 })), { maxLength: 3 }),
    fc.array(attributes, { maxLength: 4 }),
    fc.array(tree, { maxLength: 4 }),
    fc.array(value, { minLength: 4, maxLength: 4 }),
  )
  .map(([sources, feeds, more, [listen = '', target = '', format = '', count = '']]) => {
    const list = (given: Readonly<Record<string, string>>): string =>
      Object.entries(given)
        .map(([key, text]) => ` ${key}="${escape(text)}"`)
        .join('');
    return `<Configuration><InputSettings><ConnectionString>${escape(listen)}</ConnectionString><RegExps>
${sources.map(([given, inner]) => `<Source${list(given)}><RE_A type="URL">(a)</RE_A>${inner.join('')}</Source>`).join('\n')}
</RegExps></InputSettings><Feeds>${feeds.map((given) => `<Feed${list(given)}/>`).join('')}</Feeds>
<OutputSettings><ConnectionString>${escape(target)}</ConnectionString><EventFormat>${escape(format)}</EventFormat>${more.join('')}</OutputSettings>
<ServiceSettings><ScannersCount>${escape(count)}</ScannersCount></ServiceSettings></Configuration>`;
  });

describe('any document', () => {
  test('is imported into what the service loads, or refused with a place in it', async () => {
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ arbitrary: shaped, weight: 4 }, { arbitrary: tree, weight: 1 }),
        async (text) => {
          let imported;
          try {
            imported = await importText(folder.path, text);
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            expect(error.where ?? error.hint).toBeDefined();
            return;
          }
          for (const item of imported.items) {
            expect(item.line).toBeGreaterThan(0);
            if (item.status === 'not supported') expect(item.detail).not.toBe('');
          }
          if (imported.config === undefined) return;
          const loaded = await load({ cwd: folder.path, file: 'kl_feed_service.conf' });
          // What is compiled later must be good too: expressions, formats, categories, filters.
          await compileRules(loaded);
          const { config } = loaded;
          config.feeds.forEach(({ categories, filters }, at) => {
            categoriesFor(`feed${at}`, categories ?? {});
            const rules = Object.entries(filters).map(([path, criterion]) => ({ path, criterion }));
            createRules({ ...noRules, filters: rules }, 0);
          });
          compiled += 1;
        },
      ),
      { numRuns: 100 },
    );
    expect(compiled).toBeGreaterThan(30);
  });
});
