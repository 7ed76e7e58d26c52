import type { ConsoleClient } from '../console-client.js';
import { inspectAutoDetection } from './auto-detection.js';
import { readCategories } from './categories.js';
import { chooseType } from './choose-type.js';
import { inspectDeployment } from './deployment.js';
import { inspectEventNames, listOtherRecords, listRecords } from './event-names.js';
import { inspectMappings, listMappings, MappingTable } from './event-mappings.js';
import { inspectExpressions, listExpressions } from './expressions.js';
import { inspectLogSources } from './log-sources.js';
import type { PlannedStep } from './planned-step.js';
import { inspectProperties, listProperties } from './properties.js';
import type { DesiredSetup, SetupOptions } from './setup.js';
import { survey } from './survey.js';

export interface Inspection {
  /** The steps by kind of resource, in the order in which they are done. */
  readonly parts: readonly (readonly PlannedStep[])[];
  /** Grows while the steps are done. */
  readonly notes: ReadonlySet<string>;
}

/**
 * Reads what the console has, each list once, and says what of the wanted is missing. Changes nothing.
 * Throws ConsoleError.
 */
export async function inspectSetup(
  client: ConsoleClient,
  desired: DesiredSetup,
  options: SetupOptions = {},
): Promise<Inspection> {
  const workspace = await survey(client, desired);
  const { wanted, actual, steps: types } = await chooseType(workspace);
  const sources = await inspectLogSources(workspace, wanted);
  const detection = await inspectAutoDetection(workspace, actual);
  const categories = await readCategories(workspace);
  const records = await listRecords(workspace);
  const existing = await listMappings(workspace, actual);
  const others = await listOtherRecords(workspace, existing, records);
  const table = new MappingTable(existing, records, others);
  const { names, steps: nameSteps } = inspectEventNames(workspace, actual, records, existing, {
    categories,
    isNeedless: (event) => table.isNeedless(event),
  });
  const mappings = inspectMappings(workspace, actual, names, table);
  const properties = inspectProperties(workspace, await listProperties(workspace));
  const expressions = inspectExpressions(
    workspace,
    actual,
    properties.targets,
    await listExpressions(client),
  );
  const deployment = inspectDeployment(workspace, [types, sources, detection].flat(), options);
  return {
    parts: [
      types,
      sources,
      detection,
      nameSteps,
      mappings,
      properties.steps,
      expressions,
      deployment,
    ],
    notes: workspace.notes,
  };
}
