import { randomUUID } from 'node:crypto';

import { type Call, created, ok, Refusal, type Route } from '../api/answer.js';
import { anyText, checkBody, flag, oneOf, optional, readOnly, text } from '../api/body.js';
import { selectFields } from '../api/fields.js';
import { listAnswer, listQuery } from '../api/list.js';
import { type ConsoleState, userName } from '../console-state.js';
import type { RegexPropertyRecord } from '../records.js';
import { given, readRoutes, replaced } from './common.js';

const base = '/config/event_sources/custom_properties';
const path = `${base}/regex_properties`;

const settable = {
  name: text(255),
  description: optional(anyText(1024)),
  property_type: oneOf(['string', 'numeric', 'ip', 'port', 'time']),
  use_for_rule_engine: optional(flag()),
  datetime_format: optional(anyText(255)),
  locale: optional(anyText(255)),
};

const readOnlyFields = {
  id: readOnly(),
  identifier: readOnly(),
  username: readOnly(),
  auto_discovered: readOnly(),
  creation_date: readOnly(),
  modification_date: readOnly(),
};

/** Custom properties of events. Deleting one is a task of its own. */
export function propertyRoutes(state: ConsoleState): readonly Route[] {
  const tasks: { readonly id: number; readonly [field: string]: unknown }[] = [];
  return [
    { method: 'GET', path, query: listQuery, handle: (call) => listAnswer(state.properties, call) },
    { method: 'POST', path, handle: ({ body }) => created(addProperty(state, body)) },
    {
      method: 'GET',
      path: `${path}/{id}`,
      query: ['fields'],
      handle: (call) => ok(selectFields(named(state.properties, call), call.query['fields'])),
    },
    {
      method: 'POST',
      path: `${path}/{id}`,
      handle: (call) => ok(updateProperty(state, named(state.properties, call), call.body)),
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      query: ['fields'],
      handle: (call) => {
        removeProperty(state, named(state.properties, call));
        const task = deletionTask(tasks.length + 1);
        tasks.push(task);
        const location = `/api${base}/regex_property_delete_tasks/${task.id}`;
        const shown = { ...task, status: 'QUEUED', completed: null };
        return { status: 202, body: shown, headers: { location } };
      },
    },
    ...readRoutes(`${base}/regex_property_delete_tasks`, () => tasks),
  ];
}

/** The element that the path names by its identifier, or 404: the number is no name here. */
export function named<T extends { readonly identifier: string }>(
  items: readonly T[],
  call: Call,
): T {
  const [name = ''] = call.parameters;
  const item = items.find(({ identifier }) => identifier === name);
  if (item === undefined) throw new Refusal(404, 1002, `there is none with identifier ${name}`);
  return item;
}

function addProperty(state: ConsoleState, body: unknown): RegexPropertyRecord {
  const fields = checkBody(body, settable, { code: 1005 });
  needFreeName(state.properties, fields.name);
  const now = Date.now();
  const record: RegexPropertyRecord = {
    id: state.nextId(),
    identifier: randomUUID(),
    username: userName,
    name: fields.name,
    description: fields.description ?? '',
    property_type: fields.property_type,
    use_for_rule_engine: fields.use_for_rule_engine ?? false,
    datetime_format: fields.datetime_format ?? null,
    locale: fields.locale ?? null,
    auto_discovered: false,
    creation_date: now,
    modification_date: now,
  };
  state.properties = [...state.properties, record];
  return record;
}

function updateProperty(
  state: ConsoleState,
  old: RegexPropertyRecord,
  body: unknown,
): RegexPropertyRecord {
  const { name, description, property_type, use_for_rule_engine, datetime_format, locale } =
    checkBody(body, { ...settable, ...readOnlyFields }, { code: 1005, isUpdate: true });
  const others = state.properties.filter((one) => one !== old);
  needFreeName(others, name);
  const record: RegexPropertyRecord = {
    ...old,
    ...given({ name, description, property_type, use_for_rule_engine, datetime_format, locale }),
    modification_date: Date.now(),
  };
  state.properties = replaced(state.properties, record);
  return record;
}

function removeProperty(state: ConsoleState, property: RegexPropertyRecord): void {
  const isOther = (one: { readonly regex_property_identifier: string }): boolean =>
    one.regex_property_identifier !== property.identifier;
  state.properties = state.properties.filter((one) => one !== property);
  state.regexExpressions = state.regexExpressions.filter(isOther);
  state.leefExpressions = state.leefExpressions.filter(isOther);
}

function needFreeName(others: readonly RegexPropertyRecord[], name: string | undefined): void {
  if (others.some((one) => one.name === name)) {
    throw new Refusal(422, 1005, 'a property of this name is there already');
  }
}

function deletionTask(id: number): { readonly id: number; readonly [field: string]: unknown } {
  const now = Date.now();
  return {
    id,
    name: 'Delete custom property',
    message: '',
    status: 'COMPLETED',
    created_by: userName,
    created: now,
    started: now,
    modified: now,
    completed: now,
  };
}
