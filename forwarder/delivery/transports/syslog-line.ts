import { syslogHeader } from '../../../dsm/syslog/header.js';
import type { TransportSettings } from './kind.js';

/**
 * Makes the headers of messages, `<134>Jul  1 10:10:14 KL_Threat_Feed_Service_V2 ` with the closing
 * blank; those of one second are the same.
 */
export function headers(settings: TransportSettings): (atMs: number) => string {
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
 * A body with every control character but TAB (LEEF's delimiter) as a blank. Rendering leaves none;
 * this is the last gate, because a line break that slips through here is a second event at JSA.
 */
export function oneLine(body: string): string {
  return controls.test(body) ? body.replace(everyControl, ' ') : body;
}

const controls = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const everyControl = new RegExp(controls.source, 'g');
