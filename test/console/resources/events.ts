import { randomUUID } from 'node:crypto';

import { created, ok, Refusal, type Route } from '../api/answer.js';
import { anyText, checkBody, integer, optional, text } from '../api/body.js';
import { firstOwnQid } from '../catalogue.js';
import type { ConsoleState } from '../console-state.js';
import type { EventMappingRecord, KeptQid, QidRecord } from '../records.js';
import { given, itemOf, readRoutes, replaced } from './common.js';

const anyId = integer(0, Number.MAX_SAFE_INTEGER);
const base = '/data_classification';
const qidPath = `${base}/qid_records`;
const mappingPath = `${base}/dsm_event_mappings`;

/** Categories, names of events (QID records) and what leads to them. */
export function eventRoutes(state: ConsoleState): readonly Route[] {
  return [
    ...readRoutes(`${base}/low_level_categories`, () => state.categories, { isSortable: true }),
    ...readRoutes(qidPath, () => state.qids.map(shownQid)),
    { method: 'POST', path: qidPath, handle: ({ body }) => created(shownQid(addQid(state, body))) },
    {
      method: 'POST',
      path: `${qidPath}/{id}`,
      handle: (call) => ok(shownQid(updateQid(state, itemOf(state.qids, call), call.body))),
    },
    ...readRoutes(mappingPath, () => state.mappings),
    { method: 'POST', path: mappingPath, handle: ({ body }) => created(addMapping(state, body)) },
    {
      method: 'POST',
      path: `${mappingPath}/{id}`,
      handle: (call) => ok(updateMapping(state, itemOf(state.mappings, call), call.body)),
    },
  ];
}

function shownQid({ typeId: _typeId, isProvided: _isProvided, ...record }: KeptQid): QidRecord {
  return record;
}

function addQid(state: ConsoleState, body: unknown): KeptQid {
  const fields = checkBody(
    body,
    {
      name: text(255),
      description: optional(anyText(1024)),
      severity: optional(integer(0, 10)),
      low_level_category_id: anyId,
      log_source_type_id: anyId,
    },
    { code: 1005 },
  );
  needType(state, fields.log_source_type_id);
  const category = needCategory(state, fields.low_level_category_id);
  const record: KeptQid = {
    id: state.nextRecordId(),
    uuid: randomUUID(),
    qid: firstOwnQid + state.qids.length,
    name: fields.name,
    description: fields.description ?? null,
    severity: fields.severity ?? category.severity,
    low_level_category_id: fields.low_level_category_id,
    log_source_type_id: null,
    typeId: fields.log_source_type_id,
    isProvided: false,
  };
  state.qids = [...state.qids, record];
  return record;
}

function updateQid(state: ConsoleState, old: KeptQid, body: unknown): KeptQid {
  if (old.isProvided) throw new Refusal(409, 1008, 'a system-provided QID cannot be updated');
  const fields = checkBody(
    body,
    {
      name: optional(text(255)),
      description: optional(anyText(1024)),
      severity: optional(integer(0, 10)),
      low_level_category_id: optional(anyId),
    },
    { code: 1005, isUpdate: true },
  );
  const { name, description, severity, low_level_category_id } = fields;
  if (low_level_category_id !== undefined) needCategory(state, low_level_category_id);
  const record = { ...old, ...given({ name, description, severity, low_level_category_id }) };
  state.qids = replaced(state.qids, record);
  return record;
}

function addMapping(state: ConsoleState, body: unknown): EventMappingRecord {
  const fields = checkBody(
    body,
    {
      log_source_type_id: anyId,
      log_source_event_id: text(255),
      log_source_event_category: anyText(255),
      qid_record_id: anyId,
    },
    { code: 1005 },
  );
  needType(state, fields.log_source_type_id);
  needQid(state, fields.qid_record_id);
  const isThere = state.mappings.some(
    (one) =>
      one.custom_event &&
      one.log_source_type_id === fields.log_source_type_id &&
      one.log_source_event_id === fields.log_source_event_id &&
      one.log_source_event_category === fields.log_source_event_category,
  );
  if (isThere)
    throw new Refusal(
      409,
      1008,
      'an existing custom event mapping has this type, event id and category',
    );
  const record: EventMappingRecord = {
    id: state.nextRecordId(),
    uuid: randomUUID(),
    custom_event: true,
    ...fields,
  };
  state.mappings = [...state.mappings, record];
  return record;
}

function updateMapping(
  state: ConsoleState,
  old: EventMappingRecord,
  body: unknown,
): EventMappingRecord {
  const { qid_record_id } = checkBody(
    body,
    {
      qid_record_id: anyId,
    },
    { code: 1005 },
  );
  needQid(state, qid_record_id);
  const record = { ...old, qid_record_id };
  state.mappings = replaced(state.mappings, record);
  return record;
}

function needType(state: ConsoleState, id: number): void {
  if (!state.types.some((type) => type.id === id)) {
    throw new Refusal(422, 1005, `there is no log source type ${id}`);
  }
}

function needCategory(state: ConsoleState, id: number): ConsoleState['categories'][number] {
  const category = state.categories.find((one) => one.id === id);
  if (category === undefined) throw new Refusal(422, 1005, `there is no low-level category ${id}`);
  return category;
}

function needQid(state: ConsoleState, id: number): void {
  if (!state.qids.some((record) => record.id === id)) {
    throw new Refusal(422, 1005, `there is no QID record with id ${id}`);
  }
}
