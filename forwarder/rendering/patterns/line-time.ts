import { syslogHeader } from '../../../dsm/syslog/header.js';

/**
 * Gives `%Date%`: `Apr  6 09:05:41`, the time of a syslog header (RFC 3164; CyberTrace help, page
 * 197106), a day below ten padded with a blank. Lines of one second share it.
 */
export function lineTimes(timeZone: 'local' | 'utc'): (atMs: number) => string {
  let second: number | undefined;
  let text = '';
  return (atMs) => {
    const wanted = Math.floor(atMs / 1000);
    if (wanted !== second) {
      second = wanted;
      // <0>Apr  6 09:05:41 - : the priority before it and the host behind it go.
      const header = syslogHeader({ facility: 0, severity: 0, host: '-', atMs, timeZone });
      text = header.slice('<0>'.length, -' - '.length);
    }
    return text;
  };
}
