import { randomUUID } from 'node:crypto';

import { logSourceExtensionName, logSourceTypeNames } from '../../dsm/identity.js';
import {
  autodetectionRecord,
  extensionRecord,
  protocolRecord,
  typeRecord,
} from './built-in-records.js';
import { coalescingDefault, lowLevelCategoryRecords, typeIds } from './catalogue.js';
import type {
  AutodetectionRecord,
  EventMappingRecord,
  LeefExpressionRecord,
  LogSourceRecord,
  LogSourceTypeRecord,
  KeptQid,
  ReferenceSetRecord,
  RegexExpressionRecord,
  RegexPropertyRecord,
} from './records.js';
import type { TestConsoleOptions } from './test-console.js';

/** Who the token belongs to. */
export const userName = 'threat-forwarder';

const collectorHostId = 53;

/**
 * Everything a console of the tests holds. A test double: written from the published description of
 * the API, it proves nothing about a real console.
 */
export class ConsoleState {
  readonly categories = lowLevelCategoryRecords;
  readonly protocols = [
    protocolRecord(0, 'Syslog'),
    protocolRecord(12, 'Forwarded'),
    protocolRecord(23, 'TCP Multiline Syslog'),
    protocolRecord(50, 'Syslog Redirect'),
  ];
  readonly extensions: readonly { readonly id: number; readonly name: string }[];
  readonly collectors: readonly { readonly id: number; readonly name: string }[];
  types: readonly LogSourceTypeRecord[];
  logSources: readonly LogSourceRecord[];
  /** The log sources as they stood at the last deployment: these take events. */
  active: readonly LogSourceRecord[] = [];
  qids: readonly KeptQid[] = [];
  mappings: readonly EventMappingRecord[] = [];
  properties: readonly RegexPropertyRecord[] = [];
  regexExpressions: readonly RegexExpressionRecord[] = [];
  leefExpressions: readonly LeefExpressionRecord[] = [];
  autodetection: readonly AutodetectionRecord[];
  referenceSets: readonly ReferenceSetRecord[] = [];
  private lastId = 60;
  private lastRecordId = 63_997;

  constructor(options: TestConsoleOptions) {
    const extension = options.hasOwnExtension === true;
    this.extensions = extension ? [{ ...extensionRecord(2), name: logSourceExtensionName }] : [];
    this.collectors = (options.eventCollectors ?? ['eventcollector0 :: jsa']).map(
      (name, index) => ({
        id: 7 + index,
        name,
        component_name: 'eventcollector',
        host_id: collectorHostId + index,
      }),
    );
    const vendor = options.hasVendorType === true;
    this.types = [
      typeRecord(typeIds.generic, 'SIM Generic Log DSM', true),
      typeRecord(typeIds.notifications, 'System Notification', true),
      typeRecord(typeIds.linux, 'Linux OS'),
      typeRecord(typeIds.leef, logSourceTypeNames.universal),
      typeRecord(typeIds.cef, 'Universal CEF'),
      ...(vendor ? [typeRecord(typeIds.vendor, logSourceTypeNames.vendor)] : []),
    ];
    this.autodetection = [
      ...(vendor ? [autodetectionRecord(1, typeIds.vendor)] : []),
      autodetectionRecord(2, typeIds.leef),
      autodetectionRecord(3, typeIds.cef),
    ];
    this.logSources = [];
    const generic = this.makeLogSource({
      name: `SIM Generic Log DSM-${this.collectors[0]?.id ?? 0} :: jsa`,
      identifier: '127.0.0.1',
      type_id: typeIds.generic,
      internal: true,
    });
    this.logSources = [generic];
    this.active = [generic];
    if (vendor) this.addVendorMappings();
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** Ids of QID records and mappings count apart, far from QIDs and log sources: a mix-up shows. */
  nextRecordId(): number {
    return ++this.lastRecordId;
  }

  typeNamed(name: string): LogSourceTypeRecord | undefined {
    return this.types.find((type) => type.name === name);
  }

  /** Whether events of this type are read as LEEF. */
  readsLeef(typeId: number): boolean {
    if (typeId === typeIds.leef || typeId === typeIds.vendor) return true;
    const extensionId = this.types.find(({ id }) => id === typeId)?.log_source_extension_id;
    return this.extensions.some(({ id }) => id === extensionId);
  }

  /** Whether a deployment is pending. */
  get needsDeploy(): boolean {
    const isLost = this.active.some(({ id }) => !this.logSources.some((one) => one.id === id));
    return isLost || this.logSources.some(({ requires_deploy }) => requires_deploy);
  }

  deploy(): void {
    this.logSources = this.logSources.map((one) => ({ ...one, requires_deploy: false }));
    this.active = this.logSources;
  }

  /** A log source with the console's own defaults, not yet in the list. */
  makeLogSource({
    identifier,
    ...given
  }: Partial<LogSourceRecord> &
    Pick<LogSourceRecord, 'name' | 'type_id'> & { readonly identifier?: string }): LogSourceRecord {
    const now = Date.now();
    return {
      id: this.nextId(),
      description: '',
      protocol_type_id: 0,
      protocol_parameters:
        identifier === undefined
          ? []
          : [
              { name: 'identifier', id: 0, value: identifier },
              { name: 'incomingPayloadEncoding', id: 1, value: 'UTF-8' },
            ],
      enabled: true,
      gateway: false,
      internal: false,
      credibility: 5,
      target_event_collector_id: this.collectors[0]?.id ?? 0,
      disconnected_log_collector_id: null,
      coalesce_events: coalescingDefault,
      store_event_payload: true,
      log_source_extension_id: null,
      language_id: 1,
      group_ids: [0],
      requires_deploy: false,
      status: { last_updated: 0, status: 'N/A', messages: [] },
      auto_discovered: false,
      average_eps: 0,
      creation_date: now,
      modified_date: now,
      last_event_time: 0,
      wincollect_internal_destination_id: null,
      wincollect_external_destination_ids: null,
      legacy_bulk_group_name: null,
      sending_ip: null,
      parsing_order: 1,
      ...given,
    };
  }

  /** Adds a log source that takes events at once, as one that was discovered does. */
  addActive(source: LogSourceRecord): void {
    this.logSources = [...this.logSources, source];
    this.active = [...this.active, source];
  }

  /** Changes a log source without a deployment: what the console itself notes of it. */
  note(id: number, change: Partial<LogSourceRecord>): void {
    const apply = (one: LogSourceRecord): LogSourceRecord =>
      one.id === id ? { ...one, ...change } : one;
    this.logSources = this.logSources.map(apply);
    this.active = this.active.map(apply);
  }

  /** The one mapping of the vendor's type that a page publishes (JSA DSM guide). */
  private addVendorMappings(): void {
    const qid: KeptQid = {
      id: this.nextRecordId(),
      uuid: randomUUID(),
      qid: 70_750_001,
      name: 'KL_Mobile_BotnetCnc_URL',
      description: null,
      severity: 8,
      low_level_category_id: 7061,
      log_source_type_id: null,
      typeId: typeIds.vendor,
      isProvided: true,
    };
    this.qids = [qid];
    this.mappings = ['', 'Detect'].map((category) => ({
      id: this.nextRecordId(),
      uuid: randomUUID(),
      log_source_type_id: typeIds.vendor,
      log_source_event_id: qid.name,
      log_source_event_category: category,
      custom_event: false,
      qid_record_id: qid.id,
    }));
  }
}

export function identifierOf(source: LogSourceRecord): string {
  return source.protocol_parameters.find(({ name }) => name === 'identifier')?.value ?? '';
}
