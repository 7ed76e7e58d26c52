import { boolean, choice, map, object, optional, text, withDefault } from '../schema-builder.js';
import { path } from './common.js';

const format = (description: string, example: string) =>
  optional(text({ description, maxLength: 16_384, minLength: 0, examples: [example] }));

const dialect = object(
  {
    basedOn: optional(
      text({
        description:
          'The ready dialect that gives what is left out here; `cybertrace-4` when absent.',
        maxLength: 64,
        examples: ['kuma'],
      }),
    ),
    directory: optional(
      path(
        'Folder with detect.hbs, status.hbs and evaluation.hbs: the dialect is written in Handlebars templates, which make LEEF.',
        'my-templates',
      ),
    ),
    eventFormat: format(
      'A detection (EventFormat of CyberTrace).',
      'category=%Category% detected=%MatchedIndicator%%RecordContext%',
    ),
    alertFormat: format('A status event (AlertFormat).', '%Date% alert=%Alert%%RecordContext%'),
    finishedEventFormat: format(
      'What follows the detections of an event (FinishedEventFormat).',
      'LookupFinished',
    ),
    recordFieldContextFormat: format(
      'One field of a record, for `%RecordContext%`, with the separator in front.',
      ' %ParamName%=%ParamValue%',
    ),
    actionableFieldContextFormat: format(
      'One actionable field, for `%ActionableFields%`.',
      ' %ParamName%:%ParamValue%',
    ),
    escape: optional(
      choice(['none', 'leef', 'cef', 'html'], {
        description:
          'How values are made safe. `none`: characters that would break the line become blanks, nothing else.',
      }),
    ),
    nested: optional(
      choice(['underscore', 'dots', 'tracer'], {
        description:
          'How a field of a nested object is named: `whois_country`, `whois.country`, or as Tracer prints it (`whois=country=…`).',
      }),
    ),
    order: optional(
      choice(['name', 'record'], {
        description: 'Order of the fields of a record: by name, or as in the record.',
      }),
    ),
    syslogHeader: optional(
      boolean({
        description:
          'To a collector, whether a syslog header (priority, time, `identifier`) goes before the line.',
      }),
    ),
  },
  { description: 'One way to write messages.' },
);

export const dialectsMap = withDefault(
  {},
  map(dialect, {
    description:
      'Ways of your own to write messages and replies, by name; used by `dialect` of collectors and CyberTrace listeners.',
    examples: [{ ours: { basedOn: 'kuma', nested: 'dots' } }],
  }),
);
