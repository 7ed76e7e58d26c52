import { identifiers } from '../../../dsm/identity.js';
import { eventCatalogue } from '../../../dsm/index.js';
import { customProperties } from '../../../dsm/properties/custom-properties.js';
import { typeIds } from '../../console/catalogue.js';
import type { ConsoleState } from '../../console/console-state.js';
import { type Bench, startIntake } from '../../console/support.js';

/** A console that knows our log sources, names and properties. */
export function taughtConsole(): Bench {
  const bench = startIntake();
  const { state } = bench;
  for (const identifier of Object.values(identifiers)) {
    const made = { name: identifier, identifier, type_id: typeIds.leef };
    state.addActive({ ...state.makeLogSource(made), coalesce_events: false });
  }
  teachNames(state);
  teachProperties(state);
  return bench;
}

function teachNames(state: ConsoleState): void {
  state.qids = eventCatalogue.map(({ id, description, severity, category }, index) => ({
    ...{ id: 1000 + index, uuid: id, qid: 2000 + index, name: id, description, severity },
    ...{ low_level_category_id: category.id, log_source_type_id: null },
    ...{ typeId: typeIds.leef, isProvided: false },
  }));
  state.mappings = state.qids.map(({ id, name }) => ({
    ...{ id, uuid: name, log_source_type_id: typeIds.leef, log_source_event_id: name },
    ...{ log_source_event_category: '', custom_event: true, qid_record_id: id },
  }));
}

function teachProperties(state: ConsoleState): void {
  const made = { username: 'admin', creation_date: 0, modification_date: 0 };
  state.properties = customProperties.map(({ name, type, description, forRules }, id) => ({
    ...{ id, identifier: name, name, description, property_type: type, ...made },
    ...{ use_for_rule_engine: forRules, datetime_format: null, locale: null },
    auto_discovered: false,
  }));
  state.leefExpressions = customProperties.map(({ name, key }, id) => ({
    ...{ id, identifier: name, regex_property_identifier: name, enabled: true, payload: null },
    ...{ log_source_type_id: typeIds.leef, log_source_id: null, qid: null },
    ...{ low_level_category_id: null, expression: key, ...made },
  }));
}
