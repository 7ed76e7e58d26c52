import { created, ok, Refusal, type Route } from '../api/answer.js';
import { anyText, checkBody, flag, integer, listOf, optional, text } from '../api/body.js';
import { autodetectionRecord, typeRecord } from '../built-in-records.js';
import type { ConsoleState } from '../console-state.js';
import type { AutodetectionRecord, LogSourceTypeRecord } from '../records.js';
import { given, itemOf, readRoutes, replaced } from './common.js';

const management = '/config/event_sources/log_source_management';
const typePath = `${management}/log_source_types`;
const recordPath = `${management}/autodetection/config_records`;
const anyId = integer(0, Number.MAX_SAFE_INTEGER);

/** Log source types, their extensions and protocols, auto-detection, event collectors. */
export function typeRoutes(state: ConsoleState): readonly Route[] {
  return [
    ...readRoutes(typePath, () => state.types),
    { method: 'POST', path: typePath, handle: ({ body }) => created(addType(state, body)) },
    {
      method: 'POST',
      path: `${typePath}/{id}`,
      handle: (call) => ok(updateType(state, itemOf(state.types, call, 1010), call.body)),
    },
    {
      method: 'DELETE',
      path: `${typePath}/{id}`,
      handle: (call) => {
        removeType(state, itemOf(state.types, call, 1010));
        return { status: 204 };
      },
    },
    ...readRoutes(`${management}/log_source_extensions`, () => state.extensions),
    ...readRoutes(`${management}/protocol_types`, () => state.protocols),
    ...readRoutes('/config/event_sources/event_collectors', () => state.collectors),
    ...readRoutes(recordPath, () => state.autodetection, { isSortable: true, notFoundCode: 1000 }),
    // Made with 200, not 201.
    { method: 'POST', path: recordPath, handle: ({ body }) => ok(addRecord(state, body)) },
    {
      method: 'POST',
      path: `${recordPath}/{id}`,
      handle: (call) => ok(updateRecord(state, itemOf(state.autodetection, call, 1000), call.body)),
    },
  ];
}

const protocolFields = { protocol_id: anyId, documented: optional(flag()) };

const settableType = {
  name: text(241, 1002),
  protocol_types: optional(listOf(protocolFields, 1004)),
  default_protocol_id: optional(anyId),
  log_source_extension_id: optional(anyId),
};

function addType(state: ConsoleState, body: unknown): LogSourceTypeRecord {
  const fields = checkBody(body, settableType, { code: 1002 });
  const highest = Math.max(4000, ...state.types.map(({ id }) => id));
  const record: LogSourceTypeRecord = {
    ...typeRecord(highest + 1, fields.name),
    ...protocolsOf(fields.protocol_types),
    default_protocol_id: fields.default_protocol_id ?? 0,
    log_source_extension_id: fields.log_source_extension_id ?? null,
    custom: true,
    supported_language_ids: null,
  };
  checkType(state, record);
  state.types = [...state.types, record];
  return record;
}

function updateType(
  state: ConsoleState,
  old: LogSourceTypeRecord,
  body: unknown,
): LogSourceTypeRecord {
  const { name, protocol_types, default_protocol_id, log_source_extension_id } = checkBody(
    body,
    { ...settableType, name: optional(settableType.name) },
    { code: 1002, isUpdate: true },
  );
  const isDetached =
    (body as Readonly<Record<string, unknown>>)['log_source_extension_id'] === null;
  const record: LogSourceTypeRecord = {
    ...old,
    ...given({ name, default_protocol_id, log_source_extension_id }),
    ...protocolsOf(protocol_types),
    ...(isDetached ? { log_source_extension_id: null } : {}),
  };
  checkType(state, record);
  state.types = replaced(state.types, record);
  return record;
}

