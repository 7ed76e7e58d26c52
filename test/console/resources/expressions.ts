import { randomUUID } from 'node:crypto';

import { created, ok, Refusal, type Route } from '../api/answer.js';
import { anyText, checkBody, flag, integer, optional, readOnly, text } from '../api/body.js';
import { selectFields } from '../api/fields.js';
import { listAnswer, listQuery } from '../api/list.js';
import { type ConsoleState, userName } from '../console-state.js';
import type { LeefExpressionRecord, RegexExpressionRecord } from '../records.js';
import { given, replaced } from './common.js';
import { named } from './properties.js';

const base = '/config/event_sources/custom_properties';
const anyId = integer(0, Number.MAX_SAFE_INTEGER);

const settable = {
  regex_property_identifier: text(255),
  enabled: optional(flag()),
  log_source_type_id: optional(anyId),
  log_source_id: optional(integer(-1, Number.MAX_SAFE_INTEGER)),
  qid: optional(integer(-1, Number.MAX_SAFE_INTEGER)),
  low_level_category_id: optional(integer(-1, Number.MAX_SAFE_INTEGER)),
  payload: optional(anyText(32_768)),
};

const settableRegex = {
  ...settable,
  regex: text(4096),
  capture_group: optional(integer(0, 100)),
  format_string: optional(anyText(255)),
};

const settableLeef = { ...settable, expression: text(4096) };

const readOnlyFields = {
  id: readOnly(),
  identifier: readOnly(),
  username: readOnly(),
  creation_date: readOnly(),
  modification_date: readOnly(),
};

/** How the console fills custom properties: by regular expression or by LEEF key. */
export function expressionRoutes(state: ConsoleState): readonly Route[] {
  return [
    ...routesOf<RegexExpressionRecord>({
      path: `${base}/property_expressions`,
      items: () => state.regexExpressions,
      keep: (items) => {
        state.regexExpressions = items;
      },
      make: (body) => {
        const fields = checkBody(body, settableRegex, { code: 1005 });
        const { regex, capture_group = 1, format_string = null } = fields;
        return checkedRegex({
          ...recordOf(state, fields),
          ...{ regex, capture_group, format_string },
        });
      },
      change: (old, body) => {
        const fields = checkBody(
          body,
          { ...settableRegex, ...readOnlyFields },
          { code: 1005, isUpdate: true },
        );
        const { regex, capture_group, format_string, ...common } = fields;
        return checkedRegex({
          ...old,
          ...given({ regex, capture_group, format_string }),
          ...changesOf(state, old, common),
        });
      },
    }),
    ...routesOf<LeefExpressionRecord>({
      path: `${base}/property_leef_expressions`,
      items: () => state.leefExpressions,
      keep: (items) => {
        state.leefExpressions = items;
      },
      make: (body) => {
        const fields = checkBody(body, settableLeef, { code: 1005 });
        return { ...recordOf(state, fields), expression: fields.expression };
      },
      change: (old, body) => {
        const fields = checkBody(
          body,
          { ...settableLeef, ...readOnlyFields },
          { code: 1005, isUpdate: true },
        );
        const { expression, ...common } = fields;
        return { ...old, ...given({ expression }), ...changesOf(state, old, common) };
      },
    }),
  ];
}

interface Kind<T> {
  readonly path: string;
  readonly items: () => readonly T[];
  readonly keep: (items: readonly T[]) => void;
  readonly make: (body: unknown) => T;
  readonly change: (old: T, body: unknown) => T;
}

function routesOf<T extends { readonly id: number; readonly identifier: string }>({
  path,
  items,
  keep,
  make,
  change,
}: Kind<T>): readonly Route[] {
  return [
    { method: 'GET', path, query: listQuery, handle: (call) => listAnswer(items(), call) },
    {
      method: 'POST',
      path,
      handle: ({ body }) => {
        const record = make(body);
        keep([...items(), record]);
        return created(record);
      },
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      query: ['fields'],
      handle: (call) => ok(selectFields(named(items(), call), call.query['fields'])),
    },
    {
      method: 'POST',
      path: `${path}/{id}`,
      handle: (call) => {
        const record = change(named(items(), call), call.body);
        keep(replaced(items(), record));
        return ok(record);
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      handle: (call) => {
        const record = named(items(), call);
        keep(items().filter((one) => one !== record));
        return { status: 204 };
      },
    },
  ];
}

interface Common {
  readonly regex_property_identifier: string;
  readonly enabled: boolean | undefined;
  readonly log_source_type_id: number | undefined;
  readonly log_source_id: number | undefined;
  readonly qid: number | undefined;
  readonly low_level_category_id: number | undefined;
  readonly payload: string | undefined;
}

type CommonRecord = Omit<LeefExpressionRecord, 'expression'>;

function recordOf(state: ConsoleState, fields: Common): CommonRecord {
  checkReferences(state, fields);
  const now = Date.now();
  return {
    id: state.nextId(),
    identifier: randomUUID(),
    username: userName,
    regex_property_identifier: fields.regex_property_identifier,
    enabled: fields.enabled ?? true,
    log_source_type_id: fields.log_source_type_id ?? -1,
    log_source_id: fields.log_source_id ?? null,
    qid: fields.qid ?? null,
    low_level_category_id: fields.low_level_category_id ?? null,
    payload: fields.payload ?? null,
    creation_date: now,
    modification_date: now,
  };
}

function changesOf(
  state: ConsoleState,
  old: CommonRecord,
  fields: Partial<Common>,
): Partial<CommonRecord> {
  const { regex_property_identifier, enabled, log_source_type_id } = fields;
  const { log_source_id, qid, low_level_category_id, payload } = fields;
  const changes = given({
    ...{ regex_property_identifier, enabled, log_source_type_id },
    ...{ log_source_id, qid, low_level_category_id, payload },
  }) as Partial<CommonRecord>;
  checkReferences(state, { ...old, ...changes });
  return { ...changes, modification_date: Date.now() };
}

function checkReferences(
  state: ConsoleState,
  fields: Pick<Common, 'regex_property_identifier' | 'log_source_type_id'>,
): void {
  const identifier = fields.regex_property_identifier;
  if (!state.properties.some((one) => one.identifier === identifier)) {
    throw new Refusal(422, 1005, `there is no property with identifier ${identifier}`);
  }
  const typeId = fields.log_source_type_id;
  if (typeId === undefined || !state.types.some(({ id }) => id === typeId)) {
    throw new Refusal(422, 1005, 'log_source_type_id must name a log source type');
  }
}

function checkedRegex(record: RegexExpressionRecord): RegexExpressionRecord {
  const groups = groupsOf(record.regex);
  if (groups === undefined || record.capture_group > groups) {
    throw new Refusal(422, 10116, 'the regular expression, or its group, cannot be used');
  }
  return record;
}

/** How many groups a regular expression has; undefined when it cannot be read. */
function groupsOf(regex: string): number | undefined {
  try {
    // With an empty alternative it always fits, and the answer has a place for each group.
    return (new RegExp(`${regex}|`, 'u').exec('')?.length ?? 1) - 1;
  } catch {
    return undefined;
  }
}
