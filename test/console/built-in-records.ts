import { randomUUID } from 'node:crypto';

import type { AutodetectionRecord, LogSourceTypeRecord } from './records.js';

/** A log source type as the console brings it. */
export function typeRecord(id: number, name: string, internal = false): LogSourceTypeRecord {
  return {
    id,
    uuid: randomUUID(),
    name,
    internal,
    custom: false,
    protocol_types: [
      { protocol_id: 0, documented: true },
      { protocol_id: 12, documented: false },
    ],
    default_protocol_id: 0,
    supported_language_ids: [1],
    version: '7.5-20240101000000',
    latest_version: '7.5-20240101000000',
    log_source_extension_id: null,
  };
}

/** A protocol, without its parameters. */
export function protocolRecord(
  id: number,
  name: string,
): { readonly id: number; readonly name: string } {
  const version = '7.5-20240101000000';
  const rest = {
    ...{ version, latest_version: version, gateway_supported: true, inbound: true },
    ...{ parameters: [], parameter_groups: [] },
    testing_capabilities: {
      ...{ testable: false, can_collect_events: false, can_accept_sample_events: false },
    },
  };
  return { id, name, ...rest };
}

/** A log source extension, still without its name. */
export function extensionRecord(id: number): object & { readonly id: number } {
  return { id, ...{ uuid: randomUUID(), description: '' } };
}

/** The settings by which log sources of a type are discovered; the values are those that pages name. */
export function autodetectionRecord(id: number, typeId: number): AutodetectionRecord {
  return {
    id,
    log_source_type_id: typeId,
    enabled: true,
    precedence: id,
    minimum_successful_events: 25,
    minimum_success_rate: 75,
    maximum_events_for_abandon: 1000,
    consecutive_failures_for_abandon: 1000,
    log_source_name_template: '$$DEVICE_TYPE$$ @ $$SOURCE_ADDRESS$$',
    log_source_description_template: '$$DEVICE_TYPE$$ device',
    custom: false,
  };
}
