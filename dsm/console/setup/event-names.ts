import type { EventDescription } from '../../events/event-description.js';
import { filterText } from '../console-client.js';
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

/** The records of a log source type that bear the name of one of our events. */
export async function listRecords(
  { client }: Workspace,
  { id }: TypeTarget,
): Promise<readonly QidRecord[]> {
  if (id === undefined) return [];
  return client.list<QidRecord>(paths.qidRecords, { filter: `log_source_type_id=${id}` });
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
  // Of two with one name the older stays the one that is used.
  for (const record of records.toSorted((one, other) => other.id - one.id)) {
    byName.set(record.name, record);
  }
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
          const filter = `log_source_type_id=${idOf(type)} and name=${filterText(eventId)}`;
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
