import { propertyPattern } from '../../properties/custom-properties.js';
import { filterText, type ConsoleClient } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import { idOf, type TypeTarget } from './choose-type.js';
import { changeSafely, createOnce } from './create-once.js';
import type { PlannedStep } from './planned-step.js';
import type { PropertyTarget } from './properties.js';
import { paths, type PropertyExpression } from './resources.js';
import { listIfAny, type Workspace } from './survey.js';

/** The two ways in which a property can be read from our events. */
export type ExpressionPath = typeof paths.leefExpressions | typeof paths.regexExpressions;

/** An expression and the list it stands in. */
export interface FoundExpression extends PropertyExpression {
  readonly path: ExpressionPath;
}

export interface Expressions {
  readonly all: readonly FoundExpression[];
  /** Whether the console knows expressions that are a LEEF key. */
  readonly hasLeef: boolean;
}

const resource = 'property expression';

/** What propertyPattern() makes of any key, or made in an earlier version. */
const ownPattern = /^\(\?:\\t\|.*\)\w+=\(\[\^\\t\]\+\)$/;

/** All expressions that read a property by a LEEF key or a regular expression. Throws ConsoleError. */
export async function listExpressions(client: ConsoleClient): Promise<Expressions> {
  const leef = await listIfAny<PropertyExpression>(client, paths.leefExpressions);
  const regex = await client.list<PropertyExpression>(paths.regexExpressions);
  const found = (list: readonly PropertyExpression[], path: ExpressionPath): FoundExpression[] =>
    list.map((one) => ({ ...one, path }));
  return {
    all: [...found(leef ?? [], paths.leefExpressions), ...found(regex, paths.regexExpressions)],
    hasLeef: leef !== undefined,
  };
}

/** Whether the expression reads the value of the key from all events, as ours do. */
export function reads(one: PropertyExpression, key: string): boolean {
  const limits = [one.log_source_id, one.qid, one.low_level_category_id];
  if (limits.some((limit) => (limit ?? -1) !== -1)) return false;
  return one.regex === propertyPattern(key) || one.expression === key;
}

/** What the expressions lack, by which the properties are read from events of the type. */
export function inspectExpressions(
  { client }: Workspace,
  type: TypeTarget,
  targets: readonly PropertyTarget[],
  { all, hasLeef }: Expressions,
): readonly PlannedStep[] {
  // As long as the console takes them; one refusal is enough.
  const ways = { isLeefTaken: hasLeef };
  const ofType = all.filter((one) => type.id !== undefined && one.log_source_type_id === type.id);
  return targets
    .filter(({ isFitting }) => isFitting)
    .map((target) => {
      const { property, identifier } = target;
      const there = ofType.filter((one) => one.regex_property_identifier === identifier);
      const own = there.find((one) => reads(one, property.key));
      const name = `${property.name} of ${type.name}`;
      if (own?.enabled === true) return { resource, name, action: 'same' } as const;
      if (own !== undefined) {
        return changing(client, name, own, 'disabled → enabled', { enabled: true });
      }
      const old = there.find(({ regex }) => regex !== undefined && ownPattern.test(regex));
      if (old !== undefined) {
        return changing(
          client,
          name,
          old,
          `expression of an earlier version → key ${property.key}`,
          {
            regex: propertyPattern(property.key),
            capture_group: 1,
            enabled: true,
          },
        );
      }
      return planExpression({ client, type, target, ways, name, others: there });
    });
}

function changing(
  client: ConsoleClient,
  name: string,
  { path, identifier }: FoundExpression,
  detail: string,
  body: object,
): PlannedStep {
  return {
    resource,
    name,
    action: 'change',
    detail,
    perform: async () => {
      await changeSafely(() => client.post(`${path}/${identifier}`, { body }));
      return undefined;
    },
  };
}

interface NewExpression {
  readonly client: ConsoleClient;
  readonly type: TypeTarget;
  readonly target: PropertyTarget;
  readonly ways: { isLeefTaken: boolean };
  readonly name: string;
  /** Of other people, for other events of the type: they stay, and ours comes beside them. */
  readonly others: readonly FoundExpression[];
}

function planExpression(planned: NewExpression): PlannedStep {
  const { name, target, others, ways } = planned;
  const beside = others.map(({ regex, expression }) => regex ?? expression ?? '');
  return {
    resource,
    name,
    action: 'create',
    detail: [
      `key ${target.property.key}`,
      ...(beside.length === 0 ? [] : [`beside ${beside.join(', ')}`]),
    ].join(', '),
    perform: async () => {
      if (ways.isLeefTaken) {
        try {
          const { key } = target.property;
          await create(planned, paths.leefExpressions, { expression: key });
          return undefined;
        } catch (error) {
          if (![400, 404, 405, 422].some((status) => isAnswer(error, status))) throw error;
          ways.isLeefTaken = false;
        }
      }
      const regex = propertyPattern(target.property.key);
      await create(planned, paths.regexExpressions, { regex, capture_group: 1 });
      return undefined;
    },
  };
}

async function create(
  { client, type, target: { property, identifier } }: NewExpression,
  path: ExpressionPath,
  how: object,
): Promise<void> {
  if (identifier === undefined) throw new Error(`the property ${property.name} was not made`);
  const typeId = idOf(type);
  await createOnce<PropertyExpression>({
    create: () =>
      client.post(path, {
        body: {
          regex_property_identifier: identifier,
          log_source_type_id: typeId,
          enabled: true,
          ...how,
        },
      }),
    find: async () => {
      const filter = `regex_property_identifier=${filterText(identifier)}`;
      const found = await client.list<PropertyExpression>(path, { filter });
      return found.find((one) => one.log_source_type_id === typeId && reads(one, property.key));
    },
  });
}
