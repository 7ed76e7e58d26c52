import { syslogProtocolId } from '../../log-sources.js';
import type { ConsoleClient } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import {
  identifierOf,
  isSameWord,
  paths,
  type LogSource,
  type LogSourceType,
} from './resources.js';
import type { DesiredSetup } from './setup.js';

const sourceFields =
  'id,name,type_id,protocol_type_id,protocol_parameters,enabled,coalesce_events,store_event_payload,requires_deploy';

/** What every part of a setup has to do with. */
export interface Workspace {
  readonly client: ConsoleClient;
  readonly desired: DesiredSetup;
  readonly types: readonly LogSourceType[];
  /** The log sources that take syslog under an identifier of ours, whatever the letter case. */
  readonly sources: readonly LogSource[];
  /** What a person has to do or to know; each once. */
  readonly notes: Set<string>;
}

/** Looks at what log source types and log sources there are. Throws ConsoleError. */
export async function survey(client: ConsoleClient, desired: DesiredSetup): Promise<Workspace> {
  const types = await client.list<LogSourceType>(paths.types, { fields: 'id,name' });
  const sources = await listSources(client, [desired.identifier, desired.verificationIdentifier]);
  return { client, desired, types, sources, notes: new Set() };
}

/**
 * The log sources that take syslog under one of the identifiers, exactly or but for letter case. Looked
 * for here and not by the console: no filter of its compares without letter case inside of parameters.
 */
export async function listSources(
  client: ConsoleClient,
  identifiers: readonly string[],
): Promise<readonly LogSource[]> {
  const all = await client.list<LogSource>(paths.sources, {
    filter: `protocol_type_id=${syslogProtocolId}`,
    fields: sourceFields,
  });
  return all.filter((source) => {
    const own = identifierOf(source);
    return own !== undefined && identifiers.some((one) => isSameWord(one, own));
  });
}

/** The source of an identifier: the one of that spelling and type, else of that spelling, else any. */
export function sourceFor(
  sources: readonly LogSource[],
  identifier: string,
  typeId?: number,
): LogSource | undefined {
  const alike = sources.filter((one) => isSameWord(identifierOf(one) ?? '', identifier));
  const exact = alike.filter((one) => identifierOf(one) === identifier);
  return exact.find(({ type_id }) => type_id === typeId) ?? exact[0] ?? alike[0];
}

export function typeNameOf({ types }: Pick<Workspace, 'types'>, id: number): string {
  return types.find((type) => type.id === id)?.name ?? `type ${id}`;
}

/** A list that not every console has, or that the token may not see: undefined then. */
export async function listIfAny<T>(
  client: ConsoleClient,
  path: string,
  query: { readonly filter?: string; readonly fields?: string } = {},
): Promise<readonly T[] | undefined> {
  try {
    return await client.list<T>(path, query);
  } catch (error) {
    if (isAnswer(error, 404) || isAnswer(error, 403)) return undefined;
    throw error;
  }
}
