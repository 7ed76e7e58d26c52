import { eventCatalogue } from '../events/catalogue.js';
import type { EventDescription } from '../events/event-description.js';
import { propertyPattern } from '../properties/custom-properties.js';
import type { CustomProperty } from '../properties/custom-property.js';
import {
  addressValue,
  blankSeparatedPattern,
  epochValue,
  eventIdIsPattern,
  eventIdPattern,
} from './extension/blank-separated.js';
import { xmlAttribute, xmlCdata, xmlComment, xmlText } from './xml.js';

export interface LogSourceExtensionOptions {
  /** What the console is taught; the catalogue when left out. Of them come the ids of each type. */
  readonly events?: readonly EventDescription[];
  /** Named in a comment only: an extension fills JSA's own fields, custom properties have expressions of their own. */
  readonly properties: readonly CustomProperty[];
}

/** One way to fill a field: the value of a LEEF key, group 1 of a regular expression, or a fixed text where one is found. */
type Way =
  | { readonly kind: 'leef'; readonly key: string }
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'fixed'; readonly expression: string; readonly text: string };

interface Field {
  readonly name: string;
  /** Tried in this order until one finds something. */
  readonly ways: readonly Way[];
}

/**
 * The log source extension: how a log source type without a DSM of its own reads our events into JSA's
 * fields. Elements, attributes and their order of trial are those of IBM's and Juniper's chapter "Log
 * source extensions"; the namespace and the closing `AllEvents` are those of files the DSM Editor
 * exported. Needs QRadar 7.3.2 (`leef-matcher`). It was never loaded into a console.
 *
 * The LEEF keys read what we send. Behind them stand regular expressions for the same event with blanks
 * in place of TABs, which never match an event that has a TAB, and for the category of an event without
 * `cat` the type that its id tells. `sev` is not read: there is no field for it, the severity is that of
 * the event's name (QID).
 *
 * Always the same bytes for the same argument.
 */
export function logSourceExtensionXml({
  events = eventCatalogue,
  properties,
}: LogSourceExtensionOptions): string {
  const fields = fieldsOf(events);
  const ways = fields.flatMap(({ name, ways: all }) =>
    all.map((way, index) => ({ field: name, way, order: index + 1 })),
  );
  return `${[
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<ns2:device-extension xmlns:ns2="event_parsing/device_extension">',
    ...commentsOn(properties).map((line) => `  ${xmlComment(line)}`),
    ...ways.map(({ field, way, order }) => `  ${patternOf(patternId(field, order), way)}`),
    `  <pattern id="AllEvents" type="JavaPattern">${xmlCdata('(.*?)')}</pattern>`,
    '  <match-group order="1" description="Threat forwarder, LEEF 1.0">',
    ...ways.map(({ field, way, order }) => `    ${matcherOf(field, way, order)}`),
    '    <event-match-multiple pattern-id="AllEvents" send-identity="UseDSMResults" force-qidmap-lookup-on-fixup="true"/>',
    '  </match-group>',
    '</ns2:device-extension>',
  ].join('\n')}\n`;
}

function fieldsOf(events: readonly EventDescription[]): readonly Field[] {
  const leef = (key: string): Way => ({ kind: 'leef', key });
  const blanks = (key: string, value?: string): Way => ({
    kind: 'expression',
    expression: blankSeparatedPattern(key, value),
  });
  return [
    {
      name: 'EventName',
      ways: [leef('$eventid$'), { kind: 'expression', expression: eventIdPattern }],
    },
    { name: 'EventCategory', ways: [leef('cat'), blanks('cat'), ...categoryById(events)] },
    { name: 'SourceIp', ways: [leef('src'), blanks('src', addressValue)] },
    { name: 'DestinationIp', ways: [leef('dst'), blanks('dst', addressValue)] },
    { name: 'UserName', ways: [leef('usrName'), blanks('usrName')] },
    // The one field whose key stands first in our events: with blanks for TABs the LEEF reader would
    // give all the rest of the event as its value. With a TAB this expression never matches.
    { name: 'DeviceTime', ways: [blanks('devTime', epochValue), leef('devTime')] },
  ];
}

/** The type as the category of an event without `cat`, in the way describeEvent tells it from the id. */
function categoryById(events: readonly EventDescription[]): readonly Way[] {
  const fixed = (text: EventDescription['type'], starts: readonly string[]): Way => ({
    kind: 'fixed',
    text,
    expression: eventIdIsPattern(
      starts,
      events
        .filter(({ id, type }) => type === text && !starts.some((start) => id.startsWith(start)))
        .map(({ id }) => id),
    ),
  });
  return [
    fixed('Status', ['KL_ALERT_']),
    fixed('Evaluation', ['KL_EVALUATION_']),
    { kind: 'fixed', text: 'Detect', expression: eventIdIsPattern([], []) },
  ];
}

function patternId(field: string, order: number): string {
  return `${field}-Pattern-${order}`;
}

function patternOf(id: string, way: Way): string {
  switch (way.kind) {
    case 'leef':
      return `<pattern id="${id}" type="LeefKey">${xmlText(way.key)}</pattern>`;
    case 'expression':
    case 'fixed':
      // Java's own expressions, not JSA's quicker "adaptive" ones, whose limits nobody has written down.
      return `<pattern id="${id}" type="JavaPattern" use-default-pattern="true">${xmlCdata(way.expression)}</pattern>`;
    default:
      return way satisfies never;
  }
}

function matcherOf(field: string, way: Way, order: number): string {
  const common = `field="${field}" pattern-id="${patternId(field, order)}" order="${order}"`;
  switch (way.kind) {
    case 'leef':
      // As the DSM Editor exports it for single keys too.
      return `<leef-matcher ${common} enable-substitutions="true"/>`;
    case 'expression':
      return `<matcher ${common} capture-group="1"/>`;
    case 'fixed':
      return `<matcher ${common} capture-group="${xmlAttribute(way.text)}" enable-substitutions="true"/>`;
    default:
      return way satisfies never;
  }
}

function commentsOn(properties: readonly CustomProperty[]): readonly string[] {
  return [
    'Reads the events of the threat forwarder: LEEF 1.0, attributes separated by TAB.',
    'The regular expressions read the same events with blanks in place of the TABs.',
    'Custom properties are no part of an extension; made by hand they need these expressions, group 1:',
    ...properties.map(({ name, key }) => `${name}: ${propertyPattern(key)}`),
  ];
}
