import type { ConsoleClient } from '../console-client.js';
import { isAnswer } from '../console-error.js';
import { removeOnce } from './create-once.js';
import { pauses } from './pauses.js';
import type { Outcome } from './planned-step.js';
import { paths, type PropertyExpression, type RegexProperty } from './resources.js';
import type { SetupOptions } from './setup.js';
import { listIfAny } from './survey.js';

/** How long JSA may look for what depends on a property before it deletes it. */
const limitMs = 20_000;

/** Expressions of kinds that we never make. */
const otherKinds = ['json', 'cef', 'xml', 'nvp', 'genericlist', 'aql'] as const;

/** The identifiers of the properties that expressions of other kinds than ours fill. */
export async function foreignUses(client: ConsoleClient): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const kind of otherKinds) {
    const path = `/config/event_sources/custom_properties/property_${kind}_expressions`;
    const list = await listIfAny<PropertyExpression>(client, path);
    for (const { regex_property_identifier } of list ?? []) used.add(regex_property_identifier);
  }
  return used;
}

/**
 * Deletes a property. JSA first looks whether searches, rules or reports use it, and keeps it then: so
 * whether it is gone is looked at.
 */
export async function removeProperty(
  client: ConsoleClient,
  { identifier }: RegexProperty,
  options: SetupOptions,
): Promise<Outcome | undefined> {
  const path = `${paths.properties}/${identifier}`;
  await removeOnce(() => client.delete(path));
  const pause = pauses(options, limitMs);
  do {
    if (await isGone(client, path)) return undefined;
  } while (await pause());
  return {
    action: 'keep',
    detail: 'JSA has not deleted it: searches, rules or reports may use it',
  };
}

async function isGone(client: ConsoleClient, path: string): Promise<boolean> {
  try {
    await client.get(path);
    return false;
  } catch (error) {
    if (isAnswer(error, 404)) return true;
    throw error;
  }
}
