import { syslogHeader } from '../../../dsm/syslog/header.js';
import type { Message } from '../../core/index.js';
import { hasHeader, variantOf } from '../wording.js';
import type { TransportSettings } from './kind.js';

/**
 * Makes the lines of messages as the collector wants them, without the LF at their end; '' for a
 * message that its dialect does not write.
 */
export function lines(settings: TransportSettings): (message: Message) => string {
  const headerOf = headers(settings);
  const { wording = {} } = settings;
  const { dialect } = wording;
  return (message) => {
    const variant = dialect === undefined ? undefined : variantOf(message, dialect);
    const text = oneLine(variant ?? message.body);
    if (text === '') return text;
    return hasHeader(wording, variant) ? headerOf(message.atMs) + text : text;
  };
}

/**
 * Makes the headers of messages, `<134>Jul  1 10:10:14 KL_Threat_Feed_Service_V2 ` with the closing
 * blank; those of one second are the same.
 */
function headers(settings: TransportSettings): (atMs: number) => string {
  const { facility, severity, identifier: host, timeZone = 'local' } = settings;
  let second: number | undefined;
  let header = '';
  return (atMs) => {
    const wanted = Math.floor(atMs / 1000);
    if (wanted !== second) {
      header = syslogHeader({ facility, severity, host, timeZone, atMs });
      second = wanted;
    }
    return header;
  };
}

/**
 * A text with every control character but TAB (LEEF's delimiter) as a blank. Rendering leaves none;
 * this is the last gate, because a line break that slips through here is a second event at JSA.
 */
export function oneLine(text: string): string {
  return controls.test(text) ? text.replace(everyControl, ' ') : text;
}

const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const everyControl = new RegExp(controls.source, 'g');
