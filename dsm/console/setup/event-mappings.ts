import { mappingCategories } from '../../events/mapping-categories.js';
import type { EventDescription } from '../../events/event-description.js';
import { filterText } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import { idOf, type TypeTarget } from './choose-type.js';
import { changeSafely, createOnce } from './create-once.js';
import type { EventName } from './event-names.js';
import type { Outcome, PlannedStep } from './planned-step.js';
import { paths, type EventMapping, type QidRecord } from './resources.js';
import type { Workspace } from './survey.js';

const resource = 'event mapping';

/** The mappings of a log source type. */
export async function listMappings(
  { client }: Workspace,
  { id }: TypeTarget,
): Promise<readonly EventMapping[]> {
  if (id === undefined) return [];
  return client.list<EventMapping>(paths.mappings, { filter: `log_source_type_id=${id}` });
}

/** Mappings by event id and category, and which of them are ours. */
export class MappingTable {
  private readonly byKey: ReadonlyMap<string, EventMapping>;
  private readonly own: ReadonlySet<number>;
  private readonly names: ReadonlyMap<number, string>;

  /** `records` bear names of our events, `others` are what else mappings of them point to. */
  constructor(
    mappings: readonly EventMapping[],
    records: readonly QidRecord[],
    others: readonly QidRecord[],
  ) {
    // One that was made by hand wins over one that came with the type.
    const inOrder = mappings.toSorted(
      (one, other) => Number(one.custom_event ?? true) - Number(other.custom_event ?? true),
    );
    this.byKey = new Map(
      inOrder.map((one) => [
        keyOf(one.log_source_event_id, one.log_source_event_category ?? ''),
        one,
      ]),
    );
    this.names = new Map([...records, ...others].map(({ id, name }) => [id, name]));
    this.own = new Set(records.map(({ id }) => id));
  }

  find(event: EventDescription, category: string): EventMapping | undefined {
    return this.byKey.get(keyOf(event.id, category));
  }

  /** Whether it was made by somebody else, to say something else about the event. */
  isForeign({ custom_event, qid_record_id }: EventMapping): boolean {
    return custom_event === false || !this.own.has(qid_record_id);
  }

  /** Whether somebody else says what the event is, whatever its category: it needs no name of ours. */
  isNeedless(event: EventDescription): boolean {
    return mappingCategories(event).every((category) => {
      const mapping = this.find(event, category);
      return mapping !== undefined && this.isForeign(mapping);
    });
  }

  describe({ qid_record_id }: EventMapping): string {
    return this.names.get(qid_record_id) ?? `record ${qid_record_id}`;
  }
}

function keyOf(event: string, category: string): string {
  return JSON.stringify([event, category]);
}

/** What the mappings of the events to their names lack. */
export function inspectMappings(
  workspace: Workspace,
  type: TypeTarget,
  names: readonly EventName[],
  table: MappingTable,
): readonly PlannedStep[] {
  const taking = { isEmptyTaken: true };
  return names.flatMap((name) =>
    mappingCategories(name.event).map((category) => {
      const mapping = table.find(name.event, category);
      if (mapping === undefined) {
        return planMapping({ workspace, type, name, category, table, taking });
      }
      return inspectMapping(workspace, name, category, mapping, table);
    }),
  );
}

function nameOf({ event }: EventName, category: string): string {
  return `${event.id} / ${category === '' ? '(no category)' : category}`;
}

function inspectMapping(
  { client }: Workspace,
  name: EventName,
  category: string,
  mapping: EventMapping,
  table: MappingTable,
): PlannedStep {
  const step = { resource, name: nameOf(name, category) } as const;
  if (name.id !== undefined && mapping.qid_record_id === name.id) {
    return { ...step, action: 'same' };
  }
  const there = table.describe(mapping);
  if (table.isForeign(mapping)) return { ...step, action: 'keep', detail: `is ${there}` };
  return {
    ...step,
    action: 'change',
    detail: `${there} → ${name.event.id}`,
    perform: async () => {
      await point(client, mapping, name);
      return undefined;
    },
  };
}

async function point(
  client: Workspace['client'],
  { id }: EventMapping,
  name: EventName,
): Promise<void> {
  const body = { qid_record_id: recordOf(name) };
  await changeSafely(() => client.post(`${paths.mappings}/${id}`, { body }));
}

interface NewMapping {
  readonly workspace: Workspace;
  readonly type: TypeTarget;
  readonly name: EventName;
  readonly category: string;
  readonly table: MappingTable;
  /** Whether JSA takes a mapping without a category, as far as is known: no page says. */
  readonly taking: { isEmptyTaken: boolean };
}

const emptyRefused: Outcome = {
  action: 'keep',
  detail: 'JSA takes no mapping without a category',
};

function planMapping(planned: NewMapping): PlannedStep {
  const { workspace, name, category, table, taking } = planned;
  const perform = async (): Promise<Outcome | undefined> => {
    if (category === '' && !taking.isEmptyTaken) return emptyRefused;
    try {
      const mapping = await create(planned);
      if (mapping.qid_record_id === recordOf(name)) return undefined;
      return { action: 'keep', detail: `is ${table.describe(mapping)}` };
    } catch (error) {
      if (category !== '' || !isAnswer(error, 422)) throw error;
      taking.isEmptyTaken = false;
      workspace.notes.add(
        'JSA takes no mapping without a category, and the events have one only when leef.cat of ' +
          'forwarder.yaml is true: set it.',
      );
      return emptyRefused;
    }
  };
  return { resource, name: nameOf(name, category), action: 'create', perform };
}

async function create({
  workspace: { client },
  type,
  name,
  category,
}: NewMapping): Promise<EventMapping> {
  const typeId = idOf(type);
  const { id: eventId } = name.event;
  const { value } = await createOnce<EventMapping>({
    create: () =>
      client.post(paths.mappings, {
        body: {
          log_source_type_id: typeId,
          log_source_event_id: eventId,
          log_source_event_category: category,
          qid_record_id: recordOf(name),
        },
      }),
    find: async () => {
      const filter = `log_source_type_id=${typeId} and log_source_event_id=${filterText(eventId)}`;
      const found = await client.list<EventMapping>(paths.mappings, { filter });
      return found.find(
        (one) => one.custom_event !== false && (one.log_source_event_category ?? '') === category,
      );
    },
  });
  return value;
}

function recordOf({ id, event }: EventName): number {
  if (id === undefined) throw new Error(`the event name ${event.id} was not made`);
  return id;
}
