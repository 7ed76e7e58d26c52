import { logSourceTypeNames } from '../../identity.js';
import type { ConsoleClient } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import { removeOnce } from './create-once.js';
import { inspectDeployment } from './deployment.js';
import { listExpressions, reads, type FoundExpression } from './expressions.js';
import type { Inspection } from './inspect-setup.js';
import type { PlannedStep } from './planned-step.js';
import { isOurs, listProperties, propertyNamed } from './properties.js';
import { foreignUses, removeProperty } from './property-removal.js';
import { identifierOf, isSameWord, paths, type LogSource } from './resources.js';
import type { DesiredSetup, SetupOptions } from './setup.js';
import { survey, typeNameOf, type Workspace } from './survey.js';

/**
 * Says what of ours is on the console and can be taken away: only what nobody else can have meant.
 * Changes nothing. Throws ConsoleError.
 */
export async function inspectRemoval(
  client: ConsoleClient,
  desired: DesiredSetup,
  options: SetupOptions,
): Promise<Inspection> {
  const workspace = await survey(client, desired);
  const { expressions, properties } = await inspectProperties(workspace, options);
  const sources = inspectSources(workspace);
  const types = await inspectOwnType(workspace);
  workspace.notes.add(
    'Event names (QID) and event mappings stay: JSA has no way to delete them. They do no harm.',
  );
  workspace.notes.add('Events that JSA has received stay in JSA.');
  const deployment = inspectDeployment(workspace, [sources, types].flat(), options);
  // The log sources last: as long as one is there, it tells which type the rest belongs to.
  return {
    parts: [expressions, properties, sources, types, deployment],
    notes: workspace.notes,
  };
}

interface PropertyParts {
  readonly expressions: readonly PlannedStep[];
  readonly properties: readonly PlannedStep[];
}

async function inspectProperties(
  workspace: Workspace,
  options: SetupOptions,
): Promise<PropertyParts> {
  const { client, desired, types } = workspace;
  const there = await listProperties(workspace);
  const { all } = await listExpressions(client);
  const foreign = await foreignUses(client);
  const typeIds = ownTypeIds(workspace);
  const isOfOurType = (one: FoundExpression): boolean =>
    one.log_source_type_id !== null && typeIds.has(one.log_source_type_id);
  const expressions: PlannedStep[] = [];
  const properties: PlannedStep[] = [];
  for (const wanted of desired.properties) {
    const property = propertyNamed(there, wanted.name);
    if (property === undefined) continue;
    const { identifier } = property;
    const uses = all.filter((one) => one.regex_property_identifier === identifier);
    const own = uses.filter((one) => isOfOurType(one) && reads(one, wanted.key));
    for (const expression of own) {
      const name = `${property.name} of ${typeNameOf({ types }, expression.log_source_type_id ?? 0)}`;
      expressions.push(
        removal('property expression', name, async () => {
          await removeOnce(() => client.delete(`${expression.path}/${expression.identifier}`));
          return undefined;
        }),
      );
    }
    if (!isOurs(property, wanted)) continue;
    const step = { resource: 'custom property', name: property.name } as const;
    const isUsed = uses.length > own.length || foreign.has(identifier);
    properties.push(
      isUsed
        ? { ...step, action: 'keep', detail: 'other expressions fill it too' }
        : removal(step.resource, step.name, () => removeProperty(client, property, options)),
    );
  }
  return { expressions, properties };
}

/** The types that our setup may have been for. */
function ownTypeIds({ types, sources, desired }: Workspace): ReadonlySet<number> {
  const names = [...Object.values(logSourceTypeNames), desired.logSourceType ?? ''];
  return new Set([
    ...types.filter(({ name }) => names.some((one) => isSameWord(one, name))).map(({ id }) => id),
    ...sources.map(({ type_id }) => type_id),
  ]);
}

function removal(
  resource: PlannedStep['resource'],
  name: string,
  perform: NonNullable<PlannedStep['perform']>,
): PlannedStep {
  return { resource, name, action: 'remove', perform };
}

function inspectSources({ client, desired, sources }: Workspace): readonly PlannedStep[] {
  return sources.map((source) => {
    const spelling = identifierOf(source) ?? '';
    const own = [desired.identifier, desired.verificationIdentifier];
    if (!own.includes(spelling)) {
      const detail = `identifier ${spelling}: another spelling than ours`;
      return { resource: 'log source', name: source.name, action: 'keep', detail } as const;
    }
    return removal('log source', source.name, async () => {
      await removeOnce(() => client.delete(`${paths.sources}/${source.id}`));
      return undefined;
    });
  });
}

/** Our own log source type, unless log sources of others have it. */
async function inspectOwnType({
  client,
  types,
  sources,
  desired,
}: Workspace): Promise<readonly PlannedStep[]> {
  const type = types.find(({ name }) => name === logSourceTypeNames.own);
  if (type === undefined) return [];
  const users = await client.list<Pick<LogSource, 'id' | 'name'>>(paths.sources, {
    filter: `type_id=${type.id}`,
    fields: 'id,name',
  });
  const own = [desired.identifier, desired.verificationIdentifier];
  const removed = sources.filter((one) => own.includes(identifierOf(one) ?? ''));
  const others = users.filter(({ id }) => !removed.some((one) => one.id === id));
  const step = { resource: 'log source type', name: type.name } as const;
  if (others.length > 0) {
    const detail = `used by ${others.map(({ name }) => name).join(', ')}`;
    return [{ ...step, action: 'keep', detail }];
  }
  return [
    removal(step.resource, step.name, async () => {
      try {
        await removeOnce(() => client.delete(`${paths.types}/${type.id}`));
        return undefined;
      } catch (error) {
        // Not every release lets go of a type.
        if (!isAnswer(error, 405) && !isAnswer(error, 409) && !isAnswer(error, 422)) throw error;
        return { action: 'keep', detail: 'JSA does not delete it; it does no harm' };
      }
    }),
  ];
}
