import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';
import { SaxesParser } from 'saxes';
import yauzl from 'yauzl';

import { contentExtension } from '../../../dsm/content/extension/index.js';
import { nameUuid } from '../../../dsm/content/extension/name-uuid.js';
import { zipOf } from '../../../dsm/content/extension/zip.js';
import { logSourceExtensionXml } from '../../../dsm/content/log-source-extension.js';
import { mappingCategories } from '../../../dsm/events/mapping-categories.js';
import { logSourceExtensionName, logSourceTypeNames } from '../../../dsm/identity.js';
import { eventCatalogue } from '../../../dsm/index.js';
import { customProperties, propertyPattern } from '../../../dsm/properties/custom-properties.js';
import { exampleOptions } from './example-options.js';

type Row = Readonly<Record<string, string>>;

/** The rows of each table, in the order of the document. */
function tablesOf(xml: string): ReadonlyMap<string, readonly Row[]> {
  const tables = new Map<string, Row[]>();
  const path: string[] = [];
  let row: Record<string, string> = {};
  let text = '';
  const parser = new SaxesParser({ xmlns: false });
  parser.on('opentag', ({ name }) => {
    path.push(name);
    if (path.length === 2) row = {};
    text = '';
  });
  parser.on('text', (part) => {
    text += part;
  });
  parser.on('closetag', ({ name }) => {
    if (path.length === 3) row[name] = text;
    if (path.length === 2) tables.set(name, [...(tables.get(name) ?? []), row]);
    path.pop();
  });
  parser.write(xml).close();
  return tables;
}

const example = contentExtension(exampleOptions);
const xml = new TextDecoder().decode(example.files[0]?.bytes);
const tables = tablesOf(xml);
const rowsOf = (table: string) => tables.get(table) ?? [];

describe('the archive', () => {
  async function unpacked(zip: Uint8Array) {
    const opened = await yauzl.fromBufferPromise(Buffer.from(zip));
    const members = [];
    for await (const entry of opened.eachEntry()) {
      const stream = await opened.openReadStreamPromise(entry);
      const pieces: Buffer[] = [];
      for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
      members.push({ entry, bytes: Buffer.concat(pieces) });
    }
    return members;
  }

  test('it holds the XML and the manifest, not compressed, each with its check sum', async () => {
    const members = await unpacked(example.zip);
    expect(example.name).toBe('ThreatForwarder-20260329233005.zip');
    expect(members.map(({ entry }) => entry.fileName)).toEqual([
      'ThreatForwarder-20260329233005.xml',
      'manifest.txt',
    ]);
    for (const [index, { entry, bytes }] of members.entries()) {
      expect(bytes.equals(example.files[index]?.bytes ?? new Uint8Array())).toBe(true);
      expect(entry.crc32).toBe(crc32(bytes));
      expect(entry.compressionMethod).toBe(0);
      expect(entry.getLastModDate({ timezone: 'UTC' }).toISOString()).toBe(
        '2026-03-29T12:00:00.000Z',
      );
    }
  });

  test('its entries are sorted by name whatever the order of the files', async () => {
    const files = ['b', 'a', 'c'].map((name) => ({ name, bytes: new Uint8Array([1]) }));
    const members = await unpacked(zipOf(files, new Date('2026-01-01T00:00:00Z')));
    expect(members.map(({ entry }) => entry.fileName)).toEqual(['a', 'b', 'c']);
  });

  test('it is the same, byte by byte, when it is built again', () => {
    expect(Buffer.from(contentExtension(exampleOptions).zip).equals(example.zip)).toBe(true);
    const later = contentExtension({ ...exampleOptions, releasedAt: '2026-03-30T00:00:00Z' });
    expect(Buffer.from(later.zip).equals(example.zip)).toBe(false);
  });

  test('it is the same in Tokyo, where the day is another', async () => {
    const child = 'test/dsm/extension/print-zip-child.ts';
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', './tools/ts-node.mjs', child],
      { env: { ...process.env, TZ: 'Asia/Tokyo' }, maxBuffer: 16 * 1024 * 1024 },
    );
    expect(stdout).toBe(Buffer.from(example.zip).toString('base64'));
  }, 60_000);

  test.each(['1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z', 'yesterday'])(
    'a time that a zip cannot hold: %s',
    (releasedAt) => {
      expect(() => contentExtension({ ...exampleOptions, releasedAt })).toThrow(RangeError);
    },
  );
});

test('the manifest', () => {
  expect(JSON.parse(new TextDecoder().decode(example.files[1]?.bytes))).toEqual({
    doc: {
      extension_manifest: {
        min_qradar_version: '2019.14.0.20191031163225',
        authored_by: 'Threat forwarder project',
        authored_by_email: '',
        package_size: '0',
        supported_language_set: ['en-US'],
        extension_name: 'extension.name',
        extension_long_description: 'extension.long.description',
        locale: {
          'en-US': {
            'extension.name': 'ThreatForwarder',
            'extension.long.description': expect.any(String) as unknown,
          },
        },
        version: '1.2.3',
      },
    },
    _id: 'Threat forwarder project:ThreatForwarder',
  });
});

