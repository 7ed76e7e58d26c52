export interface SyslogMessage {
  /** `rfc3164`: `Mmm dd hh:mm:ss HOST`, or an ISO time in its place. `none`: no header was found. */
  readonly format: 'rfc3164' | 'rfc5424' | 'none';
  /** Absent when the line has no PRI: receivers that write files leave it out. */
  readonly priority: { readonly facility: number; readonly severity: number } | undefined;
  /** The time as it stood. */
  readonly timestamp: string | undefined;
  readonly host: string | undefined;
  /** Everything behind the header; the whole line (without PRI) when there is none. */
  readonly body: string;
}

const pri = /^<(\d{1,3})>/;
const bsdHeader = /^([A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}) (\S+)(?: |$)/;
const isoHeader = /^(\d{4}-\d{2}-\d{2}T\S+) (\S+)(?: |$)/;
const rfc5424Header = /^1 (-|\d{4}-\d{2}-\d{2}T\S+) (\S+)(?: |$)/;
/**
 * APP-NAME, PROCID, MSGID, then structured data: `-` or `[…]` elements with quoted values. A body
 * that follows the host at once is none of these, whatever words it has.
 */
const rfc5424Names = /^(?!LEEF:|CEF:)\S{1,48} \S{1,128} \S{1,32} (?=-(?: |$)|\[)/;
const structuredData = /^(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)/;

/**
 * Takes a received syslog line apart: RFC 3164 with or without PRI, RFC 5424 (the short form that
 * QRadar takes included: `<13>1 TIME HOST LEEF:…`, where the body follows the host). A line without
 * a header is a body. Never throws; a line end at its end is dropped.
 */
export function parseSyslog(line: string): SyslogMessage {
  const text = line.replace(/\r?\n$/, '');
  const found = pri.exec(text);
  const value = Number(found?.[1] ?? Number.NaN);
  // More than 191 is no priority: then it is text like any other.
  const hasPriority = value <= 191;
  const priority = hasPriority ? { facility: value >> 3, severity: value & 7 } : undefined;
  const rest = hasPriority && found !== null ? text.slice(found[0].length) : text;
  const header = hasPriority ? rfc5424Header.exec(rest) : null;
  if (header !== null) {
    const afterHost = rest.slice(header[0].length);
    return message('rfc5424', priority, header, bodyOfRfc5424(afterHost));
  }
  const old = bsdHeader.exec(rest) ?? isoHeader.exec(rest);
  if (old !== null) return message('rfc3164', priority, old, rest.slice(old[0].length));
  return { format: 'none', priority, timestamp: undefined, host: undefined, body: rest };
}

function message(
  format: SyslogMessage['format'],
  priority: SyslogMessage['priority'],
  header: RegExpExecArray,
  body: string,
): SyslogMessage {
  return { format, priority, timestamp: header[1], host: header[2], body };
}

function bodyOfRfc5424(afterHost: string): string {
  const names = rfc5424Names.exec(afterHost);
  if (names === null) return afterHost;
  const data = afterHost.slice(names[0].length);
  const elements = structuredData.exec(data);
  if (elements === null) return afterHost;
  return data.slice(elements[0].length).replace(/^\ufeff/, '');
}
