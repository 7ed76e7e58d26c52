import { logSourceExtensionName, logSourceTypeNames } from '../../identity.js';
import { syslogProtocolId } from '../../log-sources.js';
import { filterText } from '../console-client.js';
import { ConsoleError } from '../console-error.js';
import { createOnce } from './create-once.js';
import type { PlannedStep } from './planned-step.js';
import { identifierOf, isSameWord, paths, type LogSourceType } from './resources.js';
import { listIfAny, sourceFor, typeNameOf, type Workspace } from './survey.js';

/** A log source type; the id of one that is still to be made is known once it is. */
export interface TypeTarget {
  readonly name: string;
  id: number | undefined;
}

export interface ChosenType {
  /** What the log source of the detections should have. */
  readonly wanted: TypeTarget;
  /** What the events come in as: the type of the log source that is there, else the wanted one. */
  readonly actual: TypeTarget;
  readonly steps: readonly PlannedStep[];
}

/**
 * Decides which log source type the detections have. Throws ConsoleError TF_CONSOLE when the wanted one
 * is not there and cannot be made.
 */
export async function chooseType(workspace: Workspace): Promise<ChosenType> {
  const { desired, sources } = workspace;
  const name = desired.logSourceType ?? (await bestType(workspace));
  const wanted = findType(workspace, name);
  const source = sourceFor(sources, desired.identifier, wanted?.id);
  if (source !== undefined && source.type_id !== wanted?.id) {
    // The type of the events is what their log source says: another one would only lie about unused.
    const actual = { name: typeNameOf(workspace, source.type_id), id: source.type_id };
    workspace.notes.add(
      `The log source "${source.name}" (identifier ${identifierOf(source) ?? ''}) has the type ` +
        `${actual.name}, not ${name}. It stays, and the events are taught to ${actual.name}. To change ` +
        `that, delete the log source in JSA and run this again.`,
    );
    const step = { resource: 'log source type', name: actual.name, action: 'same' } as const;
    return { wanted: { name, id: wanted?.id }, actual, steps: [step] };
  }
  if (wanted !== undefined) {
    const target = { name: wanted.name, id: wanted.id };
    const step = { resource: 'log source type', name: target.name, action: 'same' } as const;
    return { wanted: target, actual: target, steps: [step] };
  }
  return ownType(workspace, name);
}

/** The best that the console has, or could have. */
async function bestType(workspace: Workspace): Promise<string> {
  const { vendor, own, universal } = logSourceTypeNames;
  if (findType(workspace, vendor) !== undefined) return vendor;
  if (findType(workspace, own) !== undefined) return own;
  return (await extensionId(workspace)) === undefined ? universal : own;
}

function findType({ types }: Workspace, name: string): LogSourceType | undefined {
  return types.find((type) => type.name === name) ?? types.find((t) => isSameWord(t.name, name));
}

async function extensionId({ client }: Workspace): Promise<number | undefined> {
  const found = await listIfAny<LogSourceType>(client, paths.extensions, {
    filter: `name=${filterText(logSourceExtensionName)}`,
    fields: 'id,name',
  });
  return found?.[0]?.id;
}

async function ownType(workspace: Workspace, name: string): Promise<ChosenType> {
  const { client } = workspace;
  const isOwn = isSameWord(name, logSourceTypeNames.own);
  const extension = isOwn ? await extensionId(workspace) : undefined;
  if (extension === undefined) throw missingType(workspace, name, isOwn);
  const target: TypeTarget = { name: logSourceTypeNames.own, id: undefined };
  const perform = async (): Promise<undefined> => {
    const { value } = await createOnce<LogSourceType>({
      create: () =>
        client.post(paths.types, {
          body: {
            name: target.name,
            protocol_types: [{ protocol_id: syslogProtocolId }],
            default_protocol_id: syslogProtocolId,
            log_source_extension_id: extension,
          },
        }),
      find: async () => {
        const filter = `name=${filterText(target.name)}`;
        return (await client.list<LogSourceType>(paths.types, { filter }))[0];
      },
    });
    target.id = value.id;
  };
  const detail = `reads events by ${logSourceExtensionName}`;
  return {
    wanted: target,
    actual: target,
    steps: [{ resource: 'log source type', name: target.name, action: 'create', detail, perform }],
  };
}

export function missingType(
  { client, types }: Workspace,
  name: string,
  isOwn = false,
): ConsoleError {
  const known: readonly string[] = Object.values(logSourceTypeNames);
  const there = types
    .map((type) => type.name)
    .filter((one) => known.includes(one) || /kaspersky|leef/i.test(one))
    .sort();
  const choice = there.length === 0 ? '' : `choose one that is there: ${there.join(', ')}`;
  const install = 'install the content extension first (threat-forwarder dsm build)';
  return new ConsoleError('TF_CONSOLE', `there is no log source type "${name}"`, {
    where: `${client.facts.address}/api${paths.types}`,
    hint:
      [...(isOwn ? [install] : []), ...(choice === '' ? [] : [choice])].join(', or ') ||
      'look up its name in JSA under Log Source Management',
  });
}

/** The id of a type that is there by now. */
export function idOf({ id, name }: TypeTarget): number {
  if (id === undefined) throw new Error(`the log source type ${name} was not made`);
  return id;
}
