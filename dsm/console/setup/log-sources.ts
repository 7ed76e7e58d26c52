import { logSourceTypeNames } from '../../identity.js';
import { logSourceBody, logSourceDescriptions } from '../../log-sources.js';
import { filterText } from '../console-client.js';
import { ConsoleError, isAnswer } from '../console-error.js';
import { idOf, missingType, type TypeTarget } from './choose-type.js';
import { changeSafely, createOnce } from './create-once.js';
import { findEventCollector } from './event-collector.js';
import type { Outcome, PlannedStep } from './planned-step.js';
import { identifierOf, paths, type EventCollector, type LogSource } from './resources.js';
import { listSources, sourceFor, typeNameOf, type Workspace } from './survey.js';

const resource = 'log source';

interface WantedSource {
  readonly identifier: string;
  readonly description: string;
  readonly type: TypeTarget;
}

/** What the log sources of the detections and of the test events lack. Throws ConsoleError. */
export async function inspectLogSources(
  workspace: Workspace,
  type: TypeTarget,
): Promise<readonly PlannedStep[]> {
  const { desired } = workspace;
  const universal = workspace.types.find(({ name }) => name === logSourceTypeNames.universal);
  const wanted: readonly WantedSource[] = [
    {
      identifier: desired.identifier,
      description: logSourceDescriptions.detections,
      type,
    },
    {
      identifier: desired.verificationIdentifier,
      description: logSourceDescriptions.verification,
      type: { name: logSourceTypeNames.universal, id: universal?.id },
    },
  ];
  let collector: EventCollector | undefined;
  const steps: PlannedStep[] = [];
  for (const source of wanted) {
    const there = sourceFor(workspace.sources, source.identifier, source.type.id);
    if (there !== undefined) {
      steps.push(inspectExisting(workspace, source, there));
      continue;
    }
    if (source.type !== type && universal === undefined) {
      throw missingType(workspace, source.type.name);
    }
    collector ??= await findEventCollector(workspace);
    steps.push(planNew(workspace, source, collector));
  }
  return steps;
}

function inspectExisting(
  workspace: Workspace,
  { identifier, type }: WantedSource,
  there: LogSource,
): PlannedStep {
  const spelling = identifierOf(there) ?? '';
  if (spelling !== identifier) {
    workspace.notes.add(
      `The log source "${there.name}" has the identifier ${spelling}, the service says ${identifier}: ` +
        'they differ in letter case, and JSA may take them for two. Use one spelling everywhere: set ' +
        `"identifier" of forwarder.yaml to ${spelling}, or change the log source in JSA.`,
    );
    const detail = `identifier ${spelling}, not ${identifier}`;
    return { resource, name: there.name, action: 'keep', detail };
  }
  const changes = changesOf(there);
  const isOtherType = there.type_id !== type.id;
  const typeText = `type ${typeNameOf(workspace, there.type_id)}, not ${type.name}`;
  if (changes.length === 0) {
    if (!isOtherType) return { resource, name: there.name, action: 'same' };
    return { resource, name: there.name, action: 'keep', detail: typeText };
  }
  return {
    resource,
    name: there.name,
    action: 'change',
    detail: [
      ...changes.map(({ text }) => text),
      ...(isOtherType ? [`stays: ${typeText}`] : []),
    ].join(', '),
    perform: async () => {
      await change(workspace, there, changes);
      return undefined;
    },
  };
}

interface Change {
  readonly text: string;
  readonly field: Readonly<Record<string, boolean>>;
}

/** What keeps a log source from telling every detection as it came. */
function changesOf(source: LogSource): readonly Change[] {
  const changes: Change[] = [];
  if (source.coalesce_events) {
    changes.push({ text: 'coalescing on → off', field: { coalesce_events: false } });
  }
  if (!source.enabled) changes.push({ text: 'disabled → enabled', field: { enabled: true } });
  if (!source.store_event_payload) {
    changes.push({ text: 'payload not stored → stored', field: { store_event_payload: true } });
  }
  return changes;
}

async function change(
  { client }: Workspace,
  { id }: LogSource,
  changes: readonly Change[],
): Promise<void> {
  const body = Object.assign({}, ...changes.map(({ field }) => field)) as object;
  await changeSafely(() => client.post(`${paths.sources}/${id}`, { body }));
}

function planNew(
  workspace: Workspace,
  wanted: WantedSource,
  collector: EventCollector,
): PlannedStep {
  const { identifier, type } = wanted;
  return {
    resource,
    name: identifier,
    action: 'create',
    detail: `type ${type.name}, coalescing off, on ${collector.name}`,
    perform: async () => {
      const source = await make(workspace, wanted, collector.id);
      const changes = changesOf(source);
      if (changes.length === 0) return undefined;
      await change(workspace, source, changes);
      return outcome(changes);
    },
  };
}

function outcome(changes: readonly Change[]): Outcome {
  return { action: 'change', detail: changes.map(({ text }) => text).join(', ') };
}

async function make(
  workspace: Workspace,
  { identifier, description, type }: WantedSource,
  collectorId: number,
): Promise<LogSource> {
  const { client } = workspace;
  try {
    const { value } = await createOnce<LogSource>({
      create: () =>
        client.post(paths.sources, {
          body: {
            ...logSourceBody(identifier, description),
            type_id: idOf(type),
            target_event_collector_id: collectorId,
          },
        }),
      find: async () => {
        const sources = await listSources(client, [identifier]);
        const found = sourceFor(sources, identifier, type.id);
        return found !== undefined && identifierOf(found) === identifier ? found : undefined;
      },
    });
    return value;
  } catch (error) {
    if (isAnswer(error, 409, 1001)) throw await nameTaken(workspace, identifier, error);
    throw error;
  }
}

async function nameTaken(
  workspace: Workspace,
  name: string,
  cause: ConsoleError,
): Promise<ConsoleError> {
  const { client } = workspace;
  const filter = `name=${filterText(name)}`;
  const [other] = await client.list<LogSource>(paths.sources, { filter });
  const who =
    other === undefined
      ? ''
      : ` (${typeNameOf(workspace, other.type_id)}, identifier ${identifierOf(other) ?? 'none'})`;
  return new ConsoleError('TF_CONSOLE', `another log source has the name "${name}"${who}`, {
    where: cause.where,
    hint: 'rename or delete that log source in JSA under Log Source Management, then run this again',
    status: cause.status,
    apiCode: cause.apiCode,
    cause,
  });
}
