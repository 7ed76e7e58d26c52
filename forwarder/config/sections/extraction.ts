import { choice, list, object, optional, section, text, withDefault } from '../schema-builder.js';
import { addressRangeForms, isAddressRange } from '../values/address-range.js';
import { pattern } from './common.js';

const indicatorKinds = ['URL', 'DOMAIN', 'IP', 'MD5', 'SHA1', 'SHA256', 'HASH'] as const;

const indicatorProperty = object(
  {
    pattern: pattern(
      'Regular expression on the name of the custom property, letter case ignored.',
      '^MD5 Hash$',
    ),
    kind: choice(indicatorKinds, {
      description: 'What the property holds. `HASH` is MD5, SHA-1 or SHA-256 by its length.',
      allowsLowerCase: true,
    }),
  },
  { description: 'Custom properties that hold one kind of indicator.' },
);

export const extractionSection = section(
  {
    urlProperties: withDefault(
      '^URL$|URI|Request URL',
      pattern(
        'Names of custom properties that hold one URL, whole, with or without its scheme; letter case ignored.',
        '^URL$|URI|Request URL',
      ),
    ),
    indicatorProperties: withDefault(
      [],
      list(indicatorProperty, {
        description:
          'Custom properties that hold one kind of indicator; the first that matches wins, before `urlProperties`.',
        examples: [[{ pattern: '^MD5 Hash$', kind: 'MD5' }]],
      }),
    ),
  },
  { description: 'What the built-in source takes out of the fields of an event.' },
);

const rule = object(
  {
    name: text({
      description:
        'Name of the rule, by which templates show the value. Not `MatchedIndicator`, `Category` and other names of output formats.',
      examples: ['RE_URL'],
      maxLength: 64,
    }),
    kind: withDefault(
      'CONTEXT',
      choice([...indicatorKinds, 'CONTEXT'], {
        description:
          'What the value is looked up as. `CONTEXT` is kept for the message and never looked up.',
        allowsLowerCase: true,
      }),
    ),
    pattern: optional(
      pattern(
        'Regular expression on the event text, or on the fields that `keys` names. Its groups make the value.',
        'url=(.*?)(?:$|\\s)',
      ),
    ),
    keys: optional(
      list(text({ description: 'Name of a field of the JSON event.' }), {
        description:
          'Fields to look in, in this order; without a `pattern` their values are taken whole. A raw event has only `payload`.',
        examples: [['URL', 'URL Host']],
        minItems: 1,
      }),
    ),
    extract: withDefault(
      'first',
      choice(['all', 'first'], {
        description:
          '`first`: the first value that is of the kind. `all`: every value, each looked up by itself.',
      }),
    ),
    concatenate: optional(
      text({
        description:
          'How the groups make the value: `#1#2`; `\\#` is a literal #. Without it all groups in order, or the whole match.',
        examples: ['#1#2'],
      }),
    ),
  },
  { description: 'One extraction rule.', atLeastOneOf: ['pattern', 'keys'] },
);

const replace = object(
  {
    pattern: pattern('What to replace.', '\\\\='),
    with: text({
      description:
        'What to put there; `\\1` is a group, `\\s` a blank, `\\t` a TAB; any other escaped character is itself.',
      examples: ['='],
      minLength: 0,
    }),
  },
  { description: 'One replacement.' },
);

const source = object(
  {
    name: text({
      description:
        'Name of the source. `default` replaces the built-in source; it has no `peers` and no `pattern`.',
      examples: ['proxy'],
      maxLength: 64,
    }),
    peers: optional(
      list(
        text({
          description: 'Address or range of a peer.',
          expected: addressRangeForms,
          isLegal: isAddressRange,
          maxLength: 64,
        }),
        {
          description: 'The source applies to events from these addresses or ranges.',
          examples: [['192.0.2.10', '198.51.100.0/24']],
          minItems: 1,
        },
      ),
    ),
    pattern: optional(
      pattern(
        'The source applies to events whose text this matches, before any replacing; with `peers` too, both must hold. With neither it takes every event.',
        'CEF:0\\|Fire',
      ),
    ),
    rules: list(rule, {
      description:
        'Extraction rules. Rules of the default source of the same name run only if those here found nothing.',
      minItems: 1,
    }),
    replace: optional(
      list(replace, {
        description:
          'Replacements in the payload or raw text, in order, before ignoring and extracting.',
      }),
    ),
    ignore: optional(
      list(pattern('Regular expression on the event text.', 'Device0002'), {
        description:
          'Events whose text one of these matches, after all replacing, are dropped and counted.',
        examples: [['Device0002']],
      }),
    ),
  },
  { description: 'A named rule set for events of some peers or of some shape.' },
);

export const sourcesList = withDefault(
  [],
  list(source, {
    description:
      'Rule sets for particular event sources, tried in order. None: the built-in source takes everything.',
    examples: [
      [
        {
          name: 'proxy',
          peers: ['192.0.2.10'],
          rules: [{ name: 'RE_URL', kind: 'URL', pattern: 'url=(.*?)(?:$|\\s)' }],
        },
      ],
    ],
  }),
);
