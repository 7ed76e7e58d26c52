import { created, ok, Refusal, type Route } from '../api/answer.js';
import {
  anyText,
  checkBody,
  flag,
  integer,
  listOf,
  optional,
  readOnly,
  text,
} from '../api/body.js';
import { type ConsoleState, typeRecord } from '../console-state.js';
import type { AutodetectionRecord, LogSourceTypeRecord } from '../records.js';
import { given, itemOf, readRoutes, replaced } from './common.js';

const management = '/config/event_sources/log_source_management';
const typePath = `${management}/log_source_types`;
const recordPath = `${management}/autodetection/config_records`;
const recordReadOnly = { id: readOnly(), log_source_type_id: readOnly() };
const anyId = integer(0, Number.MAX_SAFE_INTEGER);

/** Log source types, their extensions and protocols, auto-detection, event collectors. */
export function typeRoutes(state: ConsoleState): readonly Route[] {
  return [
    ...readRoutes(typePath, () => state.types),
    { method: 'POST', path: typePath, handle: ({ body }) => created(addType(state, body)) },
    {
      method: 'DELETE',
      path: `${typePath}/{id}`,
      handle: (call) => {
        removeType(state, itemOf(state.types, call));
        return { status: 204 };
      },
    },
    ...readRoutes(`${management}/log_source_extensions`, () => state.extensions),
    ...readRoutes(`${management}/protocol_types`, () => state.protocols),
    ...readRoutes('/config/event_sources/event_collectors', () => state.collectors),
    ...readRoutes(recordPath, () => state.autodetection),
    {
      method: 'POST',
      path: `${recordPath}/{id}`,
      handle: (call) => ok(updateRecord(state, itemOf(state.autodetection, call), call.body)),
    },
  ];
}

function addType(state: ConsoleState, body: unknown): LogSourceTypeRecord {
  const fields = checkBody(
    body,
    {
      name: text(241),
      protocol_types: optional(listOf({ protocol_id: anyId, documented: optional(flag()) }, 1003)),
      default_protocol_id: optional(anyId),
      log_source_extension_id: optional(anyId),
    },
    { code: 1003 },
  );
  if (state.typeNamed(fields.name) !== undefined) {
    throw new Refusal(409, 1001, 'a log source type of this name is there already');
  }
  const extensionId = fields.log_source_extension_id;
  if (extensionId !== undefined && !state.extensions.some(({ id }) => id === extensionId)) {
    throw new Refusal(422, 1005, `there is no log source extension ${extensionId}`);
  }
  const highest = Math.max(4000, ...state.types.map(({ id }) => id));
  const record: LogSourceTypeRecord = {
    ...typeRecord(highest + 1, fields.name),
    custom: true,
    log_source_extension_id: extensionId ?? null,
  };
  state.types = [...state.types, record];
  return record;
}

function removeType(state: ConsoleState, type: LogSourceTypeRecord): void {
  if (!type.custom) throw new Refusal(422, 1003, 'only a custom log source type can be deleted');
  if (state.logSources.some(({ type_id }) => type_id === type.id)) {
    throw new Refusal(409, 1004, 'there are log sources of this type');
  }
  state.types = state.types.filter((one) => one !== type);
}

function updateRecord(
  state: ConsoleState,
  old: AutodetectionRecord,
  body: unknown,
): AutodetectionRecord {
  const fields = checkBody(
    body,
    {
      ...recordReadOnly,
      enabled: optional(flag()),
      precedence: optional(integer(0, 1_000_000)),
      minimum_successful_events: optional(integer(1, 1000, 1003)),
      minimum_success_rate: optional(integer(1, 100, 1004)),
      maximum_events_for_abandon: optional(integer(1, 100_000, 1005)),
      consecutive_failures_for_abandon: optional(integer(1, 1000, 1006)),
      log_source_name_template: optional(text(255, 1008)),
      log_source_description_template: optional(anyText(255, 1008)),
    },
    { code: 1008, isUpdate: true },
  );
  const { id, log_source_type_id } = old;
  const record: AutodetectionRecord = { ...old, ...given(fields), id, log_source_type_id };
  const isTaken = state.autodetection.some(
    (one) => one.id !== old.id && one.precedence === record.precedence,
  );
  if (isTaken) throw new Refusal(409, 1001, 'another record has this precedence');
  if (record.maximum_events_for_abandon <= record.minimum_successful_events) {
    throw new Refusal(422, 1005, 'maximum_events_for_abandon must be above the minimum');
  }
  state.autodetection = replaced(state.autodetection, record);
  return record;
}
