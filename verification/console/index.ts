/** Verification through JSA itself: events in at its collector, results out of its console. */
export { adviceOf } from './advice.js';
export type { Advice, Evidence, ServiceEvidence } from './break-evidence.js';
export { consoleEventOf, namingOf, type ReadConsoleEvent } from './console-event.js';
export {
  consoleReportJson,
  countNotices,
  type ConsoleReport,
  type NoticeCounts,
} from './console-report.js';
export {
  runConsoleVerification,
  type ConsoleRunOptions,
  type SearchConsole,
} from './console-run.js';
export type { AskedService, ServiceView } from './evidence.js';
export type { ConsoleRow, RowResult } from './judge-console.js';
export { freshLimit, noticesQuery } from './queries.js';
export type { LogSourceKey } from './run-events.js';
export { sendTestEvents, type SentTestEvents } from './send-test-events.js';
export { openSyslogSender, sendGently, type SyslogSender } from './syslog-sender.js';
export { parseSyslogTarget, syslogTargetText, type SyslogTarget } from './syslog-target.js';
