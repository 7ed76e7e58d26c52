/** Paths of the resources a setup is made of, behind /api. */
export const paths = {
  types: '/config/event_sources/log_source_management/log_source_types',
  extensions: '/config/event_sources/log_source_management/log_source_extensions',
  sources: '/config/event_sources/log_source_management/log_sources',
  collectors: '/config/event_sources/event_collectors',
  hosts: '/config/deployment/hosts',
  autodetection: '/config/event_sources/log_source_management/autodetection/config_records',
  categories: '/data_classification/low_level_categories',
  qidRecords: '/data_classification/qid_records',
  mappings: '/data_classification/dsm_event_mappings',
  properties: '/config/event_sources/custom_properties/regex_properties',
  propertyDeletions: '/config/event_sources/custom_properties/regex_property_delete_tasks',
  regexExpressions: '/config/event_sources/custom_properties/property_expressions',
  leefExpressions: '/config/event_sources/custom_properties/property_leef_expressions',
  deployStatus: '/staged_config/deploy_status',
} as const;

/** With few rights the console tells no more of a type than this. */
export interface LogSourceType {
  readonly id: number;
  readonly name: string;
}

export interface LogSource {
  readonly id: number;
  readonly name: string;
  readonly type_id: number;
  readonly protocol_type_id: number;
  readonly protocol_parameters?:
    readonly { readonly name: string; readonly value: string }[] | null;
  readonly enabled: boolean;
  readonly coalesce_events: boolean;
  readonly store_event_payload: boolean;
  readonly requires_deploy?: boolean;
}

export interface EventCollector {
  readonly id: number;
  readonly name: string;
  readonly component_name?: string | null;
  readonly host_id?: number | null;
}

export interface QidRecord {
  readonly id: number;
  readonly qid: number;
  readonly name: string;
  readonly description: string | null;
  readonly severity: number;
  readonly low_level_category_id: number;
}

export interface EventMapping {
  readonly id: number;
  readonly log_source_type_id: number;
  readonly log_source_event_id: string;
  readonly log_source_event_category: string | null;
  readonly qid_record_id: number;
  readonly custom_event?: boolean;
}

export interface RegexProperty {
  readonly id: number;
  readonly identifier: string;
  readonly name: string;
  readonly description: string | null;
  readonly property_type: string;
  readonly use_for_rule_engine: boolean;
}

/** A way a property is read; `regex` is there in the one kind, `expression` in the others. */
export interface PropertyExpression {
  readonly id: number;
  readonly identifier: string;
  readonly regex_property_identifier: string;
  readonly log_source_type_id: number | null;
  readonly enabled: boolean;
  /** It is for events of this log source, this QID, this category only; -1 and null: for all. */
  readonly log_source_id?: number | null;
  readonly qid?: number | null;
  readonly low_level_category_id?: number | null;
  readonly regex?: string;
  readonly capture_group?: number;
  readonly expression?: string;
}

/** The identifier of a log source: the host name in the syslog header of its events. */
export function identifierOf({ protocol_parameters }: LogSource): string | undefined {
  return protocol_parameters?.find(({ name }) => name === 'identifier')?.value;
}

/** Whether two texts differ in letter case at most. */
export function isSameWord(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
