/**
 * How one message is told from the next on a stream (RFC 6587). QRadar and every sender made for it
 * end a message with LF; octet counting (`LEN SP MSG`) is for relays that want it.
 */
export const framings = ['lf', 'octet-counting'] as const;
export type Framing = (typeof framings)[number];

/**
 * The bytes' text of one message on a stream. A line break inside would be a second message, so it
 * becomes a blank, whatever made the line.
 *
 *     frameMessage('<134>… LEEF:1.0|…', 'lf')  // '<134>… LEEF:1.0|…\n'
 *     frameMessage('äb', 'octet-counting')     // '3 äb': the length counts UTF-8 bytes
 */
export function frameMessage(line: string, framing: Framing): string {
  const safe = hasLineBreak(line) ? line.replace(/[\r\n]/g, ' ') : line;
  switch (framing) {
    case 'lf':
      return `${safe}\n`;
    case 'octet-counting':
      return `${Buffer.byteLength(safe, 'utf8')} ${safe}`;
    default:
      return framing satisfies never;
  }
}

function hasLineBreak(line: string): boolean {
  return line.includes('\n') || line.includes('\r');
}
