import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';
import { validateXML } from 'xmllint-wasm';

import { contentExtension } from '../../../dsm/content/extension/index.js';
import { logSourceExtensionXml } from '../../../dsm/content/log-source-extension.js';
import { eventCatalogue } from '../../../dsm/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';

/** The complaints of a validator that we did not write: libxml2. */
async function complaints(xml: string, schemaFile: string): Promise<readonly string[]> {
  const schema = readFileSync(new URL(schemaFile, import.meta.url), 'utf8');
  const result = await validateXML({ xml: [{ fileName: 'document.xml', contents: xml }], schema });
  return result.errors.map(({ message }) => message);
}

describe('the log source extension and its schema', () => {
  const xml = logSourceExtensionXml({ properties: customProperties });
  const schema = './device-extension.xsd';

  test('it is valid', async () => {
    expect(await complaints(xml, schema)).toEqual([]);
  });

  test.each([
    [
      'a pattern that is not there',
      'pattern-id="SourceIp-Pattern-1"',
      'pattern-id="x"',
      'No match',
    ],
    ['a field that JSA has not', 'field="UserName"', 'field="Severity"', 'enumeration'],
    ['an attribute misspelt', ' capture-group="1"', ' capture_group="1"', 'not allowed'],
    ['a matcher without an order', ' order="2"', '', "'order' is required"],
    ['a pattern id twice', 'id="AllEvents"', 'id="EventName-Pattern-1"', 'uplicate'],
  ])('%s is refused', async (_name, from, to, complaint) => {
    expect(xml).toContain(from);
    expect((await complaints(xml.replace(from, to), schema)).join('\n')).toContain(complaint);
  });
});

describe('the content extension and its schema', () => {
  const [content] = contentExtension({
    events: eventCatalogue,
    properties: customProperties,
    version: '1.2.3',
    releasedAt: '2026-01-02T03:04:05Z',
  }).files;
  const xml = new TextDecoder().decode(content?.bytes);
  const schema = './content-extension.xsd';

  test('it is valid: every column is there, every id that is referred to exists, none comes twice', async () => {
    expect(await complaints(xml, schema)).toEqual([]);
  });

  test.each([
    ['a mapping to a name that is not there', '<qidmapid>1<', '<qidmapid>9999<', 'No match'],
    [
      'a type with an extension that is not there',
      '<extension_id>1<',
      '<extension_id>2<',
      'No match',
    ],
    ['a record without a column', '      <qid>1002250001</qid>\n'.slice(2), '', 'Missing child'],
    ['a severity out of range', '<severity>9<', '<severity>11<', 'maxInclusive'],
    ['one qid for two names', '<qid>1002250002<', '<qid>1002250001<', 'uplicate'],
  ])('%s is refused', async (_name, from, to, complaint) => {
    expect(xml).toContain(from);
    expect((await complaints(xml.replace(from, to), schema)).join('\n')).toContain(complaint);
  });
});
