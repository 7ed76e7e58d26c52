import type { ListFiles } from '../list-files.js';

/** What a program is started with. */
export interface StartContext {
  /** A directory of its own: its working directory and the place of its configuration. */
  readonly directory: string;
  /** TCP port of the loopback interface that takes its detections. */
  readonly collectorPort: number;
  readonly list: ListFiles;
}

/** A program that has loaded its list and takes events. */
export interface RunningProgram {
  readonly pid: number;
  /** TCP port of the loopback interface that takes events. */
  readonly port: number;
  /** From its start to here. */
  readonly startSeconds: number;
  /** Events it says it has received; undefined when it does not say. */
  readonly received: () => Promise<number | undefined>;
  /** What it wrote to standard error so far, its last part. */
  readonly log: () => string;
  /** Ends it; safe to repeat. */
  readonly stop: () => Promise<void>;
}

/** A program that is measured. Adding one is a file here and a line in the list. */
export interface BenchProgram {
  /** Name for --programs. */
  readonly name: string;
  /** Whether it looks anything up at all. */
  readonly detects: boolean;
  /** Whether it gets the number of events of --peer-events. */
  readonly isPeer: boolean;
  /** What to write in its row when it is not there. */
  readonly absent: string;
  /** The file to run, or undefined when it is not there. */
  find(paths: ProgramPaths): string | undefined;
  start(file: string, context: StartContext): Promise<RunningProgram>;
}

/** Files given on the command line instead of those that are found. */
export interface ProgramPaths {
  readonly forwarder?: string | undefined;
  readonly 'syslog-ng'?: string | undefined;
  readonly rsyslogd?: string | undefined;
  readonly 'fluent-bit'?: string | undefined;
}
