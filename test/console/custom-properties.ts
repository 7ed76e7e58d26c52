import type { ConsoleState } from './console-state.js';
import type { LeefExpressionRecord, RegexExpressionRecord } from './records.js';
import type { KeptEvent } from './syslog/kept-event.js';

/**
 * The value of a custom property in an event, by the first enabled expression that is for the event's
 * log source type and finds something. A real console reads properties for rules when an event comes
 * in; here all are read when they are asked for.
 */
export function propertyValue(
  state: ConsoleState,
  event: KeptEvent,
  name: string,
): string | number | null {
  const property = state.properties.find((one) => one.name === name);
  if (property === undefined) return null;
  const isFor = (one: LeefExpressionRecord | RegexExpressionRecord): boolean =>
    one.enabled &&
    one.regex_property_identifier === property.identifier &&
    one.log_source_type_id === event.typeId &&
    fits(one.log_source_id, event.logSourceId) &&
    fits(one.qid, event.qid) &&
    fits(one.low_level_category_id, event.categoryId);
  const texts = [
    ...state.leefExpressions
      .filter(isFor)
      .map(({ expression }) => (event.isUnparsed ? undefined : event.attributes[expression])),
    ...state.regexExpressions
      .filter(isFor)
      .map(
        ({ regex, capture_group }) => new RegExp(regex, 'u').exec(event.payload)?.[capture_group],
      ),
  ];
  const text = texts.find((one) => one !== undefined);
  if (text === undefined) return null;
  if (property.property_type !== 'numeric') return text;
  return text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text);
}

/** Whether there is such a property, and an expression that fills it: only then AQL knows the name. */
export function isReadable(state: ConsoleState, name: string): boolean {
  const identifier = state.properties.find((one) => one.name === name)?.identifier;
  return [...state.leefExpressions, ...state.regexExpressions].some(
    (one) => one.regex_property_identifier === identifier,
  );
}

/** All custom properties that an event has, by name. */
export function propertiesOf(state: ConsoleState, event: KeptEvent): ReadonlyMap<string, string> {
  const found = state.properties.map(
    ({ name }) => [name, propertyValue(state, event, name)] as const,
  );
  return new Map(found.flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])));
}

/** Whether an expression that may be for one thing only is for this one. */
function fits(wanted: number | null, id: number): boolean {
  return wanted === null || wanted === -1 || wanted === id;
}
