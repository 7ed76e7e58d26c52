/** Reports: `log_scanner_report%current_time%.txt` (CyberTrace help, page 171644). */
const reportStart = 'log_scanner_report';
const resumeStart = 'log_scanner_resume_';

/**
 * The name of a report: names sort by time, which is local, as in the events around it.
 *
 *     log_scanner_report20260701-101014.txt
 */
export function reportName(at: Date, attempt = 1): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  return `${reportStart}${day}-${time}${attempt > 1 ? `-${attempt}` : ''}.txt`;
}

/** The name of the file by which an interrupted scan goes on; `key` says which scan it is. */
export function resumeName(key: string): string {
  return `${resumeStart}${key}.json`;
}

/** Whether a scan has written this file: what it found would be found again in it. */
export function isOwnFile(name: string): boolean {
  return (
    (name.startsWith(reportStart) && name.endsWith('.txt')) ||
    (name.startsWith(resumeStart) && name.endsWith('.json'))
  );
}
