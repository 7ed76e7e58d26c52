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

const settable = {
  name: text(255, 1003),
  description: optional(anyText(255, 1003)),
  type_id: integer(0, Number.MAX_SAFE_INTEGER, 1004),
  protocol_type_id: integer(0, Number.MAX_SAFE_INTEGER, 1005),
  protocol_parameters: listOf(parameterFields, 1006),
  enabled: optional(flag()),
  gateway: optional(flag()),
  credibility: optional(integer(0, 10, 1007)),
  target_event_collector_id: optional(anyId),
  disconnected_log_collector_id: optional(anyId),
  coalesce_events: optional(flag()),
  store_event_payload: optional(flag()),
  log_source_extension_id: optional(anyId),
  language_id: optional(anyId),
  group_ids: optional(integers()),
  requires_deploy: optional(flag()),
  wincollect_internal_destination_id: optional(anyId),
  wincollect_external_destination_ids: optional(integers()),
  sending_ip: optional(anyText(255)),
  parsing_order: optional(anyId),
};

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
    ...readRoutes(path, () => state.logSources),
    { method: 'POST', path, handle: ({ body }) => created(addLogSource(state, body)) },
    {
      method: 'PATCH',
      path,
      handle: (call) => {
        patch(state, call);
        const id = tasks.length + 1;
        tasks.push({ id, status: 'COMPLETED', message: null });
        const location = `/api${management}/log_source_bulk_tasks/${id}`;
        return { status: 202, body: tasks.at(-1), headers: { location } };
      },
    },
    ...readRoutes(`${management}/log_source_bulk_tasks`, () => tasks, 1001),
    {
      method: 'POST',
      path: `${path}/{id}`,
      handle: (call) => ok(update(state, itemOf(state.logSources, call, 1010), call.body)),
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      handle: (call) => {
        const source = itemOf(state.logSources, call, 1010);
        if (source.internal) throw new Refusal(422, 1001, 'an internal log source stays');
        state.logSources = state.logSources.filter((one) => one !== source);
        return { status: 204 };
      },
    },
  ];
}

function addLogSource(state: ConsoleState, body: unknown): LogSourceRecord {
  const fields = checkBody(body, settable, { code: 1003 });
  const record: LogSourceRecord = {
    ...state.makeLogSource({ name: fields.name, type_id: fields.type_id }),
    ...given(fields),
    protocol_parameters: numbered(fields.protocol_parameters),
    requires_deploy: true,
  };
  checkReferences(state, record);
  state.logSources = [...state.logSources, record];
  return record;
}

function update(state: ConsoleState, old: LogSourceRecord, body: unknown): LogSourceRecord {
  const fields = checkBody(
    body,
    { ...settable, ...readOnlyFields },
    { code: 1003, isUpdate: true },
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
  checkReferences(state, record);
  state.logSources = replaced(state.logSources, record);
  return record;
}

/** An element with the `id` of a log source changes it, one without makes one: all or nothing. */
function patch(state: ConsoleState, { body }: Call): void {
  if (!Array.isArray(body)) throw new Refusal(422, 1003, 'a list of log sources is expected');
  const before = state.logSources;
  try {
    for (const item of body as readonly unknown[]) {
      const id: unknown =
        typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
      const old = state.logSources.find((one) => one.id === id);
      if (id !== undefined && old === undefined) {
        throw new Refusal(422, 1003, `there is no log source with this id`);
      }
      if (old === undefined) addLogSource(state, item);
      else update(state, old, item);
    }
  } catch (error) {
    state.logSources = before;
    throw error;
  }
}

function numbered(
  parameters: readonly { readonly name: string; readonly value: string }[] | undefined,
): LogSourceRecord['protocol_parameters'] {
  return (parameters ?? []).map(({ name, value }, index) => ({ name, id: index, value }));
}

function checkReferences(state: ConsoleState, record: LogSourceRecord): void {
  const others = state.logSources.filter(({ id }) => id !== record.id);
  const type = state.types.find(({ id }) => id === record.type_id);
  if (type === undefined) throw new Refusal(422, 1004, `there is no type ${record.type_id}`);
  const hasProtocol = type.protocol_types.some(
    ({ protocol_id }) => protocol_id === record.protocol_type_id,
  );
  if (!hasProtocol)
    throw new Refusal(422, 1005, `the type has no protocol ${record.protocol_type_id}`);
  const identifier = identifierOf(record);
  if (identifier === '' || /\s/.test(identifier)) {
    throw new Refusal(422, 1006, 'protocol parameter "identifier" is missing or has blanks');
  }
  if (!state.collectors.some(({ id }) => id === record.target_event_collector_id)) {
    throw new Refusal(422, 1008, `there is no event collector ${record.target_event_collector_id}`);
  }
  if (others.some(({ name }) => name === record.name)) {
    throw new Refusal(409, 1001, 'a log source of this name is there already');
  }
  const isTaken = others.some(
    (one) =>
      one.type_id === record.type_id &&
      one.protocol_type_id === record.protocol_type_id &&
      identifierOf(one) === identifier,
  );
  if (isTaken) {
    throw new Refusal(409, 1002, 'a log source of this type, protocol and identifier is there');
  }
}
