import type { ConsoleState } from './console-state.js';

/** What was set up on the console, as plain data without ids and times, sorted: equal setups are equal. */
export function snapshotOf(state: ConsoleState): unknown {
  const typeName = (id: number): string | undefined =>
    state.types.find((type) => type.id === id)?.name;
  const categoryName = (id: number | null): string | undefined =>
    state.categories.find((one) => one.id === id)?.name;
  const qidName = (id: number): string | undefined => state.qids.find((one) => one.id === id)?.name;
  const sourceName = (id: number | null): string | undefined =>
    state.logSources.find((one) => one.id === id)?.name;
  const propertyName = (identifier: string): string | undefined =>
    state.properties.find((one) => one.identifier === identifier)?.name;
  const expression = (
    one: (typeof state.leefExpressions | typeof state.regexExpressions)[number],
  ) => ({
    property: propertyName(one.regex_property_identifier),
    type: typeName(one.log_source_type_id),
    logSource: sourceName(one.log_source_id),
    enabled: one.enabled,
  });
  return {
    types: sorted(
      state.types
        .filter(({ custom }) => custom)
        .map(({ name, log_source_extension_id }) => ({
          name,
          extension: state.extensions.find(({ id }) => id === log_source_extension_id)?.name,
        })),
    ),
    logSources: sorted(
      state.logSources
        .filter(({ internal }) => !internal)
        .map((one) => ({
          name: one.name,
          description: one.description,
          type: typeName(one.type_id),
          protocolId: one.protocol_type_id,
          parameters: sorted(one.protocol_parameters.map(({ name, value }) => ({ name, value }))),
          enabled: one.enabled,
          credibility: one.credibility,
          collector: state.collectors.find(({ id }) => id === one.target_event_collector_id)?.name,
          coalescing: one.coalesce_events,
          storesPayload: one.store_event_payload,
          isDiscovered: one.auto_discovered,
          isDeployed: !one.requires_deploy,
        })),
    ),
    qids: sorted(
      state.qids.map((one) => ({
        name: one.name,
        description: one.description,
        severity: one.severity,
        category: categoryName(one.low_level_category_id),
        type: typeName(one.typeId),
      })),
    ),
    mappings: sorted(
      state.mappings.map((one) => ({
        type: typeName(one.log_source_type_id),
        eventId: one.log_source_event_id,
        category: one.log_source_event_category,
        qid: qidName(one.qid_record_id),
      })),
    ),
    properties: sorted(
      state.properties.map((one) => ({
        name: one.name,
        description: one.description,
        type: one.property_type,
        forRules: one.use_for_rule_engine,
      })),
    ),
    expressions: sorted([
      ...state.leefExpressions.map((one) => ({ ...expression(one), leef: one.expression })),
      ...state.regexExpressions.map((one) => ({
        ...expression(one),
        regex: one.regex,
        group: one.capture_group,
      })),
    ]),
    autodetection: sorted(
      state.autodetection.map(({ id: _id, log_source_type_id, ...rest }) => ({
        type: typeName(log_source_type_id),
        ...rest,
      })),
    ),
    referenceSets: sorted(
      state.referenceSets.map(({ name, entry_type }) => ({ name, type: entry_type })),
    ),
  };
}

function sorted<T>(items: readonly T[]): readonly T[] {
  const key = (item: T): string => JSON.stringify(item);
  return items.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}
