import { type Call, created, ok, Refusal, type Route } from '../api/answer.js';
import {
  anyText,
  checkBody,
  flag,
  integer,
  integers,
  listOf,
  optional,
  readOnly,
  text,
} from '../api/body.js';
import { type ConsoleState, identifierOf } from '../console-state.js';
import type { LogSourceRecord } from '../records.js';
import { given, itemOf, readRoutes, replaced } from './common.js';

const management = '/config/event_sources/log_source_management';
const path = `${management}/log_sources`;
const anyId = integer(0, Number.MAX_SAFE_INTEGER);

const parameterFields = { name: text(255), id: optional(anyId), value: anyText(4096) };

/** What may be set; the numbers of the errors differ between making and changing. */
function settable(codes: { readonly name: number; readonly description: number }) {
  return {
    name: text(255, codes.name),
    description: optional(anyText(255, codes.description)),
    type_id: integer(0, Number.MAX_SAFE_INTEGER, 1007),
    protocol_type_id: anyId,
    protocol_parameters: listOf(parameterFields, 1012),
    enabled: optional(flag()),
    gateway: optional(flag()),
    credibility: optional(integer(0, 10, 1024)),
    target_event_collector_id: optional(anyId),
    disconnected_log_collector_id: optional(anyId),
    coalesce_events: optional(flag()),
    store_event_payload: optional(flag()),
    log_source_extension_id: optional(anyId),
    language_id: optional(anyId),
    group_ids: optional(integers(1029)),
    requires_deploy: optional(flag()),
    wincollect_internal_destination_id: optional(anyId),
    wincollect_external_destination_ids: optional(integers()),
    sending_ip: optional(anyText(255, 1039)),
    parsing_order: optional(anyId),
  };
}

const codesOfMaking = {
  ...{ name: 1004, description: 1005, field: 1012, type: 1007, internalType: 1008 },
  ...{ protocol: 1011, backslash: 1043 },
} as const;
const codesOfChanging = {
  ...{ name: 1005, description: 1006, field: 1012, type: 1007, internalType: 1008 },
  ...{ protocol: 1010, backslash: 1045 },
} as const;
type Codes = typeof codesOfMaking | typeof codesOfChanging;

const readOnlyFields = {
  id: readOnly(),
  internal: readOnly(),
  status: readOnly(),
  auto_discovered: readOnly(),
  average_eps: readOnly(),
  creation_date: readOnly(),
  modified_date: readOnly(),
  last_event_time: readOnly(),
  legacy_bulk_group_name: readOnly(),
};

/** Log sources. A change takes effect with the next deployment. */
export function logSourceRoutes(state: ConsoleState): readonly Route[] {
  const tasks: { readonly id: number; readonly [field: string]: unknown }[] = [];
  return [
    ...readRoutes(path, () => state.logSources, { isSortable: true, notFoundCode: 1010 }),
    { method: 'POST', path, handle: ({ body }) => created(addLogSource(state, body)) },
    {
      method: 'PATCH',
      path,
      handle: (call) => {
        const id = tasks.length + 1;
        tasks.push({ id, ...patch(state, call) });
        const location = `/api${management}/log_source_bulk_tasks/${id}`;
        return { status: 202, headers: { location } };
      },
    },
    ...readRoutes(`${management}/log_source_bulk_tasks`, () => tasks, { notFoundCode: 1001 }),
    {
      method: 'POST',
      path: `${path}/{id}`,
      handle: (call) => ok(update(state, itemOf(state.logSources, call, 1050), call.body)),
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      handle: (call) => {
        const source = itemOf(state.logSources, call, 1010);
        remove(state, source);
        return { status: 204 };
      },
    },
  ];
}

function addLogSource(state: ConsoleState, body: unknown): LogSourceRecord {
  const codes = codesOfMaking;
  const fields = checkBody(body, settable(codes), { code: codes.field });
  const record: LogSourceRecord = {
    ...state.makeLogSource({ name: fields.name, type_id: fields.type_id }),
    ...given(fields),
    protocol_parameters: numbered(fields.protocol_parameters),
    requires_deploy: true,
  };
  checkReferences(state, record, codes);
  state.logSources = [...state.logSources, record];
  return record;
}

