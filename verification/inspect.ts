import { describeEvent } from '../dsm/events/catalogue.js';
import { decodeLeef } from '../dsm/leef/decode.js';
import { maxEventIdLength } from '../dsm/leef/text.js';
import { parseSyslog } from '../dsm/syslog/parse.js';

/** What a message of the service reports: the three event types of the DSM. */
export type MessageKind = 'detect' | 'status' | 'evaluation';

/** A received line whose LEEF event could be read. */
export interface ReceivedMessage {
  readonly kind: MessageKind;
  readonly event: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** One received line and what JSA would stumble over in it. */
export interface InspectedLine {
  readonly text: string;
  /** Empty when JSA's parser reads the line as it was meant. */
  readonly problems: readonly string[];
  /** Undefined when the line has no readable LEEF event of the service. */
  readonly message: ReceivedMessage | undefined;
}

/** Format, vendor, product and version of the service's events, by which JSA finds its parser. */
const product = ['LEEF:1.0', 'Kaspersky Lab', 'Threat Feed Service', '2.0'] as const;

/**
 * Looks at a line as JSA does: syslog header, log source identifier (exactly `identifier`), LEEF
 * header, attributes separated by TAB, a known event id; and reads it with the same decoder that
 * the DSM tests use.
 */
export function inspectLine(text: string, identifier: string): InspectedLine {
  const syslog = parseSyslog(text);
  const problems = [...headerProblems(text, identifier)];
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text)) {
    problems.push('a control character other than TAB stands in the line');
  }
  const decoded = decodeLeef(syslog.body);
  if (!decoded.ok) {
    problems.push(`no complete header "LEEF:1.0|Vendor|Product|Version|EventID|"`);
    return { text, problems, message: undefined };
  }
  const { event } = decoded;
  const found = ['LEEF:' + event.leefVersion, event.vendor, event.product, event.version];
  if (found.some((part, index) => part !== product[index])) {
    problems.push(
      `the LEEF header is "${short(found.join('|'))}", expected "${product.join('|')}"`,
    );
  }
  problems.push(...attributeProblems(syslog.body));
  const kind = kindOfEvent(event.eventId);
  if (kind === undefined) {
    problems.push(`"${short(event.eventId)}" is no event id of the service`);
    return { text, problems, message: undefined };
  }
  return { text, problems, message: { kind, event: event.eventId, attributes: event.attributes } };
}

/**
 * The event type an event id stands for, as the catalogue has it; any `KL_<feed>_<object>` it does
 * not list is a detection, since any feed may be loaded. Undefined for what is no event id of the
 * service at all.
 */
export function kindOfEvent(event: string): MessageKind | undefined {
  const isOwn = event === 'LookupFinished' || /^KL(?:_[A-Za-z0-9]+){2,}$/.test(event);
  if (!isOwn || event.length > maxEventIdLength) return undefined;
  const { type } = describeEvent(event);
  switch (type) {
    case 'Detect':
      return 'detect';
    case 'Status':
      return 'status';
    case 'Evaluation':
      return 'evaluation';
    default:
      return type satisfies never;
  }
}

function headerProblems(text: string, identifier: string): readonly string[] {
  const { format, host, timestamp = '', body } = parseSyslog(text);
  if (format === 'none' || host === undefined) {
    return ['no syslog header "Mmm dd hh:mm:ss IDENTIFIER"'];
  }
  const problems: string[] = [];
  if (format === 'rfc3164' && /^\d/.test(timestamp)) {
    problems.push(`the header's time is "${timestamp}", expected "Mmm dd hh:mm:ss"`);
  }
  if (!body.startsWith('LEEF:')) problems.push('LEEF: does not follow the syslog header');
  if (host === identifier) return problems;
  const difference = host.toLowerCase() === identifier.toLowerCase() ? ': letter case differs' : '';
  problems.push(`the log source identifier is "${host}", expected "${identifier}"${difference}`);
  return problems;
}

/** What is wrong with the part after the fifth `|`. */
function attributeProblems(leef: string): readonly string[] {
  const fields = leef.split('|');
  if (fields.length < 6) return ['no "|" ends the event id'];
  const text = fields.slice(5).join('|');
  // A status event may have no attributes at all.
  if (text === '') return [];
  const items = text.split('\t');
  const problems: string[] = [];
  const keys = new Set<string>();
  for (const item of items) {
    const equals = item.indexOf('=');
    const key = item.slice(0, Math.max(equals, 0));
    if (equals < 1) problems.push(`"${short(item)}" stands where key=value belongs`);
    else if (!/^\w+$/.test(key)) problems.push(`"${short(key)}" is no attribute name`);
    else if (keys.has(key)) problems.push(`the attribute ${key} stands twice`);
    else if (equals === item.length - 1) problems.push(`the attribute ${key} is empty`);
    keys.add(key);
  }
  // "url=x md5=- sha1=-": the parser takes all of it as the value of the first attribute.
  const swallowed =
    items.length === 1
      ? / (?:md5|sha1|sha256|usrName|matchedIndicator|feed|records)=/.exec(text)
      : null;
  if (swallowed !== null) problems.push('the attributes are separated by blanks, not by TAB');
  return problems;
}

function short(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
