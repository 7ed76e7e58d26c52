import type { EventDescription } from '../../events/event-description.js';
import { filterText, type ConsoleClient } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import type { Categories } from './categories.js';
import { idOf, type TypeTarget } from './choose-type.js';
import { changeSafely, createOnce } from './create-once.js';
import type { Outcome, PlannedStep } from './planned-step.js';
import { paths, type EventMapping, type QidRecord } from './resources.js';
import type { Workspace } from './survey.js';

/** The record an event is mapped to; one that is still to be made has its id once it is. */
export interface EventName {
  readonly event: EventDescription;
  id: number | undefined;
  /** Why there will be none: all of its mappings are somebody else's. */
  readonly isNeedless: boolean;
}

export interface EventNames {
  readonly names: readonly EventName[];
  readonly steps: readonly PlannedStep[];
}

interface Known {
  readonly workspace: Workspace;
  readonly type: TypeTarget;
  readonly categories: Categories;
  /** Records that came with the type: mappings that nobody made by hand point to them. */
  readonly isProvided: (record: QidRecord) => boolean;
}

/** What is asked for at a time: together it stays far below the longest address a server takes. */
const valuesAtATime = 40;

/**
 * The records that bear the name of one of our events. The console does not say which log source type a
 * record was made for, and lets two have one name; a mapping of any type may point to any record.
 */
export async function listRecords({ client, desired }: Workspace): Promise<readonly QidRecord[]> {
  return recordsIn(
    client,
    'name',
    desired.events.map(({ id }) => filterText(id)),
  );
}

/** The records, other than those, that mappings of our events point to. */
export async function listOtherRecords(
  { client, desired }: Workspace,
  mappings: readonly EventMapping[],
  records: readonly QidRecord[],
): Promise<readonly QidRecord[]> {
  const events = new Set(desired.events.map(({ id }) => id));
  const known = new Set(records.map(({ id }) => id));
  const others = mappings
    .filter((one) => events.has(one.log_source_event_id) && !known.has(one.qid_record_id))
    .map((one) => String(one.qid_record_id));
  return recordsIn(client, 'id', [...new Set(others)]);
}

async function recordsIn(
  client: ConsoleClient,
  field: 'name' | 'id',
  values: readonly string[],
): Promise<readonly QidRecord[]> {
  const records: QidRecord[] = [];
  for (let from = 0; from < values.length; from += valuesAtATime) {
    const filter = `${field} in (${values.slice(from, from + valuesAtATime).join(',')})`;
    records.push(...(await client.list<QidRecord>(paths.qidRecords, { filter })));
  }
  return records;
}

/** What the event names (QID records) of the type lack. */
export function inspectEventNames(
  workspace: Workspace,
  type: TypeTarget,
  records: readonly QidRecord[],
  mappings: readonly EventMapping[],
  {
    categories,
    isNeedless,
  }: {
    readonly categories: Categories;
    readonly isNeedless: (event: EventDescription) => boolean;
  },
): EventNames {
  const provided = new Set(
    mappings.filter(({ custom_event }) => custom_event === false).map((one) => one.qid_record_id),
  );
  const known: Known = {
    workspace,
    type,
    categories,
    isProvided: ({ id }) => provided.has(id),
  };
  const byName = new Map<string, QidRecord>();
  const used = new Set(mappings.map((one) => one.qid_record_id));
  // Of two with one name: the one that is used, then the older.
  const inOrder = records.toSorted(
    (one, other) => Number(used.has(other.id)) - Number(used.has(one.id)) || one.id - other.id,
  );
  for (const record of inOrder) if (!byName.has(record.name)) byName.set(record.name, record);
  const names: EventName[] = [];
  const steps: PlannedStep[] = [];
  for (const event of workspace.desired.events) {
    const record = byName.get(event.id);
    const name: EventName = {
      event,
      id: record?.id,
      isNeedless: record === undefined && isNeedless(event),
    };
    names.push(name);
    if (record !== undefined) steps.push(inspectRecord(known, event, record));
    else if (!name.isNeedless) steps.push(planRecord(known, name));
  }
  return { names, steps };
}

const resource = 'event name (QID)';

function inspectRecord(known: Known, event: EventDescription, record: QidRecord): PlannedStep {
  const changes = differences(known, event, record);
  const detail = changes.join(', ');
  if (changes.length === 0) return { resource, name: event.id, action: 'same' };
  if (known.isProvided(record)) return { resource, name: event.id, action: 'keep', detail };
  return {
    resource,
    name: event.id,
    action: 'change',
    detail,
    perform: () => update(known, event, record, detail),
  };
}

async function update(
  { workspace: { client }, categories }: Known,
  event: EventDescription,
  { id }: QidRecord,
  detail: string,
): Promise<Outcome | undefined> {
  const { description, severity } = event;
  const body = { description, severity, low_level_category_id: categories.idOf(event.category) };
  try {
    await changeSafely(() => client.post(`${paths.qidRecords}/${id}`, { body }));
    return undefined;
  } catch (error) {
    // The console's own records cannot be altered.
    if (isAnswer(error, 409, 1008)) return { action: 'keep', detail };
    throw error;
  }
}

function differences(
  { categories }: Known,
  { description, severity, category }: EventDescription,
  record: QidRecord,
): readonly string[] {
  const wanted = categories.idOf(category);
  return [
    ...(record.severity === severity ? [] : [`severity ${record.severity} → ${severity}`]),
    ...(record.low_level_category_id === wanted
      ? []
      : [
          `category ${categories.nameOf(record.low_level_category_id)} → ${categories.nameOf(wanted)}`,
        ]),
    ...((record.description ?? '') === description ? [] : ['description']),
  ];
}

function planRecord(known: Known, name: EventName): PlannedStep {
  const { workspace, type, categories } = known;
  const { client } = workspace;
  const { id: eventId, severity, category, description } = name.event;
  return {
    resource,
    name: eventId,
    action: 'create',
    detail: `severity ${severity}, ${categories.nameOf(categories.idOf(category))}`,
    perform: async () => {
      const { value, isFound } = await createOnce<QidRecord>({
        create: () =>
          client.post(paths.qidRecords, {
            body: {
              log_source_type_id: idOf(type),
              name: eventId,
              description,
              severity,
              low_level_category_id: categories.idOf(category),
            },
          }),
        find: async () => {
          const filter = `name=${filterText(eventId)}`;
          return (await client.list<QidRecord>(paths.qidRecords, { filter }))[0];
        },
      });
      name.id = value.id;
      const changes = isFound ? differences(known, name.event, value) : [];
      if (changes.length === 0) return undefined;
      const detail = changes.join(', ');
      return (await update(known, name.event, value, detail)) ?? { action: 'change', detail };
    },
  };
}
