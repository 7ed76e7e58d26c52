/** What the console keeps, with the names of the API's fields. Times are milliseconds since 1970. */
export interface LogSourceTypeRecord {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly internal: boolean;
  readonly custom: boolean;
  readonly protocol_types: readonly {
    readonly protocol_id: number;
    readonly documented: boolean;
  }[];
  readonly default_protocol_id: number;
  readonly supported_language_ids: readonly number[] | null;
  readonly version: string;
  readonly latest_version: string;
  readonly log_source_extension_id: number | null;
}

export interface ProtocolParameter {
  readonly name: string;
  readonly id: number;
  readonly value: string;
}

export interface LogSourceRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly type_id: number;
  readonly protocol_type_id: number;
  readonly protocol_parameters: readonly ProtocolParameter[];
  readonly enabled: boolean;
  readonly gateway: boolean;
  readonly internal: boolean;
  readonly credibility: number;
  readonly target_event_collector_id: number;
  readonly disconnected_log_collector_id: number | null;
  readonly coalesce_events: boolean;
  readonly store_event_payload: boolean;
  readonly log_source_extension_id: number | null;
  readonly language_id: number;
  readonly group_ids: readonly number[];
  readonly requires_deploy: boolean;
  readonly status: {
    readonly last_updated: number;
    readonly status: string;
    readonly messages: readonly { readonly severity: string; readonly text: string }[];
  };
  readonly auto_discovered: boolean;
  readonly average_eps: number;
  readonly creation_date: number;
  readonly modified_date: number;
  readonly last_event_time: number;
  readonly wincollect_internal_destination_id: number | null;
  readonly wincollect_external_destination_ids: readonly number[] | null;
  readonly legacy_bulk_group_name: string | null;
  readonly sending_ip: string | null;
  readonly parsing_order: number | null;
}

export interface QidRecord {
  readonly id: number;
  readonly uuid: string;
  readonly qid: number;
  readonly name: string;
  readonly description: string | null;
  readonly severity: number;
  readonly low_level_category_id: number;
  /** A placeholder: always null, so that records cannot be looked up by type. */
  readonly log_source_type_id: null;
}

/** A QID record with what the API does not tell. */
export interface KeptQid extends QidRecord {
  readonly typeId: number;
  /** Not made by a user: cannot be changed. */
  readonly isProvided: boolean;
}

export interface EventMappingRecord {
  readonly id: number;
  readonly uuid: string;
  readonly log_source_type_id: number;
  readonly log_source_event_id: string;
  readonly log_source_event_category: string;
  readonly custom_event: boolean;
  readonly qid_record_id: number;
}

export interface RegexPropertyRecord {
  readonly id: number;
  readonly identifier: string;
  readonly name: string;
  readonly username: string;
  readonly description: string;
  readonly property_type: string;
  readonly use_for_rule_engine: boolean;
  readonly datetime_format: string | null;
  readonly locale: string | null;
  readonly auto_discovered: boolean;
  readonly creation_date: number;
  readonly modification_date: number;
}

interface ExpressionRecord {
  readonly id: number;
  readonly identifier: string;
  readonly regex_property_identifier: string;
  readonly enabled: boolean;
  readonly log_source_type_id: number;
  readonly log_source_id: number | null;
  readonly qid: number | null;
  readonly low_level_category_id: number | null;
  /** A sample to try the expression on. */
  readonly payload: string | null;
  readonly username: string;
  readonly creation_date: number;
  readonly modification_date: number;
}

export interface RegexExpressionRecord extends ExpressionRecord {
  readonly regex: string;
  readonly capture_group: number;
  readonly format_string: string | null;
}

export interface LeefExpressionRecord extends ExpressionRecord {
  readonly expression: string;
}

export interface AutodetectionRecord {
  readonly id: number;
  readonly log_source_type_id: number;
  readonly enabled: boolean;
  readonly precedence: number;
  readonly minimum_successful_events: number;
  readonly minimum_success_rate: number;
  readonly maximum_events_for_abandon: number;
  readonly consecutive_failures_for_abandon: number;
  readonly log_source_name_template: string;
  readonly log_source_description_template: string;
  readonly custom: boolean;
}

export interface ReferenceSetRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly tenant_id: number;
  readonly entry_type: string;
  readonly expiry_type: string;
  readonly expired_log_option: string;
  readonly expiry_task_id: number;
  readonly creation_time: number;
  readonly delete_task_id: number | null;
  readonly time_to_live: number | null;
  readonly number_of_entries: number;
}
