import {
  anything,
  integer,
  list,
  object,
  optional,
  section,
  text,
  withDefault,
} from '../schema-builder.js';
import { path } from './common.js';

const category = (fallback: string) =>
  optional(
    text({
      description: `Category of the replies; ${fallback} when absent.`,
      expected: 'a word of letters, digits, "_", "." and "-"',
      pattern: '^[A-Za-z0-9_.-]+$',
      maxLength: 128,
      examples: ['Users'],
    }),
  );

const dictionary = object(
  {
    path: path('A CSV file with a heading, or a JSON file (list of objects).', 'users.csv'),
    key: text({
      description:
        'The column or field whose value is looked up: as it is, letter case and all, nothing normalised.',
      maxLength: 255,
      examples: ['login'],
    }),
    name: optional(
      text({ description: 'Its name; that of the file when absent.', maxLength: 128 }),
    ),
    category: category("the dictionary's name"),
    delimiter: optional(
      text({
        description: 'What separates the columns of a CSV file; found out when absent.',
        maxLength: 1,
        examples: [';'],
      }),
    ),
  },
  { description: 'A table that is looked up by any of its columns.' },
);

const enricher = object(
  {
    module: path(
      'The ES module; its default export makes the enricher.',
      'enrichers/mine.mjs',
      'package:docs/examples/enrichers/url-decoder.mjs',
    ),
    name: optional(
      text({ description: 'Its name; that of the file when absent.', maxLength: 128 }),
    ),
    category: category("the enricher's name"),
    timeoutMs: withDefault(
      1000,
      integer({
        description:
          'How long it may take for one event; then the event is answered without it, and the loss counted.',
        unit: 'milliseconds',
        minimum: 1,
        maximum: 60_000,
      }),
    ),
    options: optional(
      anything({
        description: 'Handed to the module as it is.',
        examples: [{ file: 'users.csv' }],
      }),
    ),
  },
  { description: 'A program of your own that answers for the values of an event.' },
);

export const enrichmentSection = section(
  {
    dictionaries: withDefault(
      [],
      list(dictionary, {
        description:
          'Tables that are looked up, beside the feeds, for every lookup that is replied to.',
        examples: [[{ path: 'users.csv', key: 'login' }]],
      }),
    ),
    enrichers: withDefault(
      [],
      list(enricher, {
        description:
          'Modules that are asked, beside the feeds, for every lookup that is replied to.',
        examples: [[{ module: 'package:docs/examples/enrichers/url-decoder.mjs' }]],
      }),
    ),
  },
  {
    description:
      'What else is known about the values of a lookup (sessions of the CyberTrace protocol with X-KF-ReplyBack).',
  },
);