function update(state: ConsoleState, old: LogSourceRecord, body: unknown): LogSourceRecord {
  const codes = codesOfChanging;
  if (old.internal) throw new Refusal(422, 1011, 'an internal log source cannot be changed');
  const fields = checkBody(
    body,
    { ...settable(codes), ...readOnlyFields },
    { code: codes.field, isUpdate: true },
  );
  const changes = Object.fromEntries(
    Object.entries(given(fields)).filter(([name]) => !Object.hasOwn(readOnlyFields, name)),
  ) as Partial<LogSourceRecord>;
  const record: LogSourceRecord = {
    ...old,
    ...changes,
    ...('protocol_parameters' in changes
      ? { protocol_parameters: numbered(changes.protocol_parameters) }
      : {}),
    modified_date: Date.now(),
    requires_deploy: true,
  };
  checkReferences(state, record, codes);
  state.logSources = replaced(state.logSources, record);
  return record;
}

function remove(state: ConsoleState, source: LogSourceRecord): void {
  if (source.internal) throw new Refusal(422, 1001, 'an internal log source cannot be deleted');
  state.logSources = state.logSources.filter((one) => one !== source);
}

/**
 * An element with the `id` of a log source changes it, or deletes it when it says `deleted`; one without
 * makes one: all or nothing. What is wrong stands in the task only.
 */
function patch(state: ConsoleState, { body }: Call): { status: string; message: string | null } {
  if (!Array.isArray(body)) throw new Refusal(422, 1012, 'a list of log sources is expected');
  const before = state.logSources;
  try {
    for (const item of body as readonly unknown[]) patchOne(state, item);
    return { status: 'COMPLETED', message: null };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    state.logSources = before;
    return { status: 'EXCEPTION', message: error.message };
  }
}

function patchOne(state: ConsoleState, item: unknown): void {
  if (typeof item !== 'object' || item === null) throw new Refusal(422, 1012, 'no log source');
  const { deleted, ...fields } = item as Readonly<Record<string, unknown>>;
  const { id } = fields;
  if (id === undefined) {
    addLogSource(state, fields);
    return;
  }
  const old = state.logSources.find((one) => one.id === id);
  if (old === undefined) throw new Refusal(422, 1050, `there is no log source with this id`);
  if (deleted === true) remove(state, old);
  else update(state, old, fields);
}

function numbered(
  parameters: readonly { readonly name: string; readonly value: string }[] | undefined,
): LogSourceRecord['protocol_parameters'] {
  return (parameters ?? []).map(({ name, value }, index) => ({ name, id: index, value }));
}

function checkReferences(state: ConsoleState, record: LogSourceRecord, codes: Codes): void {
  const others = state.logSources.filter(({ id }) => id !== record.id);
  const refuse = (code: number, problem: string): never => {
    throw new Refusal(422, code, problem);
  };
  if (record.name.includes('\\')) refuse(codes.backslash, 'the name has a backslash');
  const type = state.types.find(({ id }) => id === record.type_id);
  if (type === undefined) throw new Refusal(422, codes.type, `there is no type ${record.type_id}`);
  if (type.internal) refuse(codes.internalType, 'an internal type has no further log sources');
  const hasProtocol = type.protocol_types.some(
    (one) => one.protocol_id === record.protocol_type_id,
  );
  if (!hasProtocol) refuse(codes.protocol, `the type has no protocol ${record.protocol_type_id}`);
  checkParameters(record);
  if (!state.collectors.some(({ id }) => id === record.target_event_collector_id)) {
    refuse(1025, `there is no event collector ${record.target_event_collector_id}`);
  }
  const extensionId = record.log_source_extension_id;
  if (extensionId !== null && !state.extensions.some(({ id }) => id === extensionId)) {
    refuse(1026, `there is no log source extension ${extensionId}`);
  }
  if (others.some(({ name }) => name === record.name)) {
    throw new Refusal(409, 1001, 'The name of the log source is not unique.');
  }
  const isTaken = others.some(
    (one) =>
      one.type_id === record.type_id &&
      one.protocol_type_id === record.protocol_type_id &&
      identifierOf(one) === identifierOf(record),
  );
  if (isTaken) {
    throw new Refusal(409, 1002, 'Type, protocol and identifier of the log source are not unique.');
  }
}

function checkParameters(record: LogSourceRecord): void {
  const values = new Map(record.protocol_parameters.map(({ name, value }) => [name, value]));
  const known = ['identifier', 'incomingPayloadEncoding'];
  const unknown = [...values.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Refusal(422, 1013, `there is no parameter "${unknown}"`);
  const missing = known.find((name) => (values.get(name) ?? '') === '');
  if (missing !== undefined) throw new Refusal(422, 1015, `parameter "${missing}" is missing`);
  if (/\s/.test(identifierOf(record))) throw new Refusal(422, 1021, 'the identifier has blanks');
  if (values.get('incomingPayloadEncoding') !== 'UTF-8') {
    throw new Refusal(422, 1022, 'the encoding is not supported');
  }
}