describe('the records', () => {
  test('the log source type reads with the log source extension', () => {
    const [type] = rowsOf('sensordevicetype');
    const [extension] = rowsOf('device_ext');
    expect(rowsOf('sensordevicetype')).toHaveLength(1);
    expect(type).toMatchObject({
      id: '4001',
      devicetypename: logSourceTypeNames.own,
      extension_id: extension?.['id'],
    });
    expect(extension?.['name']).toBe(logSourceExtensionName);
    const { events, properties } = exampleOptions;
    expect(Buffer.from(extension?.['xml'] ?? '', 'base64').toString('utf8')).toBe(
      logSourceExtensionXml({ events, properties }),
    );
  });

  test('every event has its name, severity and category', () => {
    expect(
      rowsOf('qidmap').map(({ qname, qdescription, severity, lowlevelcategory }) => ({
        id: qname,
        description: qdescription,
        severity: Number(severity),
        category: Number(lowlevelcategory),
      })),
    ).toEqual(
      eventCatalogue.map(({ id, description, severity, category }) => ({
        id,
        description,
        severity,
        category: category.id,
      })),
    );
  });

  test('every event is mapped to its own name, with each category it may come with', () => {
    const names = new Map(rowsOf('qidmap').map(({ id, qname }) => [id, qname]));
    const mappings = rowsOf('dsmevent').map((row) => ({
      event: row['deviceeventid'],
      category: row['deviceeventcategory'],
      name: names.get(row['qidmapid'] ?? ''),
    }));
    expect(mappings).toEqual(
      eventCatalogue.flatMap((event) =>
        mappingCategories(event).map((category) => ({ event: event.id, category, name: event.id })),
      ),
    );
  });

  test('every custom property has its expression', () => {
    const properties = new Map(rowsOf('ariel_regex_property').map((row) => [row['id'], row]));
    expect(
      rowsOf('ariel_property_expression').map((row) => {
        const property = properties.get(row['ap_id'] ?? '');
        return [property?.['propertyname'], property?.['forceparse'], row['regex']];
      }),
    ).toEqual(
      customProperties.map(({ name, key, forRules }) => [
        name,
        String(forRules),
        propertyPattern(key),
      ]),
    );
    expect(rowsOf('ariel_regex_property')[0]?.['creationdate']).toBe(
      String(Date.parse(exampleOptions.releasedAt)),
    );
  });

  test('an expression is for all events of the type, a mapping is one made by hand', () => {
    for (const row of rowsOf('ariel_property_expression')) {
      expect(row).toMatchObject({ deviceid: '-1', qid: '-1', category: '-1' });
      expect(row).toMatchObject({ capturegroup: '1', enabled: 'true', devicetypeid: '4001' });
    }
    for (const row of rowsOf('dsmevent')) {
      expect(row).toMatchObject({ customevent: 'true', devicetypeid: '4001' });
    }
  });

  test('every id that is referred to exists', () => {
    const ids = (table: string) => new Set(rowsOf(table).map(({ id }) => id));
    for (const [table, column, target] of [
      ['sensordevicetype', 'devicecategoryid', 'sensordevicecategory'],
      ['sensordevicetype', 'extension_id', 'device_ext'],
      ['sensordeviceprotocols', 'sensordevicetypeid', 'sensordevicetype'],
      ['sensordeviceprotocols', 'sensorprotocolid', 'sensorprotocol'],
      ['dsmevent', 'devicetypeid', 'sensordevicetype'],
      ['dsmevent', 'qidmapid', 'qidmap'],
      ['ariel_property_expression', 'ap_id', 'ariel_regex_property'],
      ['ariel_property_expression', 'devicetypeid', 'sensordevicetype'],
    ] as const) {
      const targets = ids(target);
      expect(targets.size).toBeGreaterThan(0);
      for (const row of rowsOf(table)) expect(targets).toContain(row[column]);
    }
    expect(rowsOf('sensorprotocol').map(({ id }) => id)).toEqual(['0', '12', '23', '50']);
  });

  test('texts of a site that XML gives a meaning to', () => {
    const [first] = eventCatalogue;
    if (first === undefined) throw new Error('no event');
    const event = { ...first, id: 'KL_<a>&"b"_URL', description: ']]> <!-- \u0001 end' };
    const own = contentExtension({ ...exampleOptions, events: [event] });
    const [row] = tablesOf(new TextDecoder().decode(own.files[0]?.bytes)).get('qidmap') ?? [];
    expect(row).toMatchObject({ qname: event.id, qdescription: ']]> <!-- \ufffd end' });
  });
});

test('ids by names are UUIDs of version 5', () => {
  // Made by the uuid module of Python for the same name space and name.
  expect(nameUuid('qidmap', 'KL_Malicious_URL')).toBe('a0c90e13-c912-5ef8-acd4-f32654d78032');
});
