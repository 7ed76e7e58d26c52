import type { ConsoleClient } from '../../../../../dsm/console/console-client.js';
import { identifierOf, isSameWord, paths } from '../../../../../dsm/console/setup/resources.js';
import type { LogSource, LogSourceType } from '../../../../../dsm/console/setup/resources.js';
import { syslogProtocolId } from '../../../../../dsm/log-sources.js';

/** A log source with what the console knows of its state. Times are milliseconds since 1970. */
export interface ConsoleSource extends LogSource {
  readonly status?: {
    readonly status?: string;
    readonly messages?: readonly { readonly severity?: string; readonly text?: string }[] | null;
  } | null;
  /** 0 or null: never. */
  readonly last_event_time?: number | null;
  readonly auto_discovered?: boolean;
  readonly average_eps?: number | null;
  readonly identifier: string;
  readonly typeName: string;
}

const fields = [
  'id,name,type_id,protocol_type_id,protocol_parameters,enabled,coalesce_events,store_event_payload',
  'requires_deploy,status,last_event_time,auto_discovered,average_eps',
].join(',');

/**
 * The log sources that take syslog under one of the identifiers, but for letter case, those that are
 * spelt alike first. Compared here: no filter of the console does it without letter case. Throws
 * ConsoleError.
 */
export async function consoleSources(
  client: ConsoleClient,
  identifiers: readonly string[],
): Promise<readonly ConsoleSource[]> {
  const [sources, types] = await Promise.all([
    client.list<LogSource>(paths.sources, {
      filter: `protocol_type_id=${syslogProtocolId}`,
      fields,
    }),
    client.list<LogSourceType>(paths.types, { fields: 'id,name' }),
  ]);
  const typeNames = new Map(types.map(({ id, name }) => [id, name]));
  const found = sources.flatMap((source): readonly ConsoleSource[] => {
    const identifier = identifierOf(source);
    if (identifier === undefined || !identifiers.some((one) => isSameWord(one, identifier))) {
      return [];
    }
    return [{ ...source, identifier, typeName: typeNames.get(source.type_id) ?? 'unknown type' }];
  });
  const isExact = ({ identifier }: ConsoleSource): boolean => identifiers.includes(identifier);
  return [...found.filter(isExact), ...found.filter((source) => !isExact(source))];
}

/** Those of one identifier, but for letter case. */
export function ofIdentifier(
  sources: readonly ConsoleSource[],
  identifier: string,
): readonly ConsoleSource[] {
  const alike = sources.filter((source) => isSameWord(source.identifier, identifier));
  const isExact = (source: ConsoleSource): boolean => source.identifier === identifier;
  return [...alike.filter(isExact), ...alike.filter((source) => !isExact(source))];
}
