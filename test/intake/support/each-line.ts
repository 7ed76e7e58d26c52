import type { IntakeSession, LineHandler } from '../../../forwarder/core/index.js';
import { perLine } from '../../../forwarder/intake/index.js';
import type { LineFramerOptions, ListenerOptions } from '../../../forwarder/intake/index.js';

/** A framer's handler that takes lines one by one. */
export function eachLine(onLine: LineHandler): LineFramerOptions['onLines'] {
  const take = perLine(onLine);
  return (bytes, start, end) => {
    take(bytes, start, end, (error) => {
      throw error;
    });
  };
}

/** The same for a listener's, which is told the session too. */
export function eachEvent(
  onLine: (session: IntakeSession, ...line: Parameters<LineHandler>) => void,
): ListenerOptions['onLines'] {
  return (session, bytes, start, end, onFault) =>
    perLine((...line) => {
      onLine(session, ...line);
    })(bytes, start, end, onFault);
}
