import { readFileSync, readlinkSync } from 'node:fs';

import { codeOf } from './files.js';

/** What tells a running process from one that had its number before, and from those of other machines. */
export interface ProcessMark {
  readonly pid: number;
  /** Start of the process in ticks since the machine started; 0 where the system does not say. */
  readonly started: number;
  /** This start of the machine, and the space in which `pid` counts; empty where unknown. */
  readonly place: string;
}

/** Where process numbers mean what they mean here: this start of this machine, this container. */
function ownPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat; the second one is a name that may hold spaces and parentheses. */
function startOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: it only waits for its parent to take note.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

/** The mark of this process. */
export function ownMark(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid) ?? 0, place: ownPlace() };
}

/** Whether that process runs; `unknown` when its number counts elsewhere (another container). */
export function isRunning({ pid, started, place }: ProcessMark): boolean | 'unknown' {
  if (place !== ownPlace()) return 'unknown';
  if (place !== '') return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/** The mark as text, one line. */
export function markText({ pid, started, place }: ProcessMark): string {
  return `pid ${pid} started ${started} at ${place}\n`;
}

export function parseMark(text: string): ProcessMark | undefined {
  const [, pid, started, place] = /^pid (\d{1,10}) started (\d{1,20}) at (.*)\n$/.exec(text) ?? [];
  if (pid === undefined || started === undefined || place === undefined) return undefined;
  return { pid: Number(pid), started: Number(started), place };
}
