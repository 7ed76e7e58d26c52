const rfc3164 =
  /^(?:<\d{1,3}>)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d (\S+) /;
const rfc5424 =
  /^<\d{1,3}>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d) (\S+) /;

/**
 * The log source identifier of a message: the host of its header when that is RFC 3164 (the priority
 * may be missing) or RFC 5424, else the sender's address. An IPv6 address is no host for JSA.
 */
export function identifierIn(payload: string, sender: string): string {
  const host = rfc3164.exec(payload)?.[1] ?? rfc5424.exec(payload)?.[1];
  return host === undefined || host === '-' || host.includes(':') ? sender : host;
}