function protocolsOf(
  protocols: readonly { readonly protocol_id: number }[] | undefined,
): Partial<LogSourceTypeRecord> {
  if (protocols === undefined) return {};
  return {
    protocol_types: protocols.map(({ protocol_id }) => ({ protocol_id, documented: true })),
  };
}

function checkType(state: ConsoleState, record: LogSourceTypeRecord): void {
  const extensionId = record.log_source_extension_id;
  if (state.types.some(({ id, name }) => id !== record.id && name === record.name)) {
    throw new Refusal(422, 1001, 'The log source type name is already in use.');
  }
  if (record.protocol_types.length === 0) throw new Refusal(422, 1004, 'protocol_types is empty');
  const protocols = [
    record.default_protocol_id,
    ...record.protocol_types.map(({ protocol_id }) => protocol_id),
  ];
  const unknown = protocols.find((one) => !state.protocols.some(({ id }) => id === one));
  if (unknown !== undefined) throw new Refusal(422, 1005, `there is no protocol ${unknown}`);
  if (extensionId !== null && !state.extensions.some(({ id }) => id === extensionId)) {
    throw new Refusal(422, 1006, `there is no log source extension ${extensionId}`);
  }
}

/** What becomes of a type that log sources have is not described; here it stays. */
function removeType(state: ConsoleState, type: LogSourceTypeRecord): void {
  if (!type.custom) throw new Refusal(409, 1015, 'only a custom log source type can be deleted');
  if (state.logSources.some(({ type_id }) => type_id === type.id)) {
    throw new Refusal(409, 1016, 'there are log sources of this type');
  }
  state.types = state.types.filter((one) => one !== type);
}

const settableRecord = {
  enabled: optional(flag()),
  precedence: optional(integer(1, 10_000, 1002)),
  minimum_successful_events: optional(integer(1, 1000, 1003)),
  minimum_success_rate: optional(integer(1, 100, 1004)),
  maximum_events_for_abandon: optional(integer(1, 100_000, 1005)),
  consecutive_failures_for_abandon: optional(integer(1, 1000, 1006)),
  log_source_name_template: optional(text(255, 1007)),
  log_source_description_template: optional(anyText(255, 1008)),
};

function addRecord(state: ConsoleState, body: unknown): AutodetectionRecord {
  const fields = checkBody(
    body,
    { ...settableRecord, log_source_type_id: integer(0, Number.MAX_SAFE_INTEGER, 1012) },
    { code: 1012 },
  );
  const typeId = fields.log_source_type_id;
  const hasType = state.types.some(({ id }) => id === typeId);
  if (!hasType || state.autodetection.some((one) => one.log_source_type_id === typeId)) {
    throw new Refusal(422, 1012, 'the type is not there, or has a record');
  }
  const id = Math.max(0, ...state.autodetection.map((one) => one.id)) + 1;
  const record = { ...autodetectionRecord(id, typeId), ...given(fields), custom: true };
  checkRecord(state, record);
  state.autodetection = [...state.autodetection, record];
  return record;
}

function updateRecord(
  state: ConsoleState,
  old: AutodetectionRecord,
  body: unknown,
): AutodetectionRecord {
  const fields = checkBody(body, settableRecord, { code: 1008, isUpdate: true });
  const record: AutodetectionRecord = { ...old, ...given(fields) };
  checkRecord(state, record);
  state.autodetection = replaced(state.autodetection, record);
  return record;
}

function checkRecord(state: ConsoleState, record: AutodetectionRecord): void {
  const isTaken = state.autodetection.some(
    (one) => one.id !== record.id && one.precedence === record.precedence,
  );
  if (isTaken) throw new Refusal(409, 1001, 'another record has this precedence');
  if (record.maximum_events_for_abandon <= record.minimum_successful_events) {
    throw new Refusal(422, 1005, 'maximum_events_for_abandon must be above the minimum');
  }
  if (record.log_source_name_template.length < 10) {
    throw new Refusal(422, 1007, 'log_source_name_template has fewer than 10 characters');
  }
}
