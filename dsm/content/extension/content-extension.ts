import type { EventDescription } from '../../events/event-description.js';
import type { CustomProperty } from '../../properties/custom-property.js';
import { logSourceExtensionXml } from '../log-source-extension.js';
import { deviceRecords } from './device-records.js';
import { eventRecords } from './event-records.js';
import { manifestText, oldestConsole } from './manifest.js';
import { propertyRecords } from './property-records.js';
import { protocolRecords } from './protocol-records.js';
import { recordXml } from './record.js';
import { zipOf } from './zip.js';
import type { ContentFile } from './zip.js';

/** First part of the file names, and the name in the manifest. */
const extensionName = 'ThreatForwarder';

export interface ContentExtensionOptions {
  /** What the console is taught. */
  readonly events: readonly EventDescription[];
  readonly properties: readonly CustomProperty[];
  /** Of the catalogue (semantic versioning); the console compares it with what it has. */
  readonly version: string;
  /** Of that version, ISO 8601: it stands in names and records, since the clock would make each build another. */
  readonly releasedAt: string;
}

export interface ContentExtension {
  /** File name of the archive. */
  readonly name: string;
  /** What is in it. */
  readonly files: readonly ContentFile[];
  readonly zip: Uint8Array;
}

/**
 * The content extension that an administrator installs under Admin, Extensions Management: a log source
 * type of our own with its log source extension, event names, event mappings and custom properties. The
 * layout is that of an export of the DSM Editor that was decoded; no vendor documents it, and no console
 * has imported this one. Each kind of record says which of its columns are known and which are a reading.
 *
 * Always the same bytes for the same argument. Throws a RangeError when `releasedAt` is no time.
 */
export function contentExtension(options: ContentExtensionOptions): ContentExtension {
  const at = new Date(options.releasedAt);
  const stamp = at.toISOString().replace(/\D/g, '').slice(0, 'yyyymmddhhmmss'.length);
  const base = `${extensionName}-${stamp}`;
  const encoder = new TextEncoder();
  const files: readonly ContentFile[] = [
    { name: `${base}.xml`, bytes: encoder.encode(contentXml(options, at.getTime())) },
    {
      name: 'manifest.txt',
      bytes: encoder.encode(manifestText(extensionName, options.version)),
    },
  ];
  return { name: `${base}.zip`, files, zip: zipOf(files, at) };
}

function contentXml({ events, properties }: ContentExtensionOptions, releasedAtMs: number): string {
  const records = [
    ...deviceRecords(logSourceExtensionXml({ events, properties })),
    ...protocolRecords(),
    ...eventRecords(events),
    ...propertyRecords(properties, releasedAtMs),
  ];
  return `${[
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<content>',
    `  <qradarversion>${oldestConsole}</qradarversion>`,
    ...records.map(recordXml),
    '</content>',
  ].join('\n')}\n`;
}
