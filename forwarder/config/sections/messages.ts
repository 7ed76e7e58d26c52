import { boolean, choice, integer, section, text, withDefault } from '../schema-builder.js';
import { facilityNames, severityNames } from '../values/syslog-codes.js';
import { path, syslogCode } from './common.js';

/** Name by which our own test tool's events are known; they must never be taken for ours. */
const verificationTool = 'kl_verification_tool';

export const identifierText = withDefault(
  'KL_Threat_Feed_Service_V2',
  text({
    description:
      'Host name in the syslog header of every message: the Log Source Identifier in JSA. The two must be equal.',
    expected:
      'a name of at most 255 letters, digits, "_", "-" and ".", that starts with a letter or digit and is not KL_Verification_Tool',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$',
    isLegal: (value) => value.toLowerCase() !== verificationTool,
    maxLength: 255,
    examples: ['KL_Threat_Feed_Service_V2'],
  }),
);

export const evaluationSection = section(
  {
    finishedEvents: withDefault(
      false,
      boolean({ description: 'Send a LookupFinished message for every event that was looked up.' }),
    ),
  },
  { description: 'Messages about the evaluation itself.' },
);

export const leefSection = section(
  {
    cat: withDefault(
      false,
      boolean({
        description: 'Add `cat=Detect`, `cat=Status` or `cat=Evaluation` to every message.',
      }),
    ),
    messageId: withDefault(
      false,
      boolean({
        description:
          'Add `msgId` to every message: equal when a message is sent again, different for equal events.',
      }),
    ),
    loopToken: withDefault(
      false,
      boolean({
        description:
          'Add `loopToken`, a number that only this installation has, to every message: an own message that comes back as an event is then known even where its host name was rewritten.',
      }),
    ),
    facility: withDefault(
      'local0',
      syslogCode(facilityNames, { description: 'Syslog facility.', examples: ['local0', 16] }),
    ),
    severity: withDefault(
      'informational',
      syslogCode(severityNames, {
        description: 'Syslog severity.',
        examples: ['informational', 6],
      }),
    ),
    maxMessageBytes: withDefault(
      4000,
      integer({
        description:
          'The longest message. A longer one loses whole context fields, last ones first. UDP carries at most 1000 in any case.',
        unit: 'bytes',
        minimum: 512,
        maximum: 65_000,
      }),
    ),
    timeZone: withDefault(
      'local',
      choice(['local', 'utc'], { description: 'Time zone of the syslog header.' }),
    ),
  },
  { description: 'How messages look.' },
);

export const templatesSection = section(
  {
    directory: withDefault(
      'package:templates/leef',
      path(
        'Folder with detect.hbs, status.hbs and evaluation.hbs.',
        'package:templates/leef',
        'my-templates',
      ),
    ),
  },
  { description: 'The templates messages are made from.' },
);
