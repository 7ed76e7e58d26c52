import type { CustomProperty } from '../../properties/custom-property.js';
import { filterText } from '../console-client.js';
import { changeSafely, createOnce } from './create-once.js';
import type { Outcome, PlannedStep } from './planned-step.js';
import { isSameWord, paths, type RegexProperty } from './resources.js';
import type { Workspace } from './survey.js';

/** A property on the console; one that is still to be made has its identifier once it is. */
export interface PropertyTarget {
  readonly property: CustomProperty;
  identifier: string | undefined;
  /** Whether it can hold what our events have under its key. */
  readonly isFitting: boolean;
}

export interface InspectedProperties {
  readonly targets: readonly PropertyTarget[];
  readonly steps: readonly PlannedStep[];
}

const resource = 'custom property';

/** All properties of the console that are read from the payload. */
export function listProperties({ client }: Workspace): Promise<readonly RegexProperty[]> {
  return client.list<RegexProperty>(paths.properties, {
    fields: 'id,identifier,name,description,property_type,use_for_rule_engine',
  });
}

/** The property of a name: of that spelling, else but for letter case. */
export function propertyNamed(
  properties: readonly RegexProperty[],
  name: string,
): RegexProperty | undefined {
  return (
    properties.find((one) => one.name === name) ??
    properties.find((one) => isSameWord(one.name, name))
  );
}

/** Whether the property was made by us: nobody else describes it with these words. */
export function isOurs(there: RegexProperty, { description }: CustomProperty): boolean {
  return there.description === description;
}

/** What the custom properties lack. */
export function inspectProperties(
  workspace: Workspace,
  properties: readonly RegexProperty[],
): InspectedProperties {
  const targets: PropertyTarget[] = [];
  const steps: PlannedStep[] = [];
  for (const property of workspace.desired.properties) {
    const there = propertyNamed(properties, property.name);
    const target: PropertyTarget = {
      property,
      identifier: there?.identifier,
      // Text holds anything.
      isFitting: there === undefined || isType(there, property) || isType(there, asText),
    };
    targets.push(target);
    if (there === undefined) steps.push(planProperty(workspace, target));
    else steps.push(inspectProperty(workspace, property, there, target.isFitting));
  }
  return { targets, steps };
}

const asText = { type: 'string' } as const;

function isType({ property_type }: RegexProperty, { type }: Pick<CustomProperty, 'type'>): boolean {
  return isSameWord(property_type, type);
}

function inspectProperty(
  { client, notes }: Workspace,
  property: CustomProperty,
  there: RegexProperty,
  isFitting: boolean,
): PlannedStep {
  const step = { resource, name: there.name } as const;
  if (!isType(there, property)) {
    const detail = `type ${there.property_type}, not ${property.type}`;
    notes.add(
      `The custom property "${there.name}" is there with the type ${there.property_type}; ours is ` +
        `${property.type}. It stays` +
        (isFitting ? ', and is filled as text.' : ', and is not filled from our events.'),
    );
    return { ...step, action: 'keep', detail };
  }
  if (!property.forRules || there.use_for_rule_engine) return { ...step, action: 'same' };
  const detail = 'read for rules: no → yes';
  if (!isOurs(there, property)) return { ...step, action: 'keep', detail: 'not read for rules' };
  return {
    ...step,
    action: 'change',
    detail,
    perform: async () => {
      const body = { use_for_rule_engine: true };
      await changeSafely(() => client.post(`${paths.properties}/${there.identifier}`, { body }));
      return undefined;
    },
  };
}

function planProperty({ client }: Workspace, target: PropertyTarget): PlannedStep {
  const { name, type, description, forRules } = target.property;
  const perform = async (): Promise<Outcome | undefined> => {
    const { value } = await createOnce<RegexProperty>({
      create: () =>
        client.post(paths.properties, {
          body: { name, property_type: type, use_for_rule_engine: forRules, description },
        }),
      find: async () => {
        const filter = `name=${filterText(name)}`;
        return (await client.list<RegexProperty>(paths.properties, { filter }))[0];
      },
    });
    target.identifier = value.identifier;
    return undefined;
  };
  const detail = forRules ? `${type}, read for rules` : type;
  return { resource, name, action: 'create', detail, perform };
}
