import { floor } from './floor.js';
import { fluentBit } from './fluent-bit.js';
import { forwarder } from './forwarder.js';
import type { BenchProgram } from './program.js';
import { rsyslog } from './rsyslog.js';
import { syslogNg } from './syslog-ng.js';

/** All programs that can be measured side by side. */
export const programs: readonly BenchProgram[] = [floor, forwarder, syslogNg, rsyslog, fluentBit];
export type { BenchProgram, ProgramPaths, RunningProgram } from './program.js';
